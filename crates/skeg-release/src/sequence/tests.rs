//! Rows of charts and manifests with the batches they make. HIP-0025's own examples come first.

use serde_json::json;
use skeg_chart::files::ChartFile;
use skeg_chart::metadata::{Dependency, Metadata};

use super::*;

/// `NAME[GROUP]<WANTED,WANTED` with its chart before it where it is a subchart's: `db:store[data]<base`.
fn object(text: &str) -> ManifestObject {
    let (chart, rest) = text.split_once(':').unwrap_or(("", text));
    let (rest, wanted) = rest
        .split_once('<')
        .map_or((rest, None), |(rest, wanted)| (rest, Some(wanted)));
    let (name, group) = rest
        .split_once('[')
        .map_or((rest, None), |(name, group)| (name, Some(group)));
    let mut object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    if let Some(group) = group {
        object["metadata"]["annotations"][GROUP] = json!(group.trim_end_matches(']'));
    }
    if let Some(wanted) = wanted {
        let list: Vec<&str> = wanted.split(',').collect();
        object["metadata"]["annotations"][DEPENDS_ON_GROUPS] = json!(json!(list).to_string());
    }
    let mut source = "shop/".to_owned();
    for segment in chart.split('/').filter(|segment| !segment.is_empty()) {
        source.push_str(&format!("charts/{segment}/"));
    }
    ManifestObject {
        object,
        source: source + "templates/a.yaml",
    }
}

fn objects(text: &str) -> Vec<ManifestObject> {
    text.split_whitespace().map(object).collect()
}

/// A chart with subcharts `NAME<WANTED,WANTED`, and the subcharts that its own objects come after.
fn chart(name: &str, subcharts: &str, before_own: &[&str]) -> Chart {
    let mut chart = Chart {
        metadata: Metadata {
            name: name.to_owned(),
            ..Metadata::default()
        },
        ..Chart::default()
    };
    let mut file = "dependencies:\n".to_owned();
    for text in subcharts.split_whitespace() {
        let (name, wanted) = text.split_once('<').unwrap_or((text, ""));
        file.push_str(&format!("- name: {name}\n"));
        chart.metadata.dependencies.push(Some(Dependency {
            name: name.to_owned(),
            depends_on: wanted
                .split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            ..Dependency::default()
        }));
        chart.dependencies.push(self::chart(name, "", &[]));
    }
    if !before_own.is_empty() {
        chart.metadata.annotations = Some(vec![(DEPENDS_ON_SUBCHARTS.to_owned(), json!(before_own).to_string())]);
    }
    chart.metadata_file = Some(ChartFile::new("Chart.yaml", file.into_bytes(), None));
    chart
}

