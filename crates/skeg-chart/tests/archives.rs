//! Archives, good and hostile, and what Helm 4.3.1 said of each as a subchart's archive, where it tells the reason
//! (spec 4.1, 4.4).

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use skeg_chart::archive::read;

const HEAD: &[u8] = b"apiVersion: v2\nname: a\nversion: 0.1.0\n";

/// A tar file with these entries: name, type and contents.
fn tar(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, kind, data) in entries {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..107].copy_from_slice(b"0000644");
        header[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        header[136..147].copy_from_slice(b"00000000012");
        header[156] = *kind;
        header[257..265].copy_from_slice(b"ustar\x0000");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(data);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// The names of the files, or the reason.
fn outcome(archive: &[u8]) -> String {
    match read(archive) {
        Ok(files) => files.iter().map(|file| &*file.name).collect::<Vec<_>>().join(" "),
        Err(error) => error.in_full().to_string(),
    }
}

#[test]
fn entries_become_files_or_are_refused() {
    let head = ("a/Chart.yaml", b'0', HEAD);
    let outside = "chart illegally contains content outside the base directory:";
    for (name, entries, expected) in [
        (
            "plain",
            vec![head, ("a/templates/x.yaml", b'0', b"x: 1")],
            "Chart.yaml templates/x.yaml".to_owned(),
        ),
        ("nothing", vec![], "no files in chart archive".to_owned()),
        (
            "only a folder",
            vec![("a/", b'5', b"")],
            "no files in chart archive".to_owned(),
        ),
        ("old folder", vec![head, ("a/x/", b'0', b"")], "Chart.yaml".to_owned()),
        (
            "no folder",
            vec![("Chart.yaml", b'0', HEAD)],
            format!("{outside} \"Chart.yaml\""),
        ),
        (
            "the folder as a file",
            vec![head, ("a/.", b'0', b"x")],
            format!("{outside} \"a/.\""),
        ),
        (
            "parent",
            vec![head, ("a/../../x", b'0', b"x")],
            "chart illegally references parent directory".to_owned(),
        ),
        (
            "dots first",
            vec![head, ("../x", b'0', b"x")],
            "Chart.yaml x".to_owned(),
        ),
        (
            "absolute",
            vec![head, ("a//x", b'0', b"x")],
            "chart illegally contains absolute paths".to_owned(),
        ),
        (
            "drive",
            vec![head, ("a/c:/x", b'0', b"x")],
            "chart contains illegally named files".to_owned(),
        ),
        (
            "backslashes",
            vec![head, ("a\\t\\x", b'0', b"x")],
            "Chart.yaml t/x".to_owned(),
        ),
        ("link", vec![head, ("a/l", b'2', b"")], "Chart.yaml l".to_owned()),
        (
            "long name",
            vec![("././@LongLink", b'L', b"a/long/name\0"), ("short", b'0', HEAD)],
            "long/name".to_owned(),
        ),
        (
            "extended name",
            vec![("pax", b'x', b"19 path=a/long/name\n"), ("short", b'0', HEAD)],
            "long/name".to_owned(),
        ),
        (
            "global header",
            vec![("pax_global_header", b'g', b"16 comment=abcd\n"), head],
            "Chart.yaml".to_owned(),
        ),
    ] {
        assert_eq!(outcome(&gzip(&tar(&entries))), expected, "{name}");
    }
}

#[test]
fn contents_are_kept_without_a_byte_order_mark() {
    let files = read(&gzip(&tar(&[("a/x", b'0', b"\xEF\xBB\xBFtext"), ("a/l", b'2', b"")]))).expect("a good archive");
    assert_eq!((&**files[0].data(), &**files[1].data()), (&b"text"[..], &b""[..]));
}

#[test]
fn broken_archives_say_what_is_wrong() {
    let good = tar(&[("a/Chart.yaml", b'0', HEAD), ("a/x", b'0', &[b'x'; 2000])]);
    let packed = gzip(&good);
    let mut wrong_sum = good.clone();
    wrong_sum[150] ^= 5;
    for (name, bytes, expected) in [
        ("empty", vec![], "EOF"),
        ("short", b"he".to_vec(), "unexpected EOF"),
        ("no gzip", b"hello hello hello".to_vec(), "gzip: invalid header"),
        ("no tar", gzip(&b"hello".repeat(200)), "archive/tar: invalid tar header"),
        ("less than a header", gzip(b"hello"), "unexpected EOF"),
        ("an empty tar", gzip(b""), "no files in chart archive"),
        ("checksum", gzip(&wrong_sum), "archive/tar: invalid tar header"),
        ("cut off in a file", gzip(&good[..2000]), "unexpected EOF"),
        ("cut off in padding", gzip(&good[..600]), "Chart.yaml"),
        (
            "packed part cut off",
            packed[..packed.len() / 2].to_vec(),
            "unexpected EOF",
        ),
        // The end of the tar file is reached before gzip's own checksum is.
        (
            "gzip checksum cut off",
            packed[..packed.len() - 8].to_vec(),
            "Chart.yaml x",
        ),
        ("something behind", [&packed[..], b"xx"].concat(), "Chart.yaml x"),
    ] {
        assert_eq!(outcome(&bytes), expected, "{name}");
    }
}

/// spec 4.3: everything together must stay below 100 MiB, whatever the headers claim.
#[test]
fn bombs_are_refused() {
    let too_large = "decompressed chart is larger than the maximum size 104857600";
    let zeros = vec![0; 104_857_600];
    assert_eq!(outcome(&gzip(&tar(&[("a/big", b'0', &zeros)]))), too_large);
    let mut claims = tar(&[("a/big", b'0', b"x")]);
    claims[124..135].copy_from_slice(b"77777777777");
    claims[148..156].fill(b' ');
    let sum: u32 = claims[..512].iter().map(|&byte| u32::from(byte)).sum();
    claims[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    assert_eq!(outcome(&gzip(&claims)), too_large);
}

/// Any bytes are an error at worst.
#[test]
fn damaged_archives_never_panic() {
    let good = tar(&[
        ("a/Chart.yaml", b'0', HEAD),
        ("pax", b'x', b"19 path=a/long/name\n"),
        ("a/x", b'0', b"x"),
    ]);
    for at in 0..good.len() {
        for value in [0, b'7', 0xFF] {
            let mut damaged = good.clone();
            damaged[at] = value;
            let sum_at = at / 512 * 512;
            // With its checksum made right, so that the field itself is read.
            if (at % 512 < 148 || at % 512 >= 156) && damaged[sum_at..sum_at + 512].iter().any(|&byte| byte != 0) {
                damaged[sum_at + 148..sum_at + 156].fill(b' ');
                let sum: u32 = damaged[sum_at..sum_at + 512].iter().map(|&byte| u32::from(byte)).sum();
                damaged[sum_at + 148..sum_at + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            }
            let stored = {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
                encoder.write_all(&damaged).expect("memory can be written");
                encoder.finish().expect("memory can be written")
            };
            let _ = outcome(&stored);
        }
    }
}
