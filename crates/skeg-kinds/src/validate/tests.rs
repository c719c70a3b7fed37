//! Manifests, good and bad, rule by rule. Each bad one cites what in Kubernetes' documentation it breaks.

use super::*;

/// `code path: message` of each finding for the only object of a text.
fn found(minor: u32, text: &str) -> Vec<String> {
    let checked = Validator::new(Options::new(minor))
        .check_text(text.as_bytes())
        .expect("YAML");
    checked
        .iter()
        .flat_map(|object| &object.findings)
        .map(|f| {
            let hint = f.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            let blank = if f.path.is_empty() { "" } else { " " };
            format!(
                "{}{blank}{}: {}{hint} @{}",
                f.code,
                f.path,
                f.message,
                &text[f.span.clone()]
            )
        })
        .collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app.kubernetes.io/name: web}}
spec:
  replicas: 2
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: c
          image: i
          ports: [{containerPort: 80, protocol: TCP}]
          resources: {limits: {cpu: 500m, memory: 1Gi}, requests: {cpu: 1, memory: 1.5e9}}
          livenessProbe: {httpGet: {path: /, port: http}}
";

#[test]
fn a_good_manifest_has_no_findings() {
    for minor in 20..=37 {
        assert_eq!(found(minor, DEPLOYMENT), Vec::<String>::new(), "1.{minor}");
    }
}

/// What replaces what in the good manifest, and what is then found.
#[test]
fn one_change_makes_one_finding() {
    for (from, to, expected) in [
        // API reference, Deployment v1 apps: spec.replicas (int32).
        (
            "replicas: 2",
            "replicas: \"2\"",
            "wrong-type spec.replicas: must be a whole number, not the text \"2\" (remove the quotes) @\"2\"",
        ),
        (
            "replicas: 2",
            "replicas: 2.5",
            "wrong-type spec.replicas: must be a whole number, not the number 2.5 @2.5",
        ),
        (
            "replicas: 2",
            "replicas: 4294967296",
            "out-of-range spec.replicas: must fit into 32 bits, which 4294967296 does not @4294967296",
        ),
        (
            "replicas: 2",
            "replica: 2",
            "unknown-field spec.replica: is no field (did you mean `replicas`?) @replica",
        ),
        (
            "replicas: 2",
            "replicas: 2\n  replicas: 3",
            "duplicate-key spec.replicas: is set twice @replicas",
        ),
        // API reference, DeploymentSpec: selector and template are required.
        (
            "  selector: {matchLabels: {a: b}}\n",
            "",
            "missing-field spec: `selector` is required and missing @replicas",
        ),
        (
            "selector: {matchLabels: {a: b}}",
            "selector: null",
            "missing-field spec.selector: is required and must not be null @selector",
        ),
        // API reference, Container: image, imagePullPolicy, ports, resources.
        (
            "image: i",
            "image: 1.25",
            "wrong-type spec.template.spec.containers[0].image: must be text, not the number 1.25 (quote it) @1.25",
        ),
        (
            "image: i",
            "image: i\n          imagePullPolicy: Allways",
            "bad-word spec.template.spec.containers[0].imagePullPolicy: must be one of Always, IfNotPresent, Never, not the text \"Allways\" (did you mean `Always`?) @Allways",
        ),
        (
            "containerPort: 80",
            "containerPort: http",
            "wrong-type spec.template.spec.containers[0].ports[0].containerPort: must be a whole number, not the text \"http\" @http",
        ),
        (
            "memory: 1Gi",
            "memory: 1GB",
            "bad-quantity spec.template.spec.containers[0].resources.limits.memory: must be a quantity such as 250m, 1.5 or 2Gi, not the text \"1GB\" @1GB",
        ),
        // Probe: httpGet.port (IntOrString).
        (
            "port: http",
            "port: [1]",
            "wrong-type spec.template.spec.containers[0].livenessProbe.httpGet.port: must be a whole number or text, not a list @[1]",
        ),
        // Object Names and IDs.
        ("name: web,", "name: Web_1,", "bad-name"),
        (
            "metadata: {name: web, labels",
            "metadata: {labels",
            "missing-name metadata: `name` is missing: every object needs one, or a `generateName` @labels",
        ),
        // Labels and Selectors.
        (
            "app.kubernetes.io/name: web",
            "app.kubernetes.io/version: 1.2.3+4",
            "bad-label metadata.labels[\"app.kubernetes.io/version\"]: `1.2.3+4` is no label value: it must be letters, digits, `-`, `_` and `.`, with a letter or digit at both ends @1.2.3+4",
        ),
        (
            "app.kubernetes.io/name: web",
            "version: 1.2",
            "wrong-type metadata.labels.version: must be text, not the number 1.2 (quote it) @1.2",
        ),
        (
            "kind: Deployment",
            "kind: Deploymnt",
            "unknown-kind: Kubernetes 1.33 has no kind Deploymnt in apps/v1 (did you mean Deployment?) @Deploymnt",
        ),
        (
            "apiVersion: apps/v1\n",
            "",
            "missing-api-version: `apiVersion` is missing @kind",
        ),
        (
            "kind: Deployment\n",
            "kind:\n",
            "missing-kind: `kind` must be text that says which, not null @",
        ),
    ] {
        let text = DEPLOYMENT.replacen(from, to, 1);
        let found = found(33, &text);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{to}: {found:#?}");
    }
}

/// Each manifest with the minor it is checked for, and the start of what is found; nothing where it is fine.
#[test]
fn manifests_by_minor() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
    let sidecar = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: a, image: i}]\n  \
                   initContainers: [{name: b, image: i, restartPolicy: Always}]\n";
    let cron = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: c}\nspec: {schedule: '* * * * *', jobTemplate: \
                {spec: {template: {spec: {containers: [{name: c}], restartPolicy: Never}}}}}\n";
    for (minor, text, expected) in [
        // Sidecar containers: restartPolicy of a container came with 1.28.
        (
            27,
            sidecar.to_owned(),
            "future-field spec.initContainers[0].restartPolicy: is a field from Kubernetes 1.28 on, not in 1.27",
        ),
        (28, sidecar.to_owned(), ""),
        // Deprecated API Migration Guide, v1.25, CronJob.
        (20, cron.to_owned(), ""),
        (
            21,
            cron.to_owned(),
            "deprecated-api: batch/v1beta1 CronJob is deprecated since Kubernetes 1.21 and gone in 1.25 (use batch/v1 CronJob) @batch/v1beta1",
        ),
        (
            25,
            cron.to_owned(),
            "removed-api: batch/v1beta1 CronJob is gone since Kubernetes 1.25 (use batch/v1 CronJob) @batch/v1beta1",
        ),
        (
            20,
            cron.replace("v1beta1", "v1"),
            "future-api: batch/v1 CronJob is served from Kubernetes 1.21 on @batch/v1",
        ),
        // Deprecated API Migration Guide, v1.16, Deployment: gone before the first minor with schemas.
        (
            20,
            "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: d}\n".to_owned(),
            "removed-api: extensions/v1beta1 Deployment is gone since Kubernetes 1.16 (use apps/v1 Deployment)",
        ),
        // API reference, Secret: data (base64), stringData (text).
        (33, format!("{secret}data: {{a: YQ==}}\nstringData: {{b: c}}\n"), ""),
        (
            33,
            format!("{secret}data: {{a: not base64}}\n"),
            "bad-format data.a: must be base64",
        ),
        (
            33,
            format!("{secret}stringData: {{b: true}}\n"),
            "wrong-type stringData.b: must be text, not the boolean true (quote it)",
        ),
        // API reference, ObjectMeta: creationTimestamp (Time), null where unset.
        (
            33,
            secret.replace("{name: s}", "{name: s, creationTimestamp: null}"),
            "",
        ),
        (
            33,
            secret.replace("{name: s}", "{name: s, creationTimestamp: today}"),
            "bad-format metadata.creationTimestamp: must be a time",
        ),
        (33, secret.replace("name: s", "generateName: s-"), ""),
        // Custom resources have no schema here.
        (
            33,
            "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n".to_owned(),
            "no-schema: there is no schema for example.com/v1 Thing",
        ),
        (
            33,
            "- a\n".to_owned(),
            "not-an-object: an object must be a map, not a list",
        ),
    ] {
        let found = found(minor, &text);
        let as_expected = match found.as_slice() {
            [] => expected.is_empty(),
            [only] => !expected.is_empty() && only.starts_with(expected),
            _ => false,
        };
        assert!(as_expected, "1.{minor} {text}: {found:#?}");
    }
}

