//! The harness itself: mistakes planted in a copy of a chart are found, each by the test that is there for it.

use std::path::Path;
use std::process::Command;

use skeg_testkit::scratch::{self, Scratch};
use skeg_testkit::{programs, schema};

/// Tests that must fail on the copy.
const FINDERS: &[&str] = &[
    "api_versions::xc_29_without_operators_nothing_needs_them",
    "api_versions::xc_30_api_versions_follow_the_cluster",
    "api_versions::xc_31_older_clusters_are_refused",
    "determinism::xc_25_no_template_asks_for_chance_or_time",
    "determinism::xc_25_two_renderings_are_the_same",
    "docs::xc_33_notes_tell_what_is_expected_and_what_is_unsafe",
    "helm_equal::xc_03_every_profile_renders_to_the_same_bytes",
    "images::xc_11_no_mutable_tag_where_it_counts",
    "lint::xc_04_every_chart_says_where_it_comes_from",
    "lint::xc_04_lint_says_nothing_at_all",
    "naming::xc_21_labels_of_every_object",
    "naming::xc_21_selectors_never_change",
    "naming::xc_22_names_are_valid_and_unique",
    "naming::xc_22_two_releases_share_nothing_of_the_cluster",
    "naming::xc_37_every_namespaced_object_says_where_it_is",
    "network::xc_13_every_pod_is_isolated_both_ways",
    "network::xc_14_pods_that_may_talk_can_resolve_names",
    "packaging::xc_26_an_archive_renders_like_its_folder",
    "schema::xc_05_schemas_are_closed",
    "schema::xc_06_every_leaf_is_typed_and_has_a_default_or_is_optional",
    "schema::xc_07_schemas_know_their_subcharts",
    "security::xc_10_every_pod_is_restricted",
    "security::xc_12_every_container_has_resources_that_fit_together",
    "security::xc_23_secrets_are_opaque_and_use_data",
    "security::xc_24_own_service_accounts_without_tokens",
    "security::xc_50_no_value_is_written_into_a_shell_script",
    "tree::xc_01_every_entry_of_the_trees_exists",
    "unittest::xc_09_every_suite_passes",
    "validate::xc_20_every_profile_fits_every_promised_kubernetes",
    "values::xc_38_every_workload_can_be_adjusted",
    "values::xc_39_configuration_and_environment_are_text",
    "workloads::xc_15_budgets_leave_room_for_disruption",
    "workloads::xc_17_several_pods_are_spread",
    "workloads::xc_18_probes",
    "workloads::xc_19_pods_carry_checksums_of_what_they_read",
    "workloads::xc_28_claims_are_kept",
    "workloads::xc_34_no_request_is_lost_while_pods_are_replaced",
    "workloads::xc_35_a_volume_of_one_node_has_pods_on_one_node",
];

/// A test that must pass: it shows that the copy renders, so that the others fail for their own reason.
const CONTROL: &str = "network::xc_44_no_snippets";

/// Changes a file of the copy by replacing a text that must be there.
fn replace(copy: &Scratch, file: &str, from: &str, to: &str) {
    let path = copy.path().join("charts/plue/infra/helm/plue").join(file);
    let text = scratch::read(&path);
    assert!(text.contains(from), "{file} has no `{from}`");
    std::fs::write(&path, text.replace(from, to)).expect("a writable copy");
}

fn plant(copy: &Scratch) {
    let chart = "charts/plue/infra/helm/plue";
    copy.write(&format!("{chart}/templates/evil.yaml"), include_str!("planted.yaml"));
    replace(copy, "Chart.yaml", "icon:", "# icon:");
    replace(copy, "Chart.yaml", ">=1.28.0-0", ">=1.20.0-0");
    replace(copy, ".helmignore", "tests/", "");
    std::fs::remove_file(copy.path().join("charts/plue/scripts/deploy-staging.sh")).expect("a script");
    let path = copy.path().join(chart).join("values.schema.json");
    let mut root: skeg_testkit::Json = scratch::read(&path).parse().expect("JSON");
    root["properties"]["image"]["additionalProperties"] = true.into();
    root["properties"]["replicaCount"] = schema::document([]);
    let properties = root["properties"].as_object_mut().expect("properties");
    properties.remove("global").expect("a declaration of global");
    std::fs::write(&path, root.to_string()).expect("a writable copy");
    // Without its declaration, `global` is taken only by an open root.
    replace(
        copy,
        "values.schema.json",
        "\"additionalProperties\":false,\"definitions\"",
        "\"definitions\"",
    );
}

// XC-43: a broken chart makes the checks fail.
#[test]
fn xc_43_planted_mistakes_are_found() {
    let repository = programs::repository();
    let copy = Scratch::with_copy(&repository.join("charts"));
    std::fs::copy(repository.join("test.sh"), copy.path().join("test.sh")).expect("a copy");
    plant(&copy);
    // This program again, on the copy. Where the system has it, by the link that still leads to it when Cargo has built
    // another in its place.
    let running = Path::new("/proc/self/exe");
    let program = if running.exists() {
        running.to_owned()
    } else {
        std::env::current_exe().expect("a program")
    };
    let mut again = Command::new(program);
    again.args(["--exact", "--test-threads=2"]).args(FINDERS).arg(CONTROL);
    again.env("TESTKIT_ROOT", copy.path()).env("FAMILY", "plue");
    again.env("SKEG", programs::skeg()).env("HELM", programs::helm());
    let answer = programs::finish(&mut again);
    let renders = answer.stdout.contains(&format!("test {CONTROL} ... ok"));
    assert!(renders, "the copy does not render\n{}", answer.stdout);
    let missed: Vec<&&str> = FINDERS
        .iter()
        .filter(|name| !answer.stdout.contains(&format!("test {name} ... FAILED")))
        .collect();
    assert!(missed.is_empty(), "not found by {missed:#?}\n{}", answer.stdout);
}
