//! The certificates of a control plane, made with openssl: one authority, the API server, components and users.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Names under which the API server is reached.
const SERVER_NAMES: &str = "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc";

/// Makes `ca`, `server`, `service-account` and a client pair (`NAME.crt`, `NAME.key`) for each of `clients` in `folder`.
///
/// # Errors
/// Where openssl is missing or fails.
pub(super) fn make(folder: &Path, clients: &[(&str, &str)]) -> Result<(), String> {
    let made = |e| format!("{}: {e}", folder.display());
    fs::create_dir_all(folder).map_err(made)?;
    let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature";
    fs::write(folder.join("empty.cnf"), "[req]\ndistinguished_name=name\n[name]\n").map_err(made)?;
    key(folder, "ca")?;
    request(folder, "ca", "/CN=skeg-test-authority")?;
    fs::write(folder.join("ca.ext"), authority).map_err(made)?;
    openssl(
        folder,
        &[
            "x509", "-req", "-in", "ca.csr", "-signkey", "ca.key", "-days", "3650", "-extfile", "ca.ext", "-out",
            "ca.crt",
        ],
    )?;
    signed(
        folder,
        "server",
        "/CN=kube-apiserver",
        &format!("extendedKeyUsage=serverAuth\n{SERVER_NAMES}"),
    )?;
    for (name, group) in clients {
        let common = client_name(name);
        let subject = if group.is_empty() {
            format!("/CN={common}")
        } else {
            format!("/O={group}/CN={common}")
        };
        signed(folder, name, &subject, "extendedKeyUsage=clientAuth")?;
    }
    key(folder, "service-account")?;
    openssl(
        folder,
        &[
            "pkey",
            "-in",
            "service-account.key",
            "-pubout",
            "-out",
            "service-account.pub",
        ],
    )
}

/// The user that a certificate stands for; components bear the names that Kubernetes gives their rights to.
fn client_name(name: &str) -> String {
    if name.starts_with("kube-") {
        format!("system:{name}")
    } else {
        name.to_owned()
    }
}

fn key(folder: &Path, name: &str) -> Result<(), String> {
    let out = format!("{name}.key");
    openssl(
        folder,
        &[
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-out",
            &out,
        ],
    )
}

fn request(folder: &Path, name: &str, subject: &str) -> Result<(), String> {
    let (key, out) = (format!("{name}.key"), format!("{name}.csr"));
    openssl(
        folder,
        &[
            "req",
            "-new",
            "-config",
            "empty.cnf",
            "-key",
            &key,
            "-subj",
            subject,
            "-out",
            &out,
        ],
    )
}

fn signed(folder: &Path, name: &str, subject: &str, extensions: &str) -> Result<(), String> {
    key(folder, name)?;
    request(folder, name, subject)?;
    let (input, ext, out) = (format!("{name}.csr"), format!("{name}.ext"), format!("{name}.crt"));
    let days = if name == super::EXPIRED { "-1" } else { "3650" };
    fs::write(folder.join(&ext), extensions).map_err(|e| format!("{ext}: {e}"))?;
    openssl(
        folder,
        &[
            "x509",
            "-req",
            "-in",
            &input,
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            days,
            "-extfile",
            &ext,
            "-out",
            &out,
        ],
    )
}

fn openssl(folder: &Path, args: &[&str]) -> Result<(), String> {
    let output = Command::new("openssl")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("openssl: {e}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "openssl {}: {}",
            args.join(" "),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}
