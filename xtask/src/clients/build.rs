//! The clients: built from their published Go modules, and kept between runs in `~/.cache/skeg-clients`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::SOURCE;

/// A program that calls `helm`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// Its name, and that of the folder of its Go module under `tests/clients/programs` and of its workflows.
    pub(super) name: &'static str,
    /// The Go package of the program.
    package: &'static str,
    /// Go's build tags.
    tags: &'static str,
    /// Whether it is built in minutes from nothing: CI has no time for others.
    pub(super) is_quick: bool,
}

/// The clients, in the order in which they are built.
pub(super) const CLIENTS: &[Client] = &[
    Client {
        name: "ct",
        package: "github.com/helm/chart-testing/v3/ct",
        tags: "",
        is_quick: true,
    },
    Client {
        name: "kustomize",
        package: "sigs.k8s.io/kustomize/kustomize/v5",
        tags: "",
        is_quick: true,
    },
    Client {
        name: "helmfile",
        package: "github.com/helmfile/helmfile",
        // Without the clients of two dozen stores of secrets, which are most of what there is to build.
        tags: "custom_providers",
        is_quick: false,
    },
];

/// What `ct lint` calls beside Helm, as packages of Python.
const LINTERS: &[&str] = &["yamllint==1.37.1", "yamale==6.0.0"];

/// The folder with the programs of `clients`; what is missing is built, with low priority.
///
/// # Errors
/// Where Go or pip is missing, a module or package cannot be had, or a program does not build.
pub(super) fn programs(clients: &[Client]) -> Result<PathBuf, String> {
    let cache = crate::reference::cache()?.with_file_name("skeg-clients");
    let bin = cache.join("bin");
    fs::create_dir_all(&bin).map_err(|e| format!("{}: {e}", bin.display()))?;
    for client in clients {
        let module = Path::new(SOURCE).join("programs").join(client.name);
        let kept = cache.join(format!("{:016x}", identity(&module)?)).join(client.name);
        if !kept.is_file() {
            build(client, &module, &kept)?;
        }
        link(&kept, &bin.join(client.name))?;
    }
    linters(&cache, &bin)?;
    Ok(bin)
}

/// A hash of what decides how the program comes out: its module files and Go's version.
fn identity(module: &Path) -> Result<u64, String> {
    let mut identity = Vec::new();
    for name in ["go.mod", "go.sum"] {
        let path = module.join(name);
        identity.extend(fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?);
    }
    let go = Command::new("go")
        .arg("version")
        .current_dir(module)
        .output()
        .map_err(|e| format!("go: {e}; Go is needed to build the clients"))?;
    identity.extend(go.stdout);
    Ok(crate::control_plane::hash(&identity))
}

fn build(client: &Client, module: &Path, kept: &Path) -> Result<(), String> {
    eprintln!("building {} (minutes, the first time only)", client.name);
    let begun = Instant::now();
    let folder = kept.parent().unwrap_or(kept);
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let part = kept.with_extension("part");
    let status = Command::new("nice")
        .args(["-n", "10", "go", "build", "-mod=readonly", "-p=2", "-trimpath", "-tags"])
        .arg(client.tags)
        .args(["-ldflags", "-s -w", "-o"])
        .arg(&part)
        .arg(client.package)
        .current_dir(module)
        .env("CGO_ENABLED", "0")
        .status()
        .map_err(|e| format!("nice go build: {e}"))?;
    if !status.success() {
        return Err(format!("go build {}: {status}", client.package));
    }
    eprintln!("built {} in {:.0} s", client.name, begun.elapsed().as_secs_f64());
    fs::rename(&part, kept).map_err(|e| format!("{}: {e}", kept.display()))
}

/// The linters of `ct lint`, in a folder of their own with a small program for each.
fn linters(cache: &Path, bin: &Path) -> Result<(), String> {
    let folder = cache.join(format!(
        "python-{:016x}",
        crate::control_plane::hash(LINTERS.concat().as_bytes())
    ));
    if !folder.is_dir() {
        let part = folder.with_extension("part");
        let status = Command::new("python3")
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
            ])
            .arg(&part)
            .args(LINTERS)
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .status()
            .map_err(|e| format!("python3: {e}"))?;
        if !status.success() {
            return Err(format!("pip install {}: {status}", LINTERS.join(" ")));
        }
        fs::rename(&part, &folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    for (name, start) in [("yamllint", "yamllint.cli:run"), ("yamale", "yamale.command_line:main")] {
        let (module, function) = start.split_once(':').unwrap_or((start, "main"));
        let text = format!(
            "#!/usr/bin/env python3\nimport sys\nsys.path.insert(0, {folder:?})\nfrom {module} import {function}\nsys.exit({function}())\n",
        );
        script(&bin.join(name), &text)?;
    }
    Ok(())
}

/// Writes a program that an interpreter runs.
///
/// # Errors
/// Where it cannot be written.
fn script(path: &Path, text: &str) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let told = |e| format!("{}: {e}", path.display());
    fs::write(path, text).map_err(told)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(told)
}

/// Makes `link` point to `target`, whatever it pointed to before.
pub(super) fn link(target: &Path, link: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", link.display());
    if fs::symlink_metadata(link).is_ok() {
        fs::remove_file(link).map_err(told)?;
    }
    std::os::unix::fs::symlink(target, link).map_err(told)
}
