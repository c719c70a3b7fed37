//! XC-46: every requirement has a test, or where only a cluster can show it, a listed case.

use skeg_testkit::requirements::{self, Requirement};

// XC-46
#[test]
fn xc_46_every_requirement_is_named_by_a_test() {
    let tested = requirements::tested();
    let all = requirements::all();
    assert_eq!(all.len(), 343, "the list has every ID of the specification");
    let missing: Vec<&str> = all
        .iter()
        .filter(|r| r.needs_test() && !tested.contains_key(&r.id))
        .map(|r| r.id.as_str())
        .collect();
    assert!(
        missing.is_empty(),
        "{} requirements without a test: {}",
        missing.len(),
        missing.join(" ")
    );
    let known = |id: &String| all.iter().any(|r: &Requirement| r.id == *id);
    let unknown: Vec<(&String, &String)> = tested.iter().filter(|(id, _)| !known(id)).collect();
    assert!(
        unknown.is_empty(),
        "tests name requirements that there are not: {unknown:?}"
    );
}

// XC-46
#[test]
fn xc_46_what_only_a_cluster_shows_is_a_listed_case() {
    let cases = requirements::cluster_cases();
    let all = requirements::all();
    let wanted = all.iter().filter(|r| r.needs_case() || !r.needs_test());
    let missing: Vec<&str> = wanted
        .filter(|r| !cases.iter().any(|case| case.id == r.id))
        .map(|r| r.id.as_str())
        .collect();
    assert!(
        missing.is_empty(),
        "{} requirements without a case: {}",
        missing.len(),
        missing.join(" ")
    );
    for case in &cases {
        assert!(
            all.iter().any(|r| r.id == case.id),
            "cluster-cases.yaml: no requirement {}",
            case.id
        );
        let folder = skeg_testkit::programs::repository().join(&case.cwd);
        assert!(folder.is_dir(), "{}: there is no folder {}", case.id, case.cwd);
    }
}

// XC-46
#[test]
fn xc_46_every_case_is_written() {
    let folder = skeg_testkit::programs::repository().join("tests/control-plane");
    let cases: String = skeg_testkit::scratch::files(&folder.join("cases"))
        .iter()
        .map(|path| skeg_testkit::scratch::read(path))
        .collect();
    let missing: Vec<String> = requirements::all()
        .into_iter()
        // XC-02 is `cargo xtask charts seeds`, which knows by itself when a line of a seed is not played.
        .filter(|r| r.needs_case() && r.id != "XC-02")
        .map(|r| r.id)
        .filter(|id| !cases.contains(&format!("\n{}() {{\n", id.replace('-', "_"))))
        .collect();
    assert!(
        missing.is_empty(),
        "no case in tests/control-plane/cases: {}",
        missing.join(" ")
    );
    for (family, _) in skeg_testkit::seeds::STARTS {
        assert!(
            folder.join(format!("seeds/{family}.play")).is_file(),
            "{family} has no play"
        );
    }
}
