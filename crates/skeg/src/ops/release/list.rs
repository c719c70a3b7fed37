//! `list`: the releases of a namespace or of all.
//!
//! # Source
//! spec/lifecycle.md 3.5, 1.6; Helm 4.3.1 by experiment. Releases of one name in several namespaces stand in the order of
//! the namespaces; in Helm their order differs from run to run.

use std::cmp::Ordering;
use std::rc::Rc;

use skeg_cluster::storage::Which;
use skeg_funcs::dates::moment::LocalZone;
use skeg_release::record::{Head, Status};
use skeg_release::selector::Selector;
use skeg_value::Str;
use skeg_value::regex::{Pattern, Subject, compiled};

use super::history::chart_and_app;
use super::store::{Store, local_zone};
use crate::error::CommandError;
use crate::output::Output;
use crate::output::json::{self, Format, ObjectText};
use crate::output::release::{colored_heading, colored_namespace, colored_status, moment};
use crate::output::table::Table;
use crate::settings::Settings;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ListOptions {
    /// All namespaces instead of one.
    pub all_namespaces: bool,
    /// Only releases in one of these states; in all that Helm has but `unknown` if empty.
    pub states: Vec<Status>,
    /// Only releases whose name has a match of this regular expression; empty for all.
    pub filter: String,
    /// Only releases with these labels; empty for all.
    pub selector: String,
    /// By date instead of by name.
    pub by_date: bool,
    /// The other way round.
    pub reverse: bool,
    /// At most so many; 0 and below for all.
    pub max: i64,
    /// Leave out so many first.
    pub offset: i64,
    /// Only the names.
    pub short: bool,
    /// The table without headings.
    pub no_headers: bool,
    /// A Go layout for times; empty for Go's own form.
    pub time_format: String,
    /// In which form.
    pub format: Format,
}

impl Default for ListOptions {
    fn default() -> Self {
        ListOptions {
            all_namespaces: false,
            states: Vec::new(),
            filter: String::new(),
            selector: String::new(),
            by_date: false,
            reverse: false,
            max: 256,
            offset: 0,
            short: false,
            no_headers: false,
            time_format: String::new(),
            format: Format::Table,
        }
    }
}

/// Prints the list.
///
/// # Errors
/// The records cannot be read; the filter or the selector is none.
pub fn run(options: &ListOptions, settings: &Settings, out: &mut Output) -> Result<(), CommandError> {
    let store = Store::open(settings)?;
    let releases = find(options, &store);
    store.log_skipped("list failed to decode release", out);
    let releases = releases?;
    let zone = local_zone(settings);
    if options.short {
        return print_names(&releases, options.format, out);
    }
    let rows: Vec<Row> = releases.iter().map(|head| Row::of(head, options, &zone)).collect();
    if options.format != Format::Table {
        let items: Vec<String> = rows.iter().map(Row::json).collect();
        out.print(json::write(&json::list(&items), options.format)?);
        return Ok(());
    }
    let color = out.colors_out();
    let headings = [
        "NAME",
        "NAMESPACE",
        "REVISION",
        "UPDATED",
        "STATUS",
        "CHART",
        "APP VERSION",
    ];
    let headings = headings.map(|heading| colored_heading(heading, color)).to_vec();
    let mut table: Vec<Vec<String>> = rows.into_iter().map(|row| row.cells(color)).collect();
    if !options.no_headers {
        table.insert(0, headings);
    }
    let table = Table {
        rows: table,
        ..Table::default()
    };
    out.line(table.render());
    Ok(())
}

/// The releases that are wanted, in their order.
///
/// # Errors
/// As [`run`].
pub fn find(options: &ListOptions, store: &Store) -> Result<Vec<Head>, CommandError> {
    let filter = filter(options, store)?;
    // Superseded revisions are never the newest, so who wants nothing else wants all revisions.
    let which = if options.states == [Status::Superseded] {
        Which::All
    } else {
        Which::Newest
    };
    let selector = Selector::parse(&options.selector);
    // Names and labels tell which releases are shown, unless the date decides; few of many need be read.
    if let (Ok(selector), Some(room)) = (&selector, options.room()) {
        let choose = |heads| options.chosen(heads, filter.as_deref(), selector);
        let window = store.ask(store.storage.window(
            options.all_namespaces,
            room,
            !options.selector.is_empty(),
            &choose,
        ))?;
        if let Some(releases) = window {
            return Ok(releases);
        }
    }
    let releases = store.ask(
        store
            .storage
            .list(options.all_namespaces, which, !options.selector.is_empty()),
    )?;
    if releases.is_empty() {
        return Ok(releases);
    }
    let selector = selector.map_err(CommandError::new)?;
    usize::try_from(options.offset)
        .map_err(|_| CommandError::new(format!("--offset must not be negative, got {}", options.offset)))?;
    Ok(options.chosen(releases, filter.as_deref(), &selector))
}

