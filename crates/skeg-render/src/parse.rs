//! Parsing the templates of a chart, on two threads where that pays.
//!
//! Parsing one text does not depend on the others, so the result is that of parsing them in order.

use std::sync::Arc;
use std::thread;

use skeg_template::{Functions, ParseError, ParsedFile};

use crate::context::Template;

/// Below this many bytes in all a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 96 * 1024;

type Parsed = Vec<Result<ParsedFile, ParseError>>;

/// Parses all templates; results in their order.
pub(crate) fn all(templates: &[Template], functions: &Functions) -> Parsed {
    let texts: Vec<(&str, &Arc<[u8]>)> = templates
        .iter()
        .map(|template| (template.name.as_str(), &template.text))
        .collect();
    let total: usize = texts.iter().map(|(_, text)| text.len()).sum();
    if total < WORTH_A_THREAD {
        return some(&texts, functions);
    }
    let (first, second) = texts.split_at(half(&texts, total));
    thread::scope(|scope| {
        let Ok(other) = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || some(second, functions))
        else {
            return some(&texts, functions);
        };
        let mut parsed = some(first, functions);
        match other.join() {
            Ok(rest) => parsed.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        parsed
    })
}

/// Address space for deeply nested actions; only what is used takes memory.
const STACK: usize = 512 << 20;

/// Where to cut so that both parts have about as many bytes.
fn half(texts: &[(&str, &Arc<[u8]>)], total: usize) -> usize {
    let mut sum = 0;
    texts
        .iter()
        .position(|(_, text)| {
            sum += text.len();
            sum > total / 2
        })
        .unwrap_or(texts.len())
}

fn some(texts: &[(&str, &Arc<[u8]>)], functions: &Functions) -> Parsed {
    texts
        .iter()
        .map(|(name, text)| ParsedFile::parse(name, Arc::clone(text), functions))
        .collect()
}