/// API conventions, "Lists and Simple kinds": the items of a v1 List are objects of their own.
#[test]
fn lists_are_unrolled() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n\
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, dat: {}}\n";
    let checked = Validator::new(Options::new(33))
        .check_text(text.as_bytes())
        .expect("YAML");
    let seen: Vec<_> = checked.iter().map(|c| (c.name.as_str(), c.outcome)).collect();
    assert_eq!(seen, [("a", Outcome::Valid), ("b", Outcome::Invalid)]);
    assert!(
        Validator::new(Options::new(33))
            .check_text(b"# nothing\n")
            .expect("YAML")
            .is_empty()
    );
}

#[test]
fn kinds_are_skipped_and_rejected_by_name() {
    let verdict = |skip: &[&str], reject: &[&str]| {
        let options = Options {
            skip: skip.iter().map(ToString::to_string).collect(),
            reject: reject.iter().map(ToString::to_string).collect(),
            ..Options::new(33)
        };
        Validator::new(options).check_text(DEPLOYMENT.as_bytes()).expect("YAML")[0].outcome
    };
    assert_eq!(verdict(&["Deployment"], &["Deployment"]), Outcome::Skipped);
    assert_eq!(verdict(&["apps/v1/Deployment"], &[]), Outcome::Skipped);
    assert_eq!(verdict(&["v1/Deployment"], &[]), Outcome::Valid);
    assert_eq!(verdict(&[], &["apps/v1/Deployment"]), Outcome::Invalid);
}
