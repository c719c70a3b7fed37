//! XC-11, XC-49: tags of images.

use skeg_testkit::charts::Chart;
use skeg_testkit::schema;
use skeg_testkit::sweep::{self, each_chart, each_rendering};
use skeg_testkit::workload::pod_templates;
use skeg_testkit::{Json, json, object, scratch};

/// Words that promise nothing about what they name.
///
/// # Source
/// charts.md, section 0, "mutable tag".
const MUTABLE: &[&str] = &[
    "", "latest", "main", "master", "develop", "dev", "edge", "nightly", "staging", "canary", "stable",
];

/// The tag of an image; empty when it has none. `None` when a digest pins it.
fn tag(image: &str) -> Option<&str> {
    if image.contains("@sha256:") {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    Some(last.split_once(':').map_or("", |(_, tag)| tag))
}

fn is_mutable(tag: &str) -> bool {
    let digits = tag.chars().filter(char::is_ascii_digit).count();
    // `7`, `pg17`: an alias that moves with each patch. A Git SHA is longer.
    let alias = tag.len() <= 4 && digits > 0 && !tag.contains('.');
    MUTABLE.contains(&tag) || alias
}

/// Containers whose seed states a pull policy beside a mutable tag, in the base profile.
///
/// # Source
/// charts.md 8.3: `tag: latest` with `IfNotPresent` stays as base default.
const STATED: &[(&str, &str)] = &[("monkeytown (base)", "-web container web")];

// XC-11
#[test]
fn xc_11_no_mutable_tag_where_it_counts() {
    each_rendering(|rendered, place, findings| {
        let profile = sweep::profile(place);
        for pod in pod_templates(rendered) {
            for (_, container) in pod.containers() {
                let image = container.get("image").and_then(Json::as_str).unwrap_or_default();
                let at = format!("{place} {}", pod.place(container));
                let Some(tag) = tag(image) else { continue };
                let mutable = is_mutable(tag);
                findings.check(
                    !(mutable && Chart::is_guarded(profile)),
                    &at,
                    format!("mutable tag in {image}"),
                );
                let always = container.get("imagePullPolicy") == Some(&json!("Always"));
                let stated = STATED.iter().any(|(from, to)| at.starts_with(from) && at.ends_with(to));
                findings.check(
                    !mutable || always || stated,
                    &at,
                    format!("{image} without imagePullPolicy Always"),
                );
            }
        }
    });
}

/// Places in the schema where a tag is set.
fn tag_nodes(chart: &Chart) -> Option<(Json, Vec<Vec<String>>)> {
    let text = std::fs::read_to_string(chart.path().join("values.schema.json")).ok()?;
    let root: Json = serde_json::from_str(&text).ok()?;
    let values = object::decode_one(&scratch::read(&chart.path().join("values.yaml"))).ok()?;
    let nodes = schema::nodes(&root).into_iter().filter_map(|node| node.keys);
    let tags = nodes.filter(|keys| {
        let last = keys.last().map(String::as_str);
        let parent = keys.len().checked_sub(2).map(|at| keys[at].to_lowercase());
        let there = keys.iter().try_fold(&values, |at, key| at.get(key)).is_some();
        there && last == Some("tag") && parent.is_some_and(|parent| parent.ends_with("image"))
    });
    let tags = tags.collect();
    Some((root, tags))
}

// XC-49
#[test]
fn xc_49_tags_may_be_numbers_but_not_fractions() {
    each_chart(|chart, findings| {
        let Some((_, tags)) = tag_nodes(chart) else {
            findings.add(chart.name, "no schema or values that can be read");
            return;
        };
        let with = |value: Json| schema::document(tags.iter().map(|keys| (&keys[..], value.clone()))).to_string();
        match chart.render("base").values(&with(json!(1_234_567))).attempt() {
            Ok(rendered) => {
                findings.check(
                    !rendered.text.contains("e+06"),
                    chart.name,
                    "an integer tag becomes 1.234567e+06",
                );
                let there = tags.is_empty() || rendered.text.contains(":1234567");
                findings.check(there, chart.name, format!("an integer tag is not used ({tags:?})"));
            }
            Err(why) => findings.add(chart.name, why),
        }
        for keys in &tags {
            // A short Git SHA of digits alone, on the command line.
            let given = chart.render("base").set(&format!("{}=1234567", keys.join("."))).skeg();
            let fine = given.succeeded() && !given.stdout.contains("e+06");
            findings.check(
                fine,
                chart.name,
                format!("--set {}=1234567: {}", keys.join("."), given.stderr),
            );
        }
        let answer = chart.render("base").values(&with(json!(1.5))).skeg();
        for keys in &tags {
            let named = format!("'/{}'", keys.join("/"));
            findings.check(
                answer.stderr.contains(&named),
                chart.name,
                format!("a fraction is taken as a tag at {named}"),
            );
        }
    });
}

// XC-11
#[test]
fn xc_11_production_refuses_latest() {
    for (name, assignment) in [
        ("plue", "image.tag=latest"),
        ("clipper", "clipper-backend.image.tag=latest"),
        ("inferno", "image.tag=latest"),
        ("monkeytown", "web.image.tag=latest"),
    ] {
        let chart = skeg_testkit::chart(name);
        if skeg_testkit::sweep::chosen(chart) {
            chart
                .render("prod")
                .set(assignment)
                .refused("image tag \"latest\" is mutable");
        }
    }
}
