//! All assert types: the one place where a name, its parameters and its check come together.

use super::{Check, documents, failed, lists, order, raw, snapshot, values};
use crate::unittest::parse::assert::Params;

/// A type of assert.
pub struct AssertType {
    /// The key in `asserts`.
    pub name: &'static str,
    /// Its parameters, for help and documentation.
    pub parameters: &'static [&'static str],
    /// What holds if it passes.
    pub summary: &'static str,
    /// Whether it wants the opposite of what its check looks for.
    pub negates: bool,
    /// Whether the chart must have rendered.
    pub wants_success: bool,
    /// Reads the parameters.
    pub(crate) read: fn(&mut Params<'_, '_>) -> Box<dyn Check>,
}

/// The type of this name.
pub fn find(name: &str) -> Option<&'static AssertType> {
    ASSERTS.iter().find(|kind| kind.name == name)
}

type Read = fn(&mut Params<'_, '_>) -> Box<dyn Check>;

const fn is(name: &'static str, parameters: &'static [&'static str], read: Read, summary: &'static str) -> AssertType {
    AssertType {
        name,
        parameters,
        summary,
        negates: false,
        wants_success: true,
        read,
    }
}

const fn not(name: &'static str, parameters: &'static [&'static str], read: Read, summary: &'static str) -> AssertType {
    AssertType {
        negates: true,
        ..is(name, parameters, read, summary)
    }
}

const DECODED: &[&str] = &["path", "value", "decodeBase64"];
const PATH: &[&str] = &["path"];
const PATTERN: &[&str] = &["path", "pattern", "decodeBase64"];
const ORDER: &[&str] = &["path", "value"];
const LENGTH: &[&str] = &["path", "paths", "count"];
const CONTENT: &[&str] = &["path", "content"];

/// The types. `is…`, aliases and negations stand next to what they belong to.
#[rustfmt::skip]
pub static ASSERTS: &[AssertType] = &[
    is("equal", DECODED, values::Equal::read, "the value at `path` is `value`"),
    not("notEqual", DECODED, values::Equal::read, "the value at `path` is not `value`"),
    is("exists", PATH, values::Exists::read, "`path` leads to a value, be it null"),
    is("isNotNull", PATH, values::Exists::read, "old name of `exists`"),
    not("notExists", PATH, values::Exists::read, "`path` leads nowhere"),
    not("isNull", PATH, values::Exists::read, "old name of `notExists`"),
    is("isNullOrEmpty", PATH, values::Empty::read, "the value is null, `\"\"`, `0`, `false`, `[]` or `{}`"),
    is("isEmpty", PATH, values::Empty::read, "other name of `isNullOrEmpty`"),
    not("isNotNullOrEmpty", PATH, values::Empty::read, "the value is none of those"),
    not("isNotEmpty", PATH, values::Empty::read, "other name of `isNotNullOrEmpty`"),
    is("isType", &["path", "type"], values::IsType::read, "the value has this Go type: `string`, `int`, `bool`, `float64`, `map[string]interface {}`, `[]interface {}`"),
    not("isNotType", &["path", "type"], values::IsType::read, "the value has another type"),
    is("matchRegex", PATTERN, values::MatchRegex::read, "the text at `path` matches the Go regular expression `pattern`"),
    not("notMatchRegex", PATTERN, values::MatchRegex::read, "the text does not match"),
    is("greaterOrEqual", ORDER, order::Greater::read, "the value is not less than `value`, of the same type"),
    not("notGreaterOrEqual", ORDER, order::Greater::read, "the value has the type of `value`; no more is checked, as in the original"),
    is("lessOrEqual", ORDER, order::Less::read, "the value is not greater than `value`, of the same type"),
    not("notLessOrEqual", ORDER, order::Less::read, "the value is greater"),
    is("contains", &["path", "content", "count", "any"], lists::Contains::read, "the list at `path` has the element `content` (`any`: an element with at least these keys), exactly `count` times if given"),
    not("notContains", &["path", "content", "count", "any"], lists::Contains::read, "the list does not have the element"),
    is("isSubset", CONTENT, lists::Subset::read, "the map at `path` has the entries of `content`"),
    not("isNotSubset", CONTENT, lists::Subset::read, "the map lacks one of the entries"),
    is("lengthEqual", LENGTH, lists::Length::read, "the list at `path` has `count` elements; the lists at `paths` have equally many"),
    not("notLengthEqual", LENGTH, lists::Length::read, "the length is another, or the lengths differ"),
    is("isKind", &["of"], documents::KIND, "each document is of this kind"),
    is("isAPIVersion", &["of"], documents::API_VERSION, "each document is of this API version"),
    is("hasDocuments", &["count", "filterAware"], documents::HasDocuments::read, "the template has `count` documents (`filterAware`: of those chosen)"),
    is("containsDocument", &["kind", "apiVersion", "name", "namespace", "any"], documents::ContainsDocument::read, "the documents are of this kind and name (`any`: at least one is)"),
    is("matchSnapshot", &["path", "matchRegex.pattern", "notMatchRegex.pattern"], snapshot::MatchSnapshot::read, "the value is what it was when its snapshot was taken, or matches patterns"),
    is("matchSnapshotRaw", &[], snapshot::MatchSnapshotRaw::read, "the text of the notes is what it was when its snapshot was taken"),
    is("equalRaw", &["value"], raw::EqualRaw::read, "the text of the notes is `value`"),
    not("notEqualRaw", &["value"], raw::EqualRaw::read, "the text of the notes is another"),
    is("matchRegexRaw", &["pattern"], raw::MatchRegexRaw::read, "the text of the notes matches `pattern`"),
    not("notMatchRegexRaw", &["pattern"], raw::MatchRegexRaw::read, "the text of the notes does not match"),
    AssertType { wants_success: false, ..is("failedTemplate", &["errorMessage", "errorPattern"], failed::FailedTemplate::read, "the chart does not render, with this message or one that matches") },
    not("notFailedTemplate", &["errorMessage", "errorPattern"], failed::FailedTemplate::read, "the chart renders"),
];
