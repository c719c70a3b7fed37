//! Every function that a chart's templates may call, beside the engine's own built-ins.
//!
//! A function is a private `fn` and one line of its family's `FUNCTIONS` table: name, parameters, documentation, example.
//! [`tables`] yields all families; the template engine, the reference pages and completion read them. What a function
//! needs of the world outside (clock, entropy, DNS, cluster) comes through [`host`] and [`world`].

mod args;
pub mod case;
mod cast;
pub mod convert;
pub mod crypto;
pub mod data;
pub mod dates;
mod decimal;
pub mod dicts;
pub mod encoding;
pub mod flow;
pub mod host;
pub mod lists;
pub mod math;
mod merge;
pub mod objects;
pub mod paths;
pub mod random;
pub mod regex;
mod runes;
pub mod semver;
pub mod strings;
mod table;
pub mod urls;
pub mod world;
pub mod wrap;

use std::sync::{Arc, LazyLock};

use skeg_template::Functions;
use skeg_template::function::Function;

/// All functions, ready to parse templates with; made once for the process.
pub fn functions() -> Arc<Functions> {
    static FUNCTIONS: LazyLock<Arc<Functions>> = LazyLock::new(|| Arc::new(Functions::new(tables())));
    Arc::clone(&FUNCTIONS)
}

/// All functions, one table per family; each table is sorted by name, and no name stands in two of them.
pub fn tables() -> &'static [&'static [Function]] {
    const TABLES: &[&[Function]] = &[
        case::FUNCTIONS,
        convert::FUNCTIONS,
        crypto::FUNCTIONS,
        data::FUNCTIONS,
        dates::FUNCTIONS,
        dicts::FUNCTIONS,
        encoding::FUNCTIONS,
        flow::FUNCTIONS,
        lists::FUNCTIONS,
        math::FUNCTIONS,
        paths::FUNCTIONS,
        random::FUNCTIONS,
        regex::FUNCTIONS,
        semver::FUNCTIONS,
        strings::FUNCTIONS,
        urls::FUNCTIONS,
        wrap::FUNCTIONS,
    ];
    TABLES
}
