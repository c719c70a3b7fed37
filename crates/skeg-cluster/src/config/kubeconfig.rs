//! The kubeconfig files, read with the YAML reader that charts are read with: Helm's words for a broken one, and no second
//! reader in the program.
//!
//! # Source
//! client-go's loading rules; kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use kube::config::Kubeconfig;
use skeg_value::json::{JsonStyle, encode};
use skeg_value::yaml;

use super::{ConnectError, ConnectOptions};

/// Merges the kubeconfig files: what an earlier one says counts.
pub(super) fn read(options: &ConnectOptions) -> Result<Option<Kubeconfig>, ConnectError> {
    let explicit = !options.kube_config.is_empty();
    let paths = if explicit {
        vec![PathBuf::from(&options.kube_config)]
    } else {
        options.kube_configs.clone()
    };
    let mut merged: Option<Kubeconfig> = None;
    for path in paths {
        match std::fs::metadata(&path) {
            Ok(_) => {}
            Err(error) if explicit => {
                let reason = match error.kind() {
                    std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
                    _ => error.to_string(),
                };
                return Err(ConnectError(format!("stat {}: {reason}", path.display())));
            }
            Err(_) => continue,
        }
        let unreadable = |error: &dyn std::fmt::Display| {
            ConnectError(format!("error loading config file \"{}\": {error}", path.display()))
        };
        let next = file(&path).map_err(|reason| unreadable(&reason))?;
        merged = Some(match merged {
            None => next,
            Some(before) => before.merge(next).map_err(|error| unreadable(&error))?,
        });
    }
    Ok(merged)
}

/// Reads one file. Paths in it are relative to its folder.
fn file(path: &Path) -> Result<Kubeconfig, String> {
    let text =
        std::fs::read(path).map_err(|error| format!("open {}: {}", path.display(), crate::reason::of_chain(&error)))?;
    let mut config = parse(&text)?;
    if let Some(folder) = path.parent() {
        resolve(&mut config, folder);
    }
    Ok(config)
}

fn parse(text: &[u8]) -> Result<Kubeconfig, String> {
    let value = yaml::decode(text).map_err(|error| error.direct_message().to_owned())?;
    if value.is_null() {
        return Ok(Kubeconfig::default());
    }
    let mut json = Vec::new();
    encode(&value, &mut json, JsonStyle::Compact, false).map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|error| format!("json: {error}"))
}

/// Makes the paths of certificates, keys, tokens and plugins absolute; a plugin without a separator is looked for in `PATH`.
fn resolve(config: &mut Kubeconfig, folder: &Path) {
    let absolute = |path: &mut Option<String>| {
        if let Some(path) = path
            && !path.is_empty()
            && Path::new(path.as_str()).is_relative()
        {
            *path = folder.join(&path).to_string_lossy().into_owned();
        }
    };
    for cluster in config.clusters.iter_mut().filter_map(|entry| entry.cluster.as_mut()) {
        absolute(&mut cluster.certificate_authority);
    }
    for user in config
        .auth_infos
        .iter_mut()
        .filter_map(|entry| entry.auth_info.as_mut())
    {
        absolute(&mut user.client_certificate);
        absolute(&mut user.client_key);
        absolute(&mut user.token_file);
        if let Some(exec) = &mut user.exec
            && exec
                .command
                .as_ref()
                .is_some_and(|command| command.contains(MAIN_SEPARATOR))
        {
            absolute(&mut exec.command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file() {
        let mut config = parse(
            b"apiVersion: v1
clusters:
- name: c
  cluster: {server: 'https://h', certificate-authority: ca.pem}
users:
- name: u
  user:
    client-certificate: /abs/c.pem
    client-key: keys/k.pem
    tokenFile: t
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, interactiveMode: Never}
- name: v
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}
",
        )
        .unwrap();
        resolve(&mut config, Path::new("/home/me/.kube"));
        let cluster = config.clusters[0].cluster.as_ref().unwrap();
        assert_eq!(cluster.certificate_authority.as_deref(), Some("/home/me/.kube/ca.pem"));
        let user = config.auth_infos[0].auth_info.as_ref().unwrap();
        assert_eq!(user.client_certificate.as_deref(), Some("/abs/c.pem"));
        assert_eq!(user.client_key.as_deref(), Some("/home/me/.kube/keys/k.pem"));
        assert_eq!(user.token_file.as_deref(), Some("/home/me/.kube/t"));
        let command = |number: usize| {
            let user = config.auth_infos[number].auth_info.as_ref().unwrap();
            user.exec.as_ref().unwrap().command.clone().unwrap()
        };
        assert_eq!(command(0), "/home/me/.kube/./login");
        assert_eq!(command(1), "aws");
    }

    /// The words of Helm 4.3.1, by experiment.
    #[test]
    fn a_broken_file_is_named_in_helms_words() {
        let broken = b"apiVersion: v1\nkind: Config\nclusters: [\n  - x: {\n";
        assert_eq!(
            parse(broken).unwrap_err(),
            "yaml: line 3: did not find expected node content"
        );
        assert!(parse(b"clusters: hello").unwrap_err().starts_with("json: "));
        assert!(parse(b"").unwrap().contexts.is_empty());
    }
}
