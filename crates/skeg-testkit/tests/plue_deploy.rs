//! Plue: `scripts/deploy-staging.sh`, run with stubs in the place of everything it calls.

use std::path::PathBuf;

use skeg_testkit::chart;
use skeg_testkit::scratch::read;
use skeg_testkit::stubs::Stubs;

fn family() -> PathBuf {
    chart("plue").family_root()
}

const SCRIPT: &str = "scripts/deploy-staging.sh";

fn stubs() -> Stubs {
    Stubs::new(&["docker", "kubectl", "git", "helm", "skeg"])
        .reply("git", "rev-parse --short HEAD", "abc1234\n", 0)
        .reply("git", "rev-parse --show-toplevel", "/src\n", 0)
        .env("USER", "alice")
}

#[test]
fn plue_49_staging_is_built_pushed_deployed_and_waited_for() {
    let run = stubs()
        .reply("kubectl", "get namespace *", "", 1)
        .run(&family(), "bash", &[SCRIPT]);
    assert_eq!(run.answer.status, 0, "{}", run.answer.stderr);
    let mut wanted = vec![
        "git rev-parse --short HEAD".to_owned(),
        "git rev-parse --show-toplevel".to_owned(),
    ];
    for component in ["api", "web", "runner"] {
        wanted.push(format!(
            "docker build --tag gcr.io/plue-production/{component}:abc1234 /src/{component}"
        ));
        wanted.push(format!("docker push gcr.io/plue-production/{component}:abc1234"));
    }
    wanted.push("kubectl get namespace alice".to_owned());
    wanted.push("kubectl create namespace alice".to_owned());
    wanted.push(
        "helm upgrade --install plue ./plue --namespace alice --values plue/values-staging.yaml --set image.tag=abc1234".to_owned(),
    );
    wanted.push("kubectl --namespace alice rollout status deployment/plue-api --timeout 5m".to_owned());
    wanted.push("kubectl --namespace alice rollout status deployment/plue-web --timeout 5m".to_owned());
    assert_eq!(run.lines(), wanted);
}

#[test]
fn plue_49_the_tool_the_namespace_and_an_existing_namespace() {
    let run = stubs()
        .env("HELM", "skeg")
        .env("STAGING_NAMESPACE", "team-a")
        .run(&family(), "bash", &[SCRIPT]);
    assert_eq!(run.answer.status, 0, "{}", run.answer.stderr);
    assert!(run.lines_of("helm").is_empty());
    assert!(run.lines_of("skeg")[0].contains("--namespace team-a --values plue/values-staging.yaml"));
    assert_eq!(run.lines_of("kubectl")[0], "kubectl get namespace team-a");
    assert!(!run.lines_of("kubectl")[1].contains("create"));
}

#[test]
fn plue_49_a_failing_step_stops_it_with_that_status() {
    let steps = [
        ("git", "rev-parse --short HEAD", 128),
        ("docker", "build*", 17),
        ("docker", "push*runner*", 18),
        ("kubectl", "create*", 19),
        ("helm", "*", 20),
        ("kubectl", "*rollout*web*", 21),
    ];
    for (program, pattern, status) in steps {
        let stubs = Stubs::new(&["docker", "kubectl", "git", "helm"])
            .reply(program, pattern, "", status)
            .reply("git", "rev-parse --short HEAD", "abc1234\n", 0)
            .reply("kubectl", "get namespace *", "", 1)
            .env("USER", "alice");
        let run = stubs.run(&family(), "bash", &[SCRIPT]);
        assert_eq!(run.answer.status, status, "{program} {pattern}");
        let last = run.lines().pop().unwrap_or_default();
        assert!(last.starts_with(program), "{program} {pattern}: {last} came after");
    }
}

#[test]
fn plue_49_a_name_that_is_no_namespace_is_refused() {
    for name in ["", "Alice", "alice.b", "-a", "a_b", "production", "kube-system"] {
        let run = stubs()
            .env("STAGING_NAMESPACE", name)
            .env("USER", name)
            .run(&family(), "bash", &[SCRIPT]);
        assert_ne!(run.answer.status, 0, "{name:?}");
        assert!(run.lines_of("docker").is_empty(), "{name:?}");
        assert!(
            run.answer.stderr.contains("STAGING_NAMESPACE"),
            "{name:?}: {}",
            run.answer.stderr
        );
    }
    assert!(read(&family().join(SCRIPT)).contains("set -euo pipefail"));
}
