//! The schemas of a chart's values, made ready on a second thread while the chart is being loaded.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use skeg_chart::files::{ChartFile, path_in_own_chart};
use skeg_chart::schema::{self, Prepared};
use skeg_chart::{Chart, LogLine};
use skeg_render::Ahead;
use skeg_value::Map;

use super::load::read_schema;

/// A schema that whoever needs it first makes ready.
type Later = Arc<LazyLock<Prepared, Prepare>>;

type Prepare = Box<dyn FnOnce() -> Prepared + Send>;

/// Schemas by the identity of their files, which are kept with them lest another file gets the number.
#[derive(Default)]
pub struct Schemas {
    known: RefCell<HashMap<usize, (ChartFile, Later)>>,
}

impl Schemas {
    /// Tells of a file of the chart; where it is a schema, it will be read and compiled soon.
    pub fn offer(&self, file: &ChartFile, ahead: &Ahead) {
        if path_in_own_chart(&file.name) == "values.schema.json" {
            self.begin(file, ahead);
        }
    }

    /// Tells of the schemas of a loaded chart's subcharts, as far as they were not among its files: those from archives.
    pub fn offer_subcharts(&self, chart: &Chart, ahead: &Ahead) {
        // The thread that checks goes from the first to the last, so the other one comes to meet it.
        for subchart in chart.dependencies.iter().rev() {
            self.offer_subcharts(subchart, ahead);
            if let Some(file) = &subchart.schema
                && !self.known.borrow().contains_key(&file.identity())
            {
                self.begin(file, ahead);
            }
        }
    }

    fn begin(&self, file: &ChartFile, ahead: &Ahead) {
        let later = self.of(file);
        ahead.also(file.size(), move || {
            LazyLock::force(&later);
        });
    }

    fn of(&self, file: &ChartFile) -> Later {
        let make = || {
            let schema = file.clone();
            let prepare: Prepare = Box::new(move || Prepared::new(schema.data(), &mut read_schema));
            (file.clone(), Arc::new(LazyLock::new(prepare)))
        };
        let mut known = self.known.borrow_mut();
        Arc::clone(&known.entry(file.identity()).or_insert_with(make).1)
    }

    /// Whether values fit the schemas of a chart and its subcharts; Helm's text where they do not. Adds to `log` what is
    /// not there already.
    ///
    /// # Errors
    /// The text.
    pub fn check(&self, chart: &Chart, values: &Map, log: &mut Vec<LogLine>) -> Result<(), String> {
        let check =
            &mut |file: &ChartFile, value: &skeg_value::Value, log: &mut Vec<LogLine>| self.of(file).check(value, log);
        schema::validate_with(chart, values, check, log).map_err(|error| error.to_string())
    }
}
