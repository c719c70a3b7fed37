//! Building the programs from their published Go modules, and keeping them between runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::SOURCE;

/// What is built: the program's name and its package.
const PROGRAMS: &[(&str, &str)] = &[
    ("etcd", "go.etcd.io/etcd/server/v3"),
    ("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver"),
    (
        "kube-controller-manager",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
    ),
    ("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler"),
    ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
];

/// The folder with all programs; what is missing is built, one package at a time and with low priority, since tests and
/// benchmarks share the machine.
///
/// # Errors
/// Where Go is missing, a module cannot be had or a program does not build.
pub(super) fn programs() -> Result<PathBuf, String> {
    let module = Path::new(SOURCE);
    let manifest = read(&module.join("go.mod"))?;
    let mut identity = manifest.clone().into_bytes();
    identity.extend(read(&module.join("go.sum"))?.into_bytes());
    identity.extend(go_version()?.into_bytes());
    let folder = cache()?.join(format!("{:016x}", hash(&identity)));
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for (name, package) in PROGRAMS {
        let program = folder.join(name);
        if !program.is_file() {
            eprintln!("building {name} (minutes, the first time only)");
            build(&manifest, package, &program)?;
        }
    }
    Ok(folder)
}

fn build(manifest: &str, package: &str, program: &Path) -> Result<(), String> {
    let part = program.with_extension("part");
    let version = required(manifest, "k8s.io/kubernetes")?;
    let minor = version.split('.').nth(1).unwrap_or_default();
    let set = "-X k8s.io/component-base/version.git";
    let linker = format!("-s -w {set}Version={version} {set}Major=1 {set}Minor={minor} {set}TreeState=clean");
    let mut command = Command::new("nice");
    command
        .args([
            "-n",
            "10",
            "go",
            "build",
            "-p=1",
            "-trimpath",
            "-ldflags",
            &linker,
            "-o",
        ])
        .arg(&part)
        .arg(package)
        .current_dir(SOURCE)
        .env("CGO_ENABLED", "0");
    let status = command.status().map_err(|e| format!("nice go build {package}: {e}"))?;
    if !status.success() {
        return Err(format!("go build {package}: {status}"));
    }
    fs::rename(&part, program).map_err(|e| format!("{}: {e}", program.display()))
}

/// The version that the module file requires of `module`, `v1.36.3`.
fn required(manifest: &str, module: &str) -> Result<String, String> {
    manifest
        .lines()
        .filter_map(|line| line.trim().strip_prefix(module)?.strip_prefix(' '))
        .find(|rest| rest.starts_with('v'))
        .map(|rest| rest.split(' ').next().unwrap_or(rest).to_owned())
        .ok_or_else(|| format!("{SOURCE}/go.mod requires no {module}"))
}

fn go_version() -> Result<String, String> {
    let output = Command::new("go")
        .arg("version")
        .current_dir(SOURCE)
        .output()
        .map_err(|e| format!("go: {e}; Go is needed to build the control plane"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn cache() -> Result<PathBuf, String> {
    Ok(crate::reference::cache()?.with_file_name("skeg-control-plane"))
}

/// FNV-1a: the same for ever, unlike the standard library's hash.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{hash, required};

    #[test]
    fn a_version_is_that_of_the_requirement() {
        let manifest = "tool (\n\tk8s.io/kubernetes/cmd/kube-apiserver\n)\nrequire (\n\tk8s.io/kubernetes v1.36.3\n\tk8s.io/api v0.36.3 // indirect\n)\n";
        assert_eq!(required(manifest, "k8s.io/kubernetes").as_deref(), Ok("v1.36.3"));
        assert_eq!(required(manifest, "k8s.io/api").as_deref(), Ok("v0.36.3"));
        assert!(required(manifest, "k8s.io/kube").is_err());
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
