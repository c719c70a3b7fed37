//! Reads a command line as pflag does.
//!
//! In: a [`FlagTable`] and the arguments after the command's name. Out: the flags that were set, in order, and the other
//! arguments. Flags and arguments may be mixed; `--` ends the flags; names cannot be abbreviated; letters can be joined
//! (`-gf x`); `--flag=x`, `--flag x`, `-fx`, `-f x` and `-f=x` mean the same, except that a flag which can stand alone
//! takes its argument only after `=`.
//!
//! # Source
//! spf13/pflag 1.0.10, by experiment with Helm 4.3.1.

use super::flag::{Flag, FlagTable};
use super::value::FlagValue;
use crate::output::Output;
use crate::output::quote::go_quote_char;

/// A flag that was set.
#[derive(Clone, Debug)]
pub struct Set {
    /// Which.
    pub flag: &'static Flag,
    /// The value after its last use.
    pub value: FlagValue,
}

/// What a command line says.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The flags that were set, in the order of their first use.
    pub set: Vec<Set>,
    /// The arguments that are no flags.
    pub args: Vec<String>,
}

impl Parsed {
    /// The value of a flag that was set.
    pub fn get(&self, name: &str) -> Option<&FlagValue> {
        self.set.iter().find(|set| set.flag.name == name).map(|set| &set.value)
    }

    /// Whether a flag was set.
    pub fn changed(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// `--help` or `-h`, where the table has no such flag.
    Help,
    /// Anything else, in pflag's words.
    Message(String),
}

/// What to do with flags that are not in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Stop with an error.
    Refuse,
    /// Skip them, with the argument that follows unless that is a flag.
    Skip,
}

/// Reads `args` and adds what they say to `parsed`; its arguments are replaced, its flags are kept and added to.
///
/// A message about each deprecated flag is appended to `notes`.
///
/// # Errors
/// [`ParseError`] at the first thing that cannot be read; what was read before it is in `parsed`.
pub fn parse(
    table: &FlagTable,
    args: &[String],
    unknown: Unknown,
    parsed: &mut Parsed,
    notes: &mut String,
    out: &mut Output,
) -> Result<(), ParseError> {
    let mut reader = Reader {
        table,
        rest: args,
        unknown,
        parsed,
        notes,
        out,
    };
    reader.parsed.args.clear();
    reader.run()
}

struct Reader<'a> {
    table: &'a FlagTable,
    rest: &'a [String],
    unknown: Unknown,
    parsed: &'a mut Parsed,
    notes: &'a mut String,
    out: &'a mut Output,
}

