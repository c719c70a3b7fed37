//! What shares says the same as what copies, and changes neither side.

use skeg_value::{Map, Value};

use super::{Nulls, coalesce, coalesce_shared};
use crate::chart::Chart;

/// Numbers that are always the same.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 4 } else { 9 }) {
            0 => Value::Null,
            1 | 2 => Value::int(self.below(9).cast_signed()),
            3 => vec![Value::from(Map::new())].into(),
            _ => self.map(depth - 1).into(),
        }
    }

    /// A map with keys that meet those of other maps, and with names of subcharts among them.
    fn map(&mut self, depth: u64) -> Map {
        let map = Map::new();
        for key in ["a", "b", "one", "two", "global"] {
            if self.below(2) == 0 {
                map.insert(key, self.value(depth));
            }
        }
        map
    }

    fn chart(&mut self, name: &str, depth: u64) -> Chart {
        let mut chart = Chart {
            values: self.map(4),
            ..Chart::default()
        };
        chart.metadata.name = name.to_owned();
        if depth > 0 {
            chart.dependencies = ["one", "two"].map(|name| self.chart(name, depth - 1)).into();
            // As under an alias: the defaults are those of another chart.
            if self.below(3) == 0 {
                chart.dependencies[1].values = chart.dependencies[0].values.clone();
            }
        }
        chart
    }
}

fn all_values(chart: &Chart) -> Value {
    let mut all = vec![chart.values.clone().into()];
    all.extend(chart.dependencies.iter().map(all_values));
    all.into()
}

/// spec 5.2, 5.4.
#[test]
fn sharing_changes_nothing() {
    let mut draws = Draws(1);
    let mut succeeded = 0;
    for round in 0..3_000 {
        let (chart, values) = (draws.chart("root", 2), draws.map(4));
        let before = (all_values(&chart).deep_clone(), values.deep_clone());
        for nulls in [Nulls::Delete, Nulls::Keep] {
            let (mut log, mut log_of_shared) = (Vec::new(), Vec::new());
            let copied = coalesce(&chart, &values, nulls, &mut log);
            let shared = coalesce_shared(&chart, &values, nulls, &mut log_of_shared);
            let shown = |lines: &[crate::LogLine]| format!("{lines:?}");
            assert_eq!(shown(&log), shown(&log_of_shared), "{round}");
            match (copied, shared) {
                (Ok(copied), Ok(shared)) => {
                    assert!(
                        Value::from(copied.clone()).deep_equal(&shared.clone().into()),
                        "{round}: {copied:?} and {shared:?}"
                    );
                    succeeded += 1;
                }
                (copied, shared) => {
                    let texts = [copied, shared].map(|result| result.map_err(|e| e.to_string()).err());
                    assert_eq!(texts[0], texts[1], "{round}");
                }
            }
            assert!(all_values(&chart).deep_equal(&before.0), "{round}");
            assert!(
                Value::from(values.clone()).deep_equal(&before.1.clone().into()),
                "{round}"
            );
        }
    }
    assert!(succeeded > 100, "{succeeded}");
}
