//! Provenance files: made, read, refused (spec/lifecycle.md 9.7 and 9.8). The refusals are those of Helm 4.3.1 for the
//! same files.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use skeg_fetch::provenance::{Keyring, SigningKey, sign, verify, verify_files};

const ARCHIVE: &[u8] = b"whatever an archive holds";
const METADATA: &[u8] = b"apiVersion: v2\ndescription: '- a dash'\nname: demo   \nversion: 0.1.0\n";
/// When the tests sign: 2026-11-21.
const NOW: u64 = 1_795_262_000;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name)
}

fn ring(name: &str) -> Keyring {
    Keyring::open(&path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn key(name: &str, passphrase: &str) -> Result<SigningKey, String> {
    let ring = ring(name);
    let key = ring.find("Test").unwrap().expect("the key is there");
    key.unlock(&mut |_| Ok(passphrase.as_bytes().to_vec()))
        .map_err(|error| error.to_string())
}

fn signed(name: &str) -> String {
    let key = key(name, "secret words").unwrap();
    String::from_utf8(sign(ARCHIVE, "demo-0.1.0.tgz", METADATA, &key, at(NOW)).unwrap()).unwrap()
}

fn checked(text: &str, keys: &str, archive: &[u8], name: &str, now: u64) -> Result<String, String> {
    verify(archive, text.as_bytes(), name, &ring(keys), at(now))
        .map(|verified| verified.signed_by.join(", "))
        .map_err(|error| error.to_string())
}

#[test]
fn the_frame_is_helms() {
    let text = signed("rsa.sec");
    let head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\napiVersion: v2\ndescription: '- a dash'\nname: demo\n\
                version: 0.1.0\n\n...\nfiles:\n  demo-0.1.0.tgz: sha256:";
    assert!(text.starts_with(head), "{text}");
    let (_, armor) = text
        .split_once("\n\n-----BEGIN PGP SIGNATURE-----\n\n")
        .expect("a signature");
    assert!(armor.ends_with("=\n-----END PGP SIGNATURE-----"), "{armor}");
    assert!(armor.lines().all(|line| line.len() <= 64), "{armor}");
}

#[test]
fn what_is_signed_is_verified() {
    let cases = [
        ("rsa.sec", "rsa.pub", "Test RSA (throw-away) <rsa@example.com>"),
        ("rsa.sec.asc", "rsa.sec.asc", "Test RSA (throw-away) <rsa@example.com>"),
        ("rsa.sec", "rsa.kbx", "Test RSA (throw-away) <rsa@example.com>"),
        ("edlocked.sec", "edlocked.pub", "Test EdLocked <edlocked@example.com>"),
    ];
    for (secret, public, owner) in cases {
        let text = signed(secret);
        let found = checked(&text, public, ARCHIVE, "demo-0.1.0.tgz", NOW + 5);
        assert_eq!(found.as_deref(), Ok(owner), "{secret} {public}");
        let with_crlf = text.replace('\n', "\r\n");
        assert!(
            checked(&with_crlf, public, ARCHIVE, "demo-0.1.0.tgz", NOW + 5).is_ok(),
            "{secret} with CRLF"
        );
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let text = signed("rsa.sec");
    let name = "demo-0.1.0.tgz";
    let cases = [
        (
            "another archive",
            checked(&text, "rsa.pub", b"x", name, NOW),
            "sha256 sum does not match for demo-0.1.0.tgz: \"sha256:",
        ),
        (
            "another name",
            checked(&text, "rsa.pub", ARCHIVE, "x.tgz", NOW),
            "provenance does not contain a SHA for a file named \"x.tgz\"",
        ),
        (
            "changed text",
            checked(&text.replace("0.1.0\n", "0.2.0\n"), "rsa.pub", ARCHIVE, name, NOW),
            "openpgp: invalid signature: RSA verification failure",
        ),
        (
            "a stranger",
            checked(&text, "edlocked.pub", ARCHIVE, name, NOW),
            "openpgp: signature made by unknown entity",
        ),
        (
            "no signature",
            checked("files: {}", "rsa.pub", ARCHIVE, name, NOW),
            "signature block not found",
        ),
        (
            "half a file",
            checked(&text[..400], "rsa.pub", ARCHIVE, name, NOW),
            "signature block not found",
        ),
        (
            "an old key",
            checked(&signed("expired.sec"), "expired.pub", ARCHIVE, name, NOW),
            "openpgp: key expired",
        ),
        (
            "before its time",
            checked(&text, "rsa.pub", ARCHIVE, name, NOW - 5),
            "openpgp: signature expired",
        ),
        (
            "a key for other things",
            checked(&signed("sub.sec"), "sub.pub", ARCHIVE, name, NOW),
            "openpgp: signature made by unknown entity",
        ),
    ];
    for (what, found, expected) in cases {
        let error = found.expect_err(what);
        assert!(error.starts_with(expected), "{what}: {error}");
    }
}

#[test]
fn keys_that_cannot_sign() {
    let refusal = |name: &str, passphrase: &str| key(name, passphrase).err();
    assert_eq!(
        refusal("rsa.pub", "").as_deref(),
        Some("provided key is not a private key. Try providing a keyring with secret keys")
    );
    let wrong = refusal("edlocked.sec", "wrong words").expect("the passphrase is wrong");
    assert_eq!(wrong, "openpgp: invalid data: private key checksum failure");
    let ring = ring("edlocked.sec");
    let locked = ring.find("edlocked@").unwrap().unwrap();
    let refused = locked
        .unlock(&mut |owner| Err(format!("none for {owner}")))
        .err()
        .map(|error| error.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("none for Test EdLocked <edlocked@example.com>")
    );
    assert!(ring.find("nobody").unwrap().is_none());
}

#[test]
fn vague_names_are_refused() {
    let mut both = std::fs::read(path("rsa.pub")).unwrap();
    both.extend(std::fs::read(path("edlocked.pub")).unwrap());
    let ring = Keyring::parse(&both).unwrap();
    let vague = ring.find("Test").err().map(|error| error.to_string());
    assert_eq!(vague.as_deref(), Some("more than one key contain the id \"Test\""));
    let exact = ring.find("Test EdLocked <edlocked@example.com>").unwrap().unwrap();
    assert_eq!(
        exact.owners().collect::<Vec<_>>(),
        ["Test EdLocked <edlocked@example.com>"]
    );
}

#[test]
fn bytes_that_are_no_keys_never_panic() {
    let good: Vec<Vec<u8>> = ["rsa.sec", "edlocked.sec", "sub.pub", "rsa.kbx", "rsa.sec.asc"]
        .map(|name| std::fs::read(path(name)).unwrap())
        .into();
    let folder = std::env::temp_dir().join(format!("skeg-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("keys");
    for bytes in good {
        for cut in (0..bytes.len()).step_by(37) {
            let mut flipped = bytes.clone();
            flipped[cut] ^= 0x55;
            for damaged in [&bytes[..cut], &flipped] {
                std::fs::write(&file, damaged).unwrap();
                // Whatever comes of it: no key that was changed may count as another one.
                let _ = Keyring::open(&file);
            }
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for (bytes, expected) in [
        (&b"hello"[..], "openpgp: invalid data: tag byte does not have MSB set"),
        (&[0x99, 0x01], "unexpected EOF"),
        (&[0xd6, 0x00], "openpgp: unknown critical packet type: 22"),
    ] {
        assert_eq!(
            Keyring::parse(bytes).err().map(|error| error.to_string()).as_deref(),
            Some(expected)
        );
    }
}

#[test]
fn files_that_are_not_there() {
    let keys = path("rsa.pub");
    let found = |archive: &Path| {
        let provenance = archive.with_extension("tgz.prov");
        verify_files(archive, &provenance, &keys)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_eq!(found(Path::new("nope.tgz")), "stat nope.tgz: no such file or directory");
    assert_eq!(found(&path("")), "unpacked charts cannot be verified");
    assert_eq!(found(&keys), "chart must be a tgz file");
}