/// The names of each batch, in the manifest's order.
fn told(sequence: &Sequence, objects: &[ManifestObject]) -> Vec<String> {
    let name = |place: usize| {
        objects[place].object["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let batch = |batch: &Batch| batch.objects().into_iter().map(name).collect::<Vec<_>>().join(" ");
    sequence.batches.iter().map(batch).collect()
}

#[test]
fn groups_of_one_chart() {
    /// Name; objects; batches; how the warnings begin.
    const ROWS: &[(&str, &str, &[&str], &[&str])] = &[
        ("nothing", "", &[], &[]),
        ("nothing annotated", "a b c", &["a b c"], &[]),
        (
            "the example of HIP-0025: a queue that waits for a group that is not there",
            "db-service[database] my-app[app]<database,queue queue-processor[queue]<another-group",
            &["db-service", "queue-processor", "my-app"],
            &[
                "resource group queue of chart shop depends on another-group",
                "resource group app of chart shop depends on queue",
            ],
        ),
        (
            "the same with all groups there",
            "db[database] app[app]<database,queue worker[queue]",
            &["db worker", "app"],
            &[],
        ),
        (
            "a chain, whatever the manifest's order",
            "c[c]<b b[b]<a a[a]",
            &["a", "b", "c"],
            &[],
        ),
        (
            "members of one group go together",
            "a[x] b[x] c[y]<x d[y]",
            &["a b", "c d"],
            &[],
        ),
        (
            "each member may name other groups",
            "a[a] b[b] c[c]<a d[c]<b",
            &["a b", "c d"],
            &[],
        ),
        ("what has no group comes last", "z a[a] b[b]<a", &["a", "b", "z"], &[]),
        (
            "what has no group but depends comes last",
            "z<a a[a] b[b]<a",
            &["a", "b", "z"],
            &["ConfigMap//z (shop/templates/a.yaml) depends on resource groups but is in none"],
        ),
        (
            "a group that has to do with nobody comes last",
            "a[a] b[b]<a lonely[l]",
            &["a", "b", "lonely"],
            &["no other resource group of chart shop has to do with l"],
        ),
        (
            "what misses a group comes with what has none",
            "z a[a] b[b]<a c[c]<nowhere d[d]<c",
            &["a", "b", "z c", "d"],
            &[
                "resource group c of chart shop depends on nowhere",
                "resource group d of chart shop depends on c",
            ],
        ),
        ("a single group is nothing special", "a[a] z", &["a z"], &[]),
    ];
    for (name, text, expected, warnings) in ROWS {
        let objects = objects(text);
        let sequence = sequence(&chart("shop", "", &[]), &objects).expect(name);
        assert_eq!(told(&sequence, &objects), *expected, "{name}");
        assert_eq!(
            sequence.warnings.len(),
            warnings.len(),
            "{name}: {:?}",
            sequence.warnings
        );
        for (warning, start) in sequence.warnings.iter().zip(*warnings) {
            assert!(warning.starts_with(start), "{name}: {warning}");
        }
    }
}

#[test]
fn subcharts() {
    /// Name; subcharts; those before the own objects; objects; batches; warnings.
    type Row = (
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static str,
        &'static [&'static str],
        usize,
    );
    const ROWS: &[Row] = &[
        (
            "no order asked for",
            "db queue",
            &[],
            "db:d queue:q own",
            &["d q own"],
            0,
        ),
        (
            "the example of HIP-0025",
            "nginx rabbitmq bar<nginx,rabbitmq",
            &["bar", "rabbitmq"],
            "own bar:b nginx:n rabbitmq:r",
            &["n r", "b", "own"],
            0,
        ),
        (
            "subcharts before the own objects",
            "db",
            &["db"],
            "own db:d",
            &["d", "own"],
            0,
        ),
        (
            "groups stay within their chart, charts that are independent run side by side",
            "db queue",
            &["db", "queue"],
            "own db:d1[a] db:d2[b]<a queue:q1[a] queue:q2[x]<a queue:q3",
            &["d1 q1", "d2 q2", "q3", "own"],
            0,
        ),
        (
            "groups of the chart beside subcharts that nothing waits for",
            "db",
            &[],
            "a[a] b[b]<a db:d",
            &["a d", "b"],
            0,
        ),
        (
            "a subchart that is not there",
            "db<quue",
            &["dbb"],
            "own db:d",
            &["d", "own"],
            2,
        ),
        (
            "objects of nowhere",
            "db",
            &["db"],
            "own db:d ghost:g",
            &["d", "own g"],
            0,
        ),
    ];
    for (name, subcharts, before_own, text, expected, warnings) in ROWS {
        let objects = objects(text);
        let sequence = sequence(&chart("shop", subcharts, before_own), &objects).expect(name);
        assert_eq!(told(&sequence, &objects), *expected, "{name}");
        assert_eq!(sequence.warnings.len(), *warnings, "{name}: {:?}", sequence.warnings);
    }
}

#[test]
fn subcharts_of_subcharts() {
    let mut shop = chart("shop", "db", &["db"]);
    shop.dependencies[0] = chart("db", "disk", &["disk"]);
    let objects = objects("own db:d db/disk:k");
    let sequence = sequence(&shop, &objects).expect("it has an order");
    assert_eq!(told(&sequence, &objects), ["k", "d", "own"]);
    let charts: Vec<&str> = sequence
        .batches
        .iter()
        .map(|batch| batch.parts[0].chart.as_str())
        .collect();
    assert_eq!(charts, ["shop/db/disk", "shop/db", "shop"]);
}

#[test]
fn what_cannot_be_is_said() {
    let rows = [
        (
            chart("shop", "", &[]),
            objects("a[a]<c b[b]<a c[c]<b"),
            "resource groups of chart shop depend on each other in a circle: a -> c -> b -> a",
        ),
        (
            chart("shop", "", &[]),
            objects("a[a]<a"),
            "resource groups of chart shop depend on each other in a circle: a -> a",
        ),
        (
            chart("shop", "db<queue queue<db", &[]),
            Vec::new(),
            "subcharts of chart shop depend on each other in a circle: db -> queue -> db",
        ),
    ];
    for (chart, objects, expected) in rows {
        assert_eq!(sequence(&chart, &objects).expect_err(expected).to_string(), expected);
    }
    let mut odd = object("a[a]");
    odd.object["metadata"]["annotations"][DEPENDS_ON_GROUPS] = json!("database, queue");
    let error = sequence(&chart("shop", "", &[]), &[odd])
        .expect_err("no list")
        .to_string();
    assert_eq!(
        error,
        "annotation helm.sh/depends-on/resource-groups of ConfigMap//a (shop/templates/a.yaml) is not a list of names such as \
         [\"database\", \"queue\"]: database, queue"
    );
}

/// Every object is in exactly one batch, and after everything its group waits for.
#[test]
fn laws() {
    let texts = [
        "a[a] b[b]<a c[c]<a d[d]<b,c e",
        "x:a[a] x:b[b]<a y:c a[a] b[b]<a,zz",
        "a<b b c[c]<d d[d]",
    ];
    for text in texts {
        let objects = objects(text);
        let sequence = sequence(&chart("shop", "x y<x", &["y"]), &objects).expect(text);
        let mut all: Vec<usize> = sequence.batches.iter().flat_map(Batch::objects).collect();
        all.sort_unstable();
        assert_eq!(all, (0..objects.len()).collect::<Vec<_>>(), "{text}");
        assert!(
            sequence.batches.iter().all(|batch| !batch.objects().is_empty()),
            "{text}"
        );
    }
}

#[test]
fn the_key_that_the_server_refuses_is_taken_out() {
    let mut both = object("a[a]<b").object;
    strip(&mut both);
    assert_eq!(both["metadata"]["annotations"], json!({GROUP: "a"}));
    let mut only = object("a<b").object;
    strip(&mut only);
    assert_eq!(only["metadata"], json!({"name": "a"}));
}

/// A record keeps no subcharts; their order is rebuilt from what the chart says and from where the objects come.
#[test]
fn subcharts_of_a_record_are_put_back() {
    let given = chart("shop", "db web<db", &["web"]);
    let stored = crate::StoredChart::of(&given).expect("it can be stored");
    let objects = objects("own db:store[a] db:tables[b]<a web:page web/cdn:edge");
    let rebuilt = with_subcharts(stored.chart().expect("it can be read"), &objects);
    let names: Vec<&str> = rebuilt.dependencies.iter().map(Chart::name).collect();
    assert_eq!(names, ["db", "web"]);
    let sequence = sequence(&rebuilt, &objects).expect("there is an order");
    assert_eq!(told(&sequence, &objects), ["store", "tables", "page edge", "own"]);
    assert_eq!(sequence.warnings, Vec::<String>::new());
}

/// hip-0025.md, "Readiness": one of the two annotations alone is ambiguous, and nonsense is told before anything is sent.
#[test]
fn conditions_of_readiness_are_read_beforehand() {
    use skeg_kinds::readiness::conditions::{FAILURE, SUCCESS};
    let of = |success: &str, failure: Option<&str>| {
        let mut all = objects("a");
        all[0].object["metadata"]["annotations"][SUCCESS] = json!(success);
        if let Some(failure) = failure {
            all[0].object["metadata"]["annotations"][FAILURE] = json!(failure);
        }
        sequence(&chart("shop", "", &[]), &all)
            .map(|sequence| sequence.warnings.join("; "))
            .map_err(|error| error.to_string())
    };
    let good = r#"["{.a} == 1"]"#;
    assert_eq!(of(good, Some(good)), Ok(String::new()));
    assert_eq!(
        of(good, None),
        Ok(
            "ConfigMap//a (shop/templates/a.yaml) has helm.sh/readiness-success without its counterpart; its kind decides \
             whether it is ready"
                .to_owned()
        )
    );
    assert_eq!(
        of("a == 1", Some(good)),
        Err(
            "annotation helm.sh/readiness-success of ConfigMap//a (shop/templates/a.yaml): not a JSON list of conditions such \
             as '[\"{.succeeded} == 1\"]'"
                .to_owned()
        )
    );
}