impl<'a> Reader<'a> {
    fn run(&mut self) -> Result<(), ParseError> {
        while let Some(arg) = self.next() {
            if arg == "--" {
                self.parsed.args.extend_from_slice(self.rest);
                break;
            } else if let Some(long) = arg.strip_prefix("--") {
                self.long(arg, long)?;
            } else if arg.len() > 1 && arg.starts_with('-') {
                self.letters(&arg[1..])?;
            } else {
                self.parsed.args.push(arg.to_owned());
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn long(&mut self, arg: &str, text: &'a str) -> Result<(), ParseError> {
        if text.starts_with(['-', '=']) {
            return Err(ParseError::Message(format!("bad flag syntax: {arg}")));
        }
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let Some(flag) = self.table.named(name) else {
            return match self.unknown {
                _ if name == "help" => Err(ParseError::Help),
                Unknown::Refuse => Err(ParseError::Message(format!("unknown flag: --{name}"))),
                Unknown::Skip => {
                    if attached.is_none() {
                        self.skip_argument();
                    }
                    Ok(())
                }
            };
        };
        let missing = || ParseError::Message(format!("flag needs an argument: --{name}"));
        let value = attached
            .or(flag.no_opt_default)
            .or_else(|| self.next())
            .ok_or_else(missing)?;
        self.set(flag, value)
    }

    fn letters(&mut self, mut letters: &'a str) -> Result<(), ParseError> {
        // What an unknown letter skips, the next letter of the same word sees again.
        let following = self.rest;
        while let Some(letter) = letters.chars().next() {
            self.rest = following;
            // Flags of Go's test runner are skipped by pflag.
            if letters.starts_with("test.") {
                return Ok(());
            }
            let after = &letters[letter.len_utf8()..];
            let attached = after.strip_prefix('=').filter(|value| !value.is_empty());
            let Some(flag) = self.table.lettered(letter) else {
                match self.unknown {
                    _ if letter == 'h' => return Err(ParseError::Help),
                    Unknown::Refuse => {
                        // pflag looks at bytes: the first byte of a longer character stands for itself.
                        let shown = go_quote_char(char::from(letters.as_bytes()[0]));
                        return Err(ParseError::Message(format!(
                            "unknown shorthand flag: {shown} in -{letters}"
                        )));
                    }
                    Unknown::Skip if attached.is_some() => return Ok(()),
                    Unknown::Skip => {
                        self.skip_argument();
                        letters = after;
                        continue;
                    }
                }
            };
            let value = match (attached, flag.no_opt_default) {
                (Some(value), _) => value,
                (None, Some(value)) => {
                    self.set(flag, value)?;
                    letters = after;
                    continue;
                }
                (None, None) if !after.is_empty() => after,
                (None, None) => self.next().ok_or_else(|| {
                    ParseError::Message(format!(
                        "flag needs an argument: {} in -{letters}",
                        go_quote_char(letter)
                    ))
                })?,
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    /// Skips what may be the argument of an unknown flag.
    fn skip_argument(&mut self) {
        if self.rest.first().is_some_and(|next| !next.starts_with('-')) {
            self.rest = &self.rest[1..];
        }
    }

    fn set(&mut self, flag: &'static Flag, argument: &str) -> Result<(), ParseError> {
        let at = self.parsed.set.iter().position(|set| set.flag.name == flag.name);
        let mut value = at.map(|at| self.parsed.set[at].value.clone());
        flag.read(argument, &mut value, self.out).map_err(ParseError::Message)?;
        let value = value.unwrap_or(FlagValue::Text(String::new()));
        match at {
            Some(at) => self.parsed.set[at].value = value,
            None => self.parsed.set.push(Set { flag, value }),
        }
        if let Some(instead) = flag.deprecated {
            self.notes
                .push_str(&format!("Flag --{} has been deprecated, {instead}\n", flag.name));
        }
        Ok(())
    }
}

/// The error text of an argument list that breaks a command's rule of flags that exclude each other, if any does.
///
/// # Source
/// cobra's flag groups, checked in the order of their names.
pub fn exclusive_conflict(groups: &[&[&str]], parsed: &Parsed) -> Option<String> {
    let mut conflicts: Vec<(String, String)> = Vec::new();
    for group in groups {
        let mut set: Vec<&str> = group.iter().copied().filter(|name| parsed.changed(name)).collect();
        if set.len() > 1 {
            set.sort_unstable();
            conflicts.push((group.join(" "), set.join(" ")));
        }
    }
    conflicts.sort();
    let (group, set) = conflicts.into_iter().next()?;
    Some(format!(
        "if any flags in the group [{group}] are set none of the others can be; [{set}] were all set"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    static GLOBAL: &[Flag] = &[
        Flag::string("namespace", "").short('n'),
        Flag::bool("debug", ""),
        Flag::string_array("group", ""),
    ];
    static LOCAL: &[Flag] = &[
        Flag::string_slice("values", "").short('f'),
        Flag::bool("generate-name", "").short('g'),
        Flag::bool("sure", "").short('s'),
        Flag::int("count", "0", "").short('c'),
        Flag::string("wait", "").alone("watcher"),
        Flag::bool("old", "").deprecated("use --new instead"),
    ];
    static TABLE: FlagTable = FlagTable {
        local: &[LOCAL],
        inherited: GLOBAL,
        help: true,
    };
    static GLOBAL_ONLY: FlagTable = FlagTable {
        local: &[],
        inherited: GLOBAL,
        help: false,
    };

    fn read(table: &FlagTable, args: &[&str], unknown: Unknown) -> (Parsed, String, Result<(), ParseError>) {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut out = Output::to(Box::new(std::io::sink()), Box::new(std::io::sink()));
        let (mut parsed, mut notes) = (Parsed::default(), String::new());
        let result = parse(table, &args, unknown, &mut parsed, &mut notes, &mut out);
        (parsed, notes, result)
    }

    fn shown(parsed: &Parsed) -> String {
        let set: Vec<String> = parsed
            .set
            .iter()
            .map(|set| format!("{}={:?}", set.flag.name, set.value))
            .collect();
        format!("{} | {}", set.join(" "), parsed.args.join(" "))
    }

    #[test]
    fn all_forms_are_read() {
        let cases: [(&[&str], &str); 19] = [
            (&["a", "-n", "x", "b"], "namespace=Text(\"x\") | a b"),
            (&["--namespace=x"], "namespace=Text(\"x\") | "),
            (&["--namespace="], "namespace=Text(\"\") | "),
            (&["-nx"], "namespace=Text(\"x\") | "),
            (&["-n=x"], "namespace=Text(\"x\") | "),
            (&["-n="], "namespace=Text(\"=\") | "),
            (&["-n", "-x"], "namespace=Text(\"-x\") | "),
            (
                &["-gsn", "x"],
                "generate-name=Bool(true) sure=Bool(true) namespace=Text(\"x\") | ",
            ),
            (&["-gnx"], "generate-name=Bool(true) namespace=Text(\"x\") | "),
            (&["--sure=false"], "sure=Bool(false) | "),
            (&["--sure", "false"], "sure=Bool(true) | false"),
            (&["-s=false"], "sure=Bool(false) | "),
            (&["--wait", "legacy"], "wait=Text(\"watcher\") | legacy"),
            (&["--wait=legacy"], "wait=Text(\"legacy\") | "),
            (&["-c", "-1"], "count=Int(-1) | "),
            (&["-f", "a,b", "-fc"], "values=List([\"a\", \"b\", \"c\"]) | "),
            (&["a", "--", "-g", "--", "b"], " | a -g -- b"),
            (&["-", ""], " | - "),
            (&["-test.v"], " | "),
        ];
        for (args, expected) in cases {
            let (parsed, _, result) = read(&TABLE, args, Unknown::Refuse);
            assert_eq!(result, Ok(()), "{args:?}");
            assert_eq!(shown(&parsed), expected, "{args:?}");
        }
    }

    #[test]
    fn messages_are_pflags() {
        let cases: [(&[&str], &str); 13] = [
            (&["--bogus"], "unknown flag: --bogus"),
            (&["--bogus=x"], "unknown flag: --bogus"),
            (&["--name"], "unknown flag: --name"),
            (&["-z"], "unknown shorthand flag: 'z' in -z"),
            (&["-gzs"], "unknown shorthand flag: 'z' in -zs"),
            (&["-\u{e9}"], "unknown shorthand flag: '\u{c3}' in -\u{e9}"),
            (&["--namespace"], "flag needs an argument: --namespace"),
            (&["-gn"], "flag needs an argument: 'n' in -n"),
            (&["--=x"], "bad flag syntax: --=x"),
            (&["---x"], "bad flag syntax: ---x"),
            (
                &["--sure=maybe"],
                "invalid argument \"maybe\" for \"-s, --sure\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax",
            ),
            (
                &["--debug="],
                "invalid argument \"\" for \"--debug\" flag: strconv.ParseBool: parsing \"\": invalid syntax",
            ),
            (
                &["-c", "x"],
                "invalid argument \"x\" for \"-c, --count\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
            ),
        ];
        for (args, expected) in cases {
            assert_eq!(
                read(&TABLE, args, Unknown::Refuse).2,
                Err(ParseError::Message(expected.to_owned())),
                "{args:?}"
            );
        }
    }

    #[test]
    fn unknown_flags_can_be_skipped() {
        let cases: [(&[&str], Result<(), ParseError>, &str); 8] = [
            (&["x", "--set", "a=b", "--debug"], Ok(()), "debug=Bool(true) | x"),
            (&["--set=a", "--debug"], Ok(()), "debug=Bool(true) | "),
            (&["--set", "--debug"], Ok(()), "debug=Bool(true) | "),
            (&["-xy", "v", "w"], Ok(()), " | w"),
            (&["-xn", "v", "w"], Ok(()), "namespace=Text(\"v\") | w"),
            (&["-x=1", "v"], Ok(()), " | v"),
            (
                &["--debug", "-h", "-n", "x"],
                Err(ParseError::Help),
                "debug=Bool(true) | ",
            ),
            (&["--help", "-n", "x"], Err(ParseError::Help), " | "),
        ];
        for (args, expected, text) in cases {
            let (parsed, _, result) = read(&GLOBAL_ONLY, args, Unknown::Skip);
            assert_eq!(result, expected, "{args:?}");
            assert_eq!(shown(&parsed), text, "{args:?}");
        }
    }

    #[test]
    fn each_use_of_a_deprecated_flag_is_noted() {
        let (_, notes, _) = read(&TABLE, &["--old", "--old=false"], Unknown::Refuse);
        assert_eq!(notes, "Flag --old has been deprecated, use --new instead\n".repeat(2));
    }

    #[test]
    fn conflicts_name_the_group_and_what_was_set() {
        let (parsed, ..) = read(&TABLE, &["-g", "-s", "--debug"], Unknown::Refuse);
        let conflict = |groups: &[&[&str]]| exclusive_conflict(groups, &parsed);
        assert_eq!(conflict(&[&["sure", "wait"]]), None);
        assert_eq!(
            conflict(&[&["sure", "generate-name"], &["generate-name", "debug"]]).as_deref(),
            Some(
                "if any flags in the group [generate-name debug] are set none of the others can be; \
                 [debug generate-name] were all set"
            )
        );
    }
}
