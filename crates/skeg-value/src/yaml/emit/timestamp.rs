//! The timestamp texts that Helm's YAML resolver recognises.
//!
//! In: the bytes of a plain scalar; out: whether it is a timestamp. The four layouts are `2001-1-2`,
//! `2001-1-2 3:4:5.6`, and `2001-1-2T3:4:5.6Z` or `…+07:00` with `T` or `t`.
//!
//! # Source
//! spec/rendering.md 3.2; the leniency (one-digit fields, comma before the fraction, several spaces) is Go's `time.Parse`.

/// Whether this text is a valid calendar date, alone or with a time of day.
pub(in super::super) fn is_timestamp(text: &[u8]) -> bool {
    let mut fields = Fields { rest: text };
    fields.timestamp().is_some()
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl Fields<'_> {
    fn timestamp(&mut self) -> Option<()> {
        let year = self.year()?;
        self.byte(b"-")?;
        let month = self.number(1, 12)?;
        self.byte(b"-")?;
        let day = self.number(1, 31)?;
        if day > days_in(month, year) {
            return None;
        }
        match self.rest.first() {
            None => return Some(()),
            Some(b' ') => {
                while self.byte(b" ").is_some() {}
                self.time_of_day()?;
            }
            _ => {
                self.byte(b"Tt")?;
                self.time_of_day()?;
                self.zone()?;
            }
        }
        self.rest.is_empty().then_some(())
    }

    fn year(&mut self) -> Option<u32> {
        let (year, rest) = self.rest.split_at_checked(4)?;
        if !year.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.rest = rest;
        Some(year.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    fn time_of_day(&mut self) -> Option<()> {
        self.number(0, 23)?;
        self.byte(b":")?;
        self.number(0, 59)?;
        self.byte(b":")?;
        self.number(0, 59)?;
        if let [b'.' | b',', b'0'..=b'9', rest @ ..] = self.rest {
            let more = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            self.rest = &rest[more..];
        }
        Some(())
    }

    fn zone(&mut self) -> Option<()> {
        if self.byte(b"Z").is_some() {
            return Some(());
        }
        self.byte(b"+-")?;
        let (digits, rest) = self.rest.split_at_checked(5)?;
        let [h1, h2, b':', m1, m2] = *digits else {
            return None;
        };
        let two = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
        };
        // Go allows both ends of these ranges.
        if two(h1, h2)? > 24 || two(m1, m2)? > 60 {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    /// One or two digits between two bounds, both included.
    fn number(&mut self, least: u32, most: u32) -> Option<u32> {
        let length = self.rest.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        let value = self.rest[..length]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        self.rest = &self.rest[length..];
        (least..=most).contains(&value).then_some(value)
    }

    fn byte(&mut self, any_of: &[u8]) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        if !any_of.contains(first) {
            return None;
        }
        self.rest = rest;
        Some(())
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn layouts_and_calendar_are_checked() {
        for text in [
            "2001-1-2",
            "2000-02-29",
            "2001-1-2 3:4:5",
            "2001-1-2   3:4:5,5",
            "2001-01-02t03:04:05+24:60",
        ] {
            assert!(is_timestamp(text.as_bytes()), "{text}");
        }
        for text in [
            "201-1-2",
            "2001-02-29",
            "1900-02-29",
            "2001-1-2 3:4",
            "2001-1-2T3:4:5",
            "2001-1-2T24:0:0Z",
            "2001-1-2 ",
            "2001-1-2T3:4:5z",
            "2001-1-2 3:4:5Z",
            "2001-01-02T03:04:05+7:00",
            "2001-1-2T3:4:5.Z",
            "2001-001-2",
        ] {
            assert!(!is_timestamp(text.as_bytes()), "{text}");
        }
    }
}
