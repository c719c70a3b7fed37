//! What a word after `=` becomes with `--set`.

use crate::value::Value;

/// Null, a boolean, an `int64`, or the string itself.
///
/// # Source
/// spec/rendering.md 5.3 (typing).
pub(super) fn typed(word: String) -> Value {
    if equals_folded(&word, "true") {
        return Value::Bool(true);
    }
    if equals_folded(&word, "false") {
        return Value::Bool(false);
    }
    if equals_folded(&word, "null") {
        return Value::Null;
    }
    let may_be_number = word == "0" || !word.starts_with('0');
    match word.parse::<i64>() {
        Ok(number) if may_be_number => Value::int64(number),
        _ => Value::from(word),
    }
}

/// Go's `EqualFold` against an ASCII word. The long s is the one non-ASCII character that folds to a letter of them.
fn equals_folded(word: &str, lower: &str) -> bool {
    let mut expected = lower.chars();
    word.len() <= 2 * lower.len()
        && word.chars().all(|c| {
            let folded = if c == 'ſ' { 's' } else { c.to_ascii_lowercase() };
            expected.next() == Some(folded)
        })
        && expected.next().is_none()
}