impl ListOptions {
    /// How many releases are read at most, where their names decide which.
    fn room(&self) -> Option<usize> {
        let offset = usize::try_from(self.offset).ok()?;
        let max = usize::try_from(self.max).ok().filter(|max| *max > 0)?;
        let by_name = self.states.is_empty() && !self.by_date;
        by_name.then(|| offset.saturating_add(max))
    }

    /// Of the newest revisions of all releases those that are shown, in their order.
    fn chosen(&self, mut releases: Vec<Head>, filter: Option<&Pattern>, selector: &Selector) -> Vec<Head> {
        releases.retain(|head| {
            let is_state = if self.states.is_empty() {
                !matches!(head.status(), Status::Unknown | Status::Other(_))
            } else {
                self.states.contains(head.status())
            };
            is_state
                && filter.is_none_or(|filter| filter.is_match(&Subject::new(head.name.as_bytes())))
                && selector.matches(&head.labels)
        });
        releases.sort_by(|a, b| order(a, b, self.by_date));
        if self.reverse {
            releases.reverse();
        }
        let offset = usize::try_from(self.offset).unwrap_or_default();
        let max = usize::try_from(self.max).ok().filter(|max| *max > 0);
        releases
            .into_iter()
            .skip(offset)
            .take(max.unwrap_or(usize::MAX))
            .collect()
    }
}

fn filter(options: &ListOptions, store: &Store) -> Result<Option<Rc<Pattern>>, CommandError> {
    if options.filter.is_empty() {
        return Ok(None);
    }
    match compiled(&Str::from(options.filter.as_str())) {
        Ok(pattern) => Ok(Some(pattern)),
        Err(reason) => {
            store.reach()?;
            Err(CommandError::new(reason))
        }
    }
}

/// By name, or by date in whole seconds and then by name; then by namespace and revision.
fn order(a: &Head, b: &Head, by_date: bool) -> Ordering {
    let date = |head: &Head| head.info.last_deployed.unix_seconds();
    let by_name = a
        .name
        .cmp(&b.name)
        .then_with(|| a.namespace.cmp(&b.namespace))
        .then_with(|| a.version.cmp(&b.version));
    if by_date {
        date(a).cmp(&date(b)).then(by_name)
    } else {
        by_name
    }
}

fn print_names(releases: &[Head], format: Format, out: &mut Output) -> Result<(), CommandError> {
    if format == Format::Table {
        for head in releases {
            out.line(&head.name);
        }
        return Ok(());
    }
    let names: Vec<String> = releases.iter().map(|head| json::string(&head.name)).collect();
    out.print(json::write(&json::list(&names), format)?);
    Ok(())
}

/// A release in the list.
struct Row {
    name: String,
    namespace: String,
    revision: String,
    updated: String,
    status: String,
    chart: String,
    app_version: String,
}

impl Row {
    fn of(head: &Head, options: &ListOptions, zone: &LocalZone) -> Row {
        let updated = match moment(head.info.last_deployed, zone) {
            updated if updated.is_zero() => "-".to_owned(),
            updated if options.time_format.is_empty() => updated.go_string(),
            updated => updated.format(&options.time_format),
        };
        let (chart, app_version) = chart_and_app(head);
        Row {
            name: head.name.clone(),
            namespace: head.namespace.clone(),
            revision: head.version.to_string(),
            updated,
            status: head.info.status.to_string(),
            chart,
            app_version,
        }
    }

    fn json(&self) -> String {
        ObjectText::new()
            .text("name", &self.name)
            .text("namespace", &self.namespace)
            .text("revision", &self.revision)
            .text("updated", &self.updated)
            .text("status", &self.status)
            .text("chart", &self.chart)
            .text("app_version", &self.app_version)
            .end()
    }

    fn cells(self, color: bool) -> Vec<String> {
        vec![
            self.name,
            colored_namespace(&self.namespace, color),
            self.revision,
            self.updated,
            colored_status(&self.status, &self.status, color),
            self.chart,
            self.app_version,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skeg_release::record::Time;

    fn head(name: &str, namespace: &str, version: i64, seconds: i64) -> Head {
        let mut head = Head {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            version,
            ..Head::default()
        };
        head.info.last_deployed = Time::utc(seconds, 999_999_999 - u32::try_from(version).unwrap_or(0));
        head
    }

    /// lifecycle spec 3.5: names that several namespaces have stand in one order, where Helm's differs from run to run; dates
    /// count in whole seconds.
    #[test]
    fn lists_have_one_order() {
        let sorted = |by_date: bool| {
            let mut heads = [
                head("b", "x", 1, 5),
                head("a", "y", 1, 7),
                head("a", "x", 2, 7),
                head("a", "x", 1, 9),
                head("c", "x", 9, 5),
            ];
            heads.sort_by(|a, b| order(a, b, by_date));
            heads.map(|head| format!("{}/{}.{}", head.namespace, head.name, head.version))
        };
        assert_eq!(sorted(false), ["x/a.1", "x/a.2", "y/a.1", "x/b.1", "x/c.9"]);
        assert_eq!(sorted(true), ["x/b.1", "x/c.9", "x/a.2", "y/a.1", "x/a.1"]);
    }
}
