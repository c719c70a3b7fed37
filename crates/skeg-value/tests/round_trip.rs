//! What is written reads back equal, for every format: laws over generated values.

use skeg_value::json::{self, JsonStyle};
use skeg_value::{Map, Str, Value, toml, yaml};

/// A small generator of pseudo-random numbers (xorshift); the same values in every run.
struct Source(u64);

impl Source {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            "a",
            "key",
            "yes",
            "null",
            "12",
            "0x1F",
            "1:30",
            "2001-01-01",
            " ",
            " ",
            "  ",
            "\n",
            "\n\n",
            "\t",
            "\r",
            "- ",
            ": ",
            " #",
            "#",
            "'",
            "\"",
            "\\",
            "{",
            "]",
            "!",
            "&x",
            "|",
            "%",
            "@",
            "\0",
            "\u{1b}",
            "é",
            "日本",
            "😀",
            "\u{2028}",
            "\u{feff}",
            "\u{a0}",
            "\u{fffd}",
            "a long run of words that makes the line too long to stay in one piece ",
        ];
        (0..self.below(6)).map(|_| self.pick(PIECES)).collect()
    }

    fn number(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(1000) as f64,
            1 => -(self.below(1_000_000_000_000) as f64) / 64.0,
            2 => self.below(1 << 60) as f64 * 1e-30,
            _ => (self.below(1 << 53) as f64 + 1.0) * 1e20,
        }
    }

    /// `nulls`: whether null may occur, which TOML cannot write.
    fn value(&mut self, depth: u32, nulls: bool) -> Value {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 | 1 => Value::from(self.text()),
            2 => Value::Float(self.number()),
            3 => Value::Bool(self.below(2) == 0),
            4 if nulls => Value::Null,
            5 => Value::from(
                (0..self.below(4))
                    .map(|_| self.value(depth - 1, nulls))
                    .collect::<Vec<_>>(),
            ),
            6 | 7 => Value::Map(self.map(depth - 1, nulls)),
            _ => Value::from("x"),
        }
    }

    fn map(&mut self, depth: u32, nulls: bool) -> Map {
        (0..self.below(5))
            .map(|_| (Str::from(self.text()), self.value(depth, nulls)))
            .collect()
    }
}

#[test]
fn yaml_reads_back_what_it_wrote() {
    let mut source = Source(0x9e37_79b9_7f4a_7c15);
    for _ in 0..3000 {
        let value = source.value(4, true);
        let mut text = Vec::new();
        yaml::emit::encode(&value, &mut text).expect("nothing here is refused");
        let read = yaml::decode(&text).unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&text)));
        assert!(
            read.deep_equal(&value),
            "{value:?}\n{}\n{read:?}",
            String::from_utf8_lossy(&text)
        );
    }
}

#[test]
fn json_reads_back_what_it_wrote() {
    let mut source = Source(0x2545_f491_4f6c_dd1d);
    for round in 0..3000 {
        let value = source.value(4, true);
        let style = if round % 2 == 0 {
            JsonStyle::Compact
        } else {
            JsonStyle::Pretty2
        };
        let mut text = Vec::new();
        json::encode(&value, &mut text, style, round % 3 == 0).expect("finite numbers");
        let read = json::decode(&text).unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&text)));
        assert!(read.deep_equal(&value), "{value:?}\n{}", String::from_utf8_lossy(&text));
    }
}

/// The reference's reader, and so ours, loses values of arrays under empty keys.
fn without_empty_keys(value: &Value) -> Value {
    match value {
        Value::List(list) => Value::from(list.iter().map(without_empty_keys).collect::<Vec<_>>()),
        Value::Map(map) => {
            let entries = map.snapshot().into_iter().filter(|(key, _)| !key.is_empty());
            Value::Map(entries.map(|(key, value)| (key, without_empty_keys(&value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn toml_reads_back_what_it_wrote() {
    let mut source = Source(0xda3e_39cb_94b9_5bdb);
    for _ in 0..3000 {
        let value = without_empty_keys(&Value::Map(source.map(3, false)));
        let mut text = Vec::new();
        toml::encode(&value, &mut text).expect("no nulls");
        let read = toml::decode(&text).unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&text)));
        // Arrays of tables have a Go type of their own when read, so the texts are compared instead.
        let mut again = Vec::new();
        toml::encode(&Value::Map(read), &mut again).expect("no nulls");
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&text));
    }
}
