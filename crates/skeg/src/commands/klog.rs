//! The hidden flags of the Kubernetes client's own log. Scripts pass them to Helm, so they are accepted and checked;
//! they change nothing, because skeg does not use that client.

use crate::cli::flag::Flag;
use crate::cli::number::parse_int;
use crate::cli::value::CustomKind;
use crate::settings::parse_bool;

/// `--add-dir-header`
pub const ADD_DIR_HEADER: Flag = switch("add-dir-header");
/// `--alsologtostderr`
pub const ALSO_LOG_TO_STDERR: Flag = switch("alsologtostderr");
/// `--legacy-stderr-threshold-behavior`
pub const LEGACY_STDERR_THRESHOLD: Flag = switch("legacy-stderr-threshold-behavior");
/// `--log-backtrace-at`
pub const LOG_BACKTRACE_AT: Flag = Flag::custom("log-backtrace-at", &TRACE_LOCATION, "").hidden();
/// `--log-dir`
pub const LOG_DIR: Flag = Flag::string("log-dir", "").hidden();
/// `--log-file`
pub const LOG_FILE: Flag = Flag::string("log-file", "").hidden();
/// `--log-file-max-size`
pub const LOG_FILE_MAX_SIZE: Flag = Flag::custom("log-file-max-size", &SIZE, "").hidden();
/// `--logtostderr`
pub const LOG_TO_STDERR: Flag = switch("logtostderr");
/// `--one-output`
pub const ONE_OUTPUT: Flag = switch("one-output");
/// `--skip-headers`
pub const SKIP_HEADERS: Flag = switch("skip-headers");
/// `--skip-log-headers`
pub const SKIP_LOG_HEADERS: Flag = switch("skip-log-headers");
/// `--stderrthreshold`
pub const STDERR_THRESHOLD: Flag = Flag::custom("stderrthreshold", &SEVERITY, "").hidden();
/// `-v`
pub const VERBOSITY: Flag = Flag::custom("v", &LEVEL, "").short('v').hidden();
/// `--vmodule`
pub const VMODULE: Flag = Flag::custom("vmodule", &MODULES, "").hidden();

const fn switch(name: &'static str) -> Flag {
    Flag::custom(name, &SWITCH, "").alone("true").hidden()
}

/// A truth value with the message of Go's own flag package.
static SWITCH: CustomKind = CustomKind {
    type_name: "bool",
    many: false,
    settle: None,
    read: |text, _, _| {
        parse_bool(text)
            .map(|_| text.to_owned())
            .ok_or_else(|| "parse error".to_owned())
    },
};

static SIZE: CustomKind = CustomKind {
    type_name: "uint64",
    many: false,
    settle: None,
    read: |text, _, _| match crate::cli::number::parse_uint(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(why) if why.ends_with("range") => Err("value out of range".to_owned()),
        Err(_) => Err("parse error".to_owned()),
    },
};

static LEVEL: CustomKind = CustomKind {
    type_name: "Level",
    many: false,
    settle: None,
    read: |text, _, _| decimal32(text),
};

static SEVERITY: CustomKind = CustomKind {
    type_name: "severity",
    many: false,
    settle: None,
    read: |text, _, _| match text.to_ascii_uppercase().as_str() {
        "INFO" | "WARNING" | "ERROR" | "FATAL" => Ok(text.to_owned()),
        _ => decimal32(text),
    },
};

static TRACE_LOCATION: CustomKind = CustomKind {
    type_name: "traceLocation",
    many: false,
    settle: None,
    read: |text, _, _| {
        let wrong = "syntax error: expect file.go:234";
        if text.is_empty() {
            return Ok(String::new());
        }
        let (file, line) = text.split_once(':').ok_or(wrong)?;
        if line.contains(':') || !file.contains('.') {
            return Err(wrong.to_owned());
        }
        match line.parse::<i64>() {
            Ok(line) if line > 0 => Ok(text.to_owned()),
            Ok(_) => Err("negative or zero value for level".to_owned()),
            Err(_) => Err(wrong.to_owned()),
        }
    },
};

static MODULES: CustomKind = CustomKind {
    type_name: "moduleSpec",
    many: false,
    settle: None,
    read: |text, _, _| {
        let wrong = "syntax error: expect comma-separated list of filename=N";
        for entry in text.split(',').filter(|entry| !entry.is_empty()) {
            let (pattern, level) = entry.split_once('=').ok_or(wrong)?;
            if pattern.is_empty() || level.is_empty() || level.contains('=') {
                return Err(wrong.to_owned());
            }
            match decimal32(level) {
                Ok(level) if level.starts_with('-') => return Err("negative value for vmodule level".to_owned()),
                Ok(_) => {}
                Err(_) => return Err(wrong.to_owned()),
            }
        }
        Ok(text.to_owned())
    },
};

/// A decimal number of 32 bits. Unlike flags of numbers, no `0x` and no `_`.
fn decimal32(text: &str) -> Result<String, String> {
    let digits = text.trim_start_matches(['+', '-']).trim_start_matches('0');
    let plain: String = if digits.is_empty() && !text.is_empty() {
        "0".into()
    } else {
        digits.into()
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    let readable = !text.contains('_') && text.bytes().filter(|b| matches!(b, b'+' | b'-')).count() <= 1;
    let value = if readable {
        format!("{sign}{plain}")
    } else {
        text.to_owned()
    };
    match parse_int(&value, 32) {
        Ok(_) => Ok(text.to_owned()),
        // The message shows what was given, not what it was read as.
        Err(why) => Err(why.replace(
            &crate::output::quote::go_quote(&value),
            &crate::output::quote::go_quote(text),
        )),
    }
}
