//! Keywords for strings and numbers.

use skeg_value::Str;

use super::super::failure::quoted;
use super::super::number::{Decimal, count};
use super::{Check, Validator};

impl Validator<'_> {
    pub(super) fn string(&mut self, check: &mut Check<'_>, text: &Str) {
        let schema = check.schema;
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let length = text.to_str_lossy().chars().count() as i64;
            if let Some(want) = schema.min_length.filter(|&want| length < want) {
                self.fail(check, || {
                    format!("minLength: got {}, want {}", count(length), count(want))
                });
            }
            if let Some(want) = schema.max_length.filter(|&want| length > want) {
                self.fail(check, || {
                    format!("maxLength: got {}, want {}", count(length), count(want))
                });
            }
        }
        if let Some(named) = &schema.pattern
            && !named.matches(text)
        {
            let (text, pattern) = (quoted(&text.to_str_lossy()), quoted(&named.pattern.to_str_lossy()));
            self.fail(check, || format!("{text} does not match pattern {pattern}"));
        }
    }

    pub(super) fn number(&mut self, check: &mut Check<'_>, text: &str) {
        let schema = check.schema;
        type Rule = fn(&Decimal, &Decimal) -> bool;
        let rules: [(&str, &Option<Decimal>, Rule); 5] = [
            ("minimum", &schema.minimum, |got, want| got >= want),
            ("maximum", &schema.maximum, |got, want| got <= want),
            ("exclusiveMinimum", &schema.exclusive_minimum, |got, want| got > want),
            ("exclusiveMaximum", &schema.exclusive_maximum, |got, want| got < want),
            ("multipleOf", &schema.multiple_of, Decimal::is_multiple_of),
        ];
        if rules.iter().all(|(_, want, _)| want.is_none()) {
            return;
        }
        let got = Decimal::parse(text);
        for (keyword, want, holds) in rules {
            if let Some(want) = want
                && !holds(&got, want)
            {
                self.fail(check, || {
                    format!("{keyword}: got {}, want {}", got.localised(), want.localised())
                });
            }
        }
    }
}
