//! XC-10, XC-12, XC-23, XC-24, XC-50: what pods may do, and where secrets are.

use skeg_testkit::charts::applications;
use skeg_testkit::scratch;
use skeg_testkit::sweep::{each_chart, each_rendering};
use skeg_testkit::workload::pod_templates;
use skeg_testkit::{Json, path, quantity, security};

// XC-10
#[test]
fn xc_10_every_pod_is_restricted() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            let broken = security::restricted(pod.spec)
                .into_iter()
                .chain(security::hardened(pod.spec));
            broken.for_each(|rule| findings.add(format!("{place} {}", pod.owner.id()), rule));
        }
    });
}

// XC-12
#[test]
fn xc_12_every_container_has_resources_that_fit_together() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            for (_, container) in pod.containers() {
                let at = format!("{place} {}", pod.place(container));
                let amount = |key: &str| {
                    path::find(container, &format!(".resources.{key}"))
                        .first()
                        .copied()
                        .cloned()
                };
                for key in ["requests.cpu", "requests.memory", "limits.memory"] {
                    let fine = amount(key).is_some_and(|value| quantity::of(&value).is_some());
                    findings.check(fine, &at, format!("no quantity at resources.{key}"));
                }
                for name in ["cpu", "memory", "ephemeral-storage"] {
                    let read = |list: &str| amount(&format!("{list}.{name}")).as_ref().and_then(quantity::of);
                    if let (Some(least), Some(most)) = (read("requests"), read("limits")) {
                        findings.check(least <= most, &at, format!("requests more {name} than its limit"));
                    }
                }
            }
        }
    });
}

/// Names of values that hold a secret, rather than the name of a Secret or of a key in one.
fn is_secret_name(key: &str) -> bool {
    let lower = key.to_lowercase();
    let plain = [
        "password",
        "token",
        "apikey",
        "api_key",
        "clientsecret",
        "jwtsecret",
        "privatekey",
    ];
    // In capitals it is an environment variable's name, so its value is the secret itself.
    let variable = key.ends_with("_SECRET") || key.ends_with("_KEY");
    (plain.iter().any(|word| lower.ends_with(word)) || variable) && !lower.starts_with("existing")
}

// XC-23
#[test]
fn xc_23_secret_values_are_only_in_secrets() {
    const CANARY: &str = "canary-7c1f0a94e2b5d863";
    each_chart(|chart, findings| {
        let values = scratch::read(&chart.path().join("values.yaml"));
        let values = skeg_testkit::object::decode_one(&values).unwrap_or_default();
        let paths = skeg_testkit::schema::key_paths(&values).into_iter().filter(|keys| {
            let value = keys.iter().try_fold(&values, |at, key| at.get(key));
            // A default that is a template refers to a secret elsewhere.
            let plain = value.and_then(Json::as_str).is_some_and(|text| !text.contains("{{"));
            keys.last().is_some_and(|key| is_secret_name(key)) && plain
        });
        let paths: Vec<Vec<String>> = paths.collect();
        let document = skeg_testkit::schema::document(paths.iter().map(|keys| (&keys[..], Json::from(CANARY))));
        for (profile, _) in chart.profiles {
            let place = format!("{} ({profile}) with {paths:?}", chart.name);
            let rendered = match chart.render(profile).values(&document.to_string()).attempt() {
                Ok(rendered) => rendered,
                Err(why) => {
                    findings.add(place, why);
                    continue;
                }
            };
            for object in &rendered.objects {
                let plain = object.kind() != "Secret" || object.get(".stringData").is_some();
                if plain && object.text.contains(CANARY) {
                    findings.add(&place, format!("{} shows a secret", object.id()));
                }
            }
        }
    });
}

// XC-23
#[test]
fn xc_23_secrets_are_opaque_and_use_data() {
    each_rendering(|rendered, place, findings| {
        for secret in rendered.of_kind("Secret") {
            let at = format!("{place} {}", secret.id());
            findings.check(secret.text(".type") == "Opaque", &at, "type is not Opaque");
            findings.check(secret.get(".stringData").is_none(), &at, "uses stringData");
        }
    });
}

// XC-24
#[test]
fn xc_24_own_service_accounts_without_tokens() {
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            let at = format!("{place} {}", pod.owner.id());
            let account = pod
                .spec
                .get("serviceAccountName")
                .and_then(Json::as_str)
                .unwrap_or("default");
            findings.check(account != "default", &at, "runs under the default ServiceAccount");
            // A pod calls the API when its account is bound to a role.
            let bound = rendered.objects.iter().any(|object| {
                object.kind().ends_with("RoleBinding")
                    && object
                        .all(".subjects[*].name")
                        .iter()
                        .any(|name| name.as_str() == Some(account))
            });
            let token = pod.spec.get("automountServiceAccountToken") != Some(&Json::Bool(false));
            findings.check(bound || !token, &at, "mounts a token though its account has no role");
        }
    });
}

// XC-50
#[test]
fn xc_50_no_value_is_written_into_a_shell_script() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut sources = String::new();
    for chart in applications().chain([skeg_testkit::chart("platform-lib")]) {
        for file in scratch::files(&chart.path().join("templates")) {
            sources.push_str(&words(&scratch::read(&file)));
            sources.push('\n');
        }
    }
    each_rendering(|rendered, place, findings| {
        for pod in pod_templates(rendered) {
            for (_, container) in pod.containers() {
                let list = |key: &str| path::find(container, &format!(".{key}[*]"));
                let mut all = vec![[list("command"), list("args")].concat()];
                for hook in [
                    ".livenessProbe",
                    ".readinessProbe",
                    ".startupProbe",
                    ".lifecycle.preStop",
                    ".lifecycle.postStart",
                ] {
                    all.push(path::find(container, &format!("{hook}.exec.command[*]")));
                }
                for line in all {
                    let texts: Vec<&str> = line.into_iter().filter_map(Json::as_str).collect();
                    let shell = texts.first().is_some_and(|first| first.ends_with("sh"));
                    let script = texts
                        .windows(2)
                        .find(|pair| shell && pair[0].starts_with('-') && pair[0].ends_with('c'));
                    let Some(script) = script.map(|pair| pair[1]) else {
                        continue;
                    };
                    // A script that stands word for word in a template has nothing of the values in it.
                    let constant =
                        sources.contains(&words(script)) || sources.contains(&words(&script.replace('"', "\\\"")));
                    let at = format!("{place} {}", pod.place(container));
                    findings.check(constant, at, format!("a shell script made with values: {script}"));
                }
            }
        }
    });
}
