//! The schemas of the Kubernetes kinds, minors 1.20 to 1.37, packed into one table.
//!
//! One pack holds all minors: each field says in which of them it exists, is required, and has which type. Nothing is
//! decoded in advance: a lookup reads the table where it lies in the program.
//!
//! Layout, all numbers little-endian: `SKEGPK01`; six `u32` counts (strings, nodes, definitions, fields, kinds, enum
//! words); then
//! - strings: `u32` offsets into the text at the end of the pack, one more than there are strings; sorted bytewise;
//! - nodes: `u16` number of the [`Shape`], `u16` argument (definition, inner node or enum word);
//! - definitions: `u16` name, `u16` first field; sorted by name; fields end where those of the next one begin;
//! - enum words: `u16` count, then as many strings;
//! - fields: `u16` name, `u16` node, `u32` mask: bit *n* is the minor 20 + *n*, bit 31 says required; sorted by name;
//! - kinds: `u16` API version, `u16` kind, `u16` definition, `u16` nothing, `u32` mask; sorted.
//!
//! # Source
//! See `schemas/README.md`; made by `cargo xtask schemas`.

use std::cmp::Ordering;
use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("schemas/kubernetes.pack");

/// The first minor with schemas.
pub const FIRST_MINOR: u32 = 20;

/// The last minor with schemas.
pub const LAST_MINOR: u32 = 37;

const REQUIRED: u32 = 1 << 31;
const HEADER: usize = 8 + 6 * 4;

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything.
    Any,
    /// A truth value.
    Bool,
    /// A whole number.
    Integer,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A number.
    Number,
    /// Text.
    Text,
    /// Bytes in base64.
    Base64,
    /// A point in time, RFC 3339.
    DateTime,
    /// A whole number or text: ports, percentages.
    IntOrText,
    /// An amount: `500m`, `1Gi`, `2`.
    Quantity,
    /// A map of anything.
    Free,
    /// A map with these fields and no others.
    Object(Definition),
    /// A list of equals.
    List(NodeRef),
    /// A map of equals.
    Map(NodeRef),
    /// One of some words.
    OneOf(EnumRef),
}

/// A named set of fields, such as that of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition(u16);

/// A type in the pack; [`Pack::shape`] says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeRef(u16);

/// The words that are allowed; [`Pack::words`] says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumRef(u16);

/// A field in one minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its value must be.
    pub node: NodeRef,
    /// Whether it must be there.
    pub required: bool,
}

/// A kind and the minors that serve it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Served {
    /// `group/version`, or `v1`.
    pub api_version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Its fields.
    pub definition: Definition,
    mask: u32,
}

impl Served {
    /// Whether a minor serves it.
    pub fn in_minor(&self, minor: u32) -> bool {
        self.mask & mask(minor) != 0
    }

    /// The first of the known minors that serves it.
    pub fn first(&self) -> u32 {
        FIRST_MINOR + self.mask.trailing_zeros()
    }

    /// The last of the known minors that serves it.
    pub fn last(&self) -> u32 {
        FIRST_MINOR + 31 - self.mask.leading_zeros()
    }
}

/// The bit of a minor; none for those without schemas.
fn mask(minor: u32) -> u32 {
    match minor {
        FIRST_MINOR..=LAST_MINOR => 1 << (minor - FIRST_MINOR),
        _ => 0,
    }
}

/// The pack, ready for lookups. Copying it copies a few references.
#[derive(Clone, Copy)]
pub struct Pack {
    offsets: &'static [u8],
    nodes: &'static [u8],
    definitions: &'static [u8],
    enums: &'static [u8],
    fields: &'static [u8],
    kinds: &'static [u8],
    text: &'static str,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pack")
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

const FIELD: usize = 8;
const KIND: usize = 12;

impl Pack {
    /// The pack of this program.
    pub fn get() -> Self {
        static PACK: LazyLock<Pack> = LazyLock::new(Pack::open);
        *PACK
    }

    fn open() -> Self {
        let count = |n: usize| long(BYTES, 8 + n * 4) as usize;
        let mut rest = &BYTES[HEADER..];
        let mut section = |length: usize| {
            let (section, after) = rest.split_at(length);
            rest = after;
            section
        };
        Pack {
            offsets: section((count(0) + 1) * 4),
            nodes: section(count(1) * 4),
            definitions: section(count(2) * 4),
            enums: section(count(5) * 2),
            fields: section(count(3) * FIELD),
            kinds: section(count(4) * KIND),
            text: std::str::from_utf8(rest).unwrap_or_default(),
        }
    }

    fn string(&self, id: u16) -> &'static str {
        let at = usize::from(id) * 4;
        let (start, end) = (long(self.offsets, at), long(self.offsets, at + 4));
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What a node is.
    pub fn shape(&self, node: NodeRef) -> Shape {
        let at = usize::from(node.0) * 4;
        let argument = short(self.nodes, at + 2);
        match short(self.nodes, at) {
            1 => Shape::Bool,
            2 => Shape::Integer,
            3 => Shape::Int32,
            4 => Shape::Int64,
            5 => Shape::Number,
            6 => Shape::Text,
            7 => Shape::Base64,
            8 => Shape::DateTime,
            9 => Shape::IntOrText,
            10 => Shape::Quantity,
            11 => Shape::Free,
            12 => Shape::Object(Definition(argument)),
            13 => Shape::List(NodeRef(argument)),
            14 => Shape::Map(NodeRef(argument)),
            15 => Shape::OneOf(EnumRef(argument)),
            _ => Shape::Any,
        }
    }

    /// The words of an enum.
    pub fn words(&self, words: EnumRef) -> impl Iterator<Item = &'static str> + use<> {
        let (pack, at) = (*self, usize::from(words.0) * 2);
        let count = usize::from(short(self.enums, at));
        (1..=count).map(move |n| pack.string(short(pack.enums, at + n * 2)))
    }

    /// The name of a definition, such as `core.v1.Container`.
    pub fn name(&self, definition: Definition) -> &'static str {
        self.string(short(self.definitions, usize::from(definition.0) * 4))
    }

    /// The definition of a name.
    pub fn definition(&self, name: &str) -> Option<Definition> {
        let count = self.definitions.len() / 4;
        let found = search(count, |at| self.name(Definition(at as u16)).cmp(name))?;
        Some(Definition(found as u16))
    }

    /// The records of a definition's fields, all minors: first and one past the last.
    fn records(&self, definition: Definition) -> (usize, usize) {
        let at = usize::from(definition.0) * 4;
        let end = match self.definitions.get(at + 4..) {
            Some(next) if !next.is_empty() => usize::from(short(next, 2)),
            _ => self.fields.len() / FIELD,
        };
        (usize::from(short(self.definitions, at + 2)), end)
    }

    fn record(&self, at: usize, mask: u32) -> Option<Field> {
        let flags = long(self.fields, at * FIELD + 4);
        (flags & mask != 0).then(|| Field {
            name: self.string(short(self.fields, at * FIELD)),
            node: NodeRef(short(self.fields, at * FIELD + 2)),
            required: flags & REQUIRED != 0,
        })
    }

    /// The field of a name, as it is in a minor.
    pub fn field(&self, definition: Definition, name: &[u8], minor: u32) -> Option<Field> {
        let mask = mask(minor);
        let (start, end) = self.records(definition);
        let name_at = |at: usize| self.string(short(self.fields, at * FIELD)).as_bytes();
        // Fields that changed have several records: find the first one.
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = low.midpoint(high);
            if name_at(middle) < name {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..end)
            .take_while(|&at| name_at(at) == name)
            .find_map(|at| self.record(at, mask))
    }

    /// All fields of a definition in a minor, by name.
    pub fn fields(&self, definition: Definition, minor: u32) -> impl Iterator<Item = Field> + use<> {
        let (pack, mask, (start, end)) = (*self, mask(minor), self.records(definition));
        (start..end).filter_map(move |at| pack.record(at, mask))
    }

    /// The names of the fields that must be there in a minor.
    pub fn required(&self, definition: Definition, minor: u32) -> impl Iterator<Item = &'static str> + use<> {
        let (pack, mask, (start, end)) = (*self, mask(minor), self.records(definition));
        (start..end).filter_map(move |at| {
            let flags = long(pack.fields, at * FIELD + 4);
            (flags & REQUIRED != 0 && flags & mask != 0).then(|| pack.string(short(pack.fields, at * FIELD)))
        })
    }

    /// In which minors a definition has a field, whatever its type: first and last.
    pub fn field_minors(&self, definition: Definition, name: &[u8]) -> Option<(u32, u32)> {
        let (start, end) = self.records(definition);
        let all = (start..end)
            .filter(|at| self.string(short(self.fields, at * FIELD)).as_bytes() == name)
            .fold(0, |all, at| all | long(self.fields, at * FIELD + 4) & !REQUIRED);
        (all != 0).then(|| {
            (
                FIRST_MINOR + all.trailing_zeros(),
                FIRST_MINOR + 31 - all.leading_zeros(),
            )
        })
    }

    fn served(&self, at: usize) -> Served {
        let at = at * KIND;
        Served {
            api_version: self.string(short(self.kinds, at)),
            kind: self.string(short(self.kinds, at + 2)),
            definition: Definition(short(self.kinds, at + 4)),
            mask: long(self.kinds, at + 8),
        }
    }

    /// The kind of a name, whichever minors serve it.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<Served> {
        let count = self.kinds.len() / KIND;
        let found = search(count, |at| {
            let served = self.served(at);
            served.api_version.cmp(api_version).then_with(|| served.kind.cmp(kind))
        })?;
        Some(self.served(found))
    }

    /// All kinds, by API version and name.
    pub fn kinds(&self) -> impl Iterator<Item = Served> + use<> {
        let pack = *self;
        (0..self.kinds.len() / KIND).map(move |at| pack.served(at))
    }
}

/// Binary search among `count` things.
fn search(count: usize, compare: impl Fn(usize) -> Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        match compare(middle) {
            Ordering::Equal => return Some(middle),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape_of(api_version: &str, kind: &str, path: &[&str], minor: u32) -> Option<Shape> {
        let pack = Pack::get();
        let mut shape = Shape::Object(pack.kind(api_version, kind)?.definition);
        for name in path {
            if let Shape::List(item) = shape {
                shape = pack.shape(item);
            }
            let Shape::Object(definition) = shape else { return None };
            shape = pack.shape(pack.field(definition, name.as_bytes(), minor)?.node);
        }
        Some(shape)
    }

    /// Kubernetes API reference.
    #[test]
    fn fields_have_their_types() {
        let container = ["spec", "template", "spec", "containers"];
        for (field, expected) in [("image", Shape::Text), ("stdin", Shape::Bool), ("nothing", Shape::Any)] {
            let path = [&container[..], &[field]].concat();
            let found = shape_of("apps/v1", "Deployment", &path, 30);
            assert_eq!(found, (field != "nothing").then_some(expected), "{field}");
        }
        assert_eq!(
            shape_of("apps/v1", "Deployment", &["spec", "replicas"], 37),
            Some(Shape::Int32)
        );
        assert_eq!(
            shape_of("v1", "Service", &["spec", "ports", "targetPort"], 20),
            Some(Shape::IntOrText)
        );
    }

    /// Sidecar containers (KEP-753) brought `restartPolicy` to containers in 1.28.
    #[test]
    fn fields_come_with_their_minor() {
        let path = ["spec", "initContainers", "restartPolicy"];
        assert_eq!(shape_of("v1", "Pod", &path, 27), None);
        assert_eq!(shape_of("v1", "Pod", &path, 28), Some(Shape::Text));
    }

    /// Kubernetes deprecation guide: CronJob v1beta1 was removed in 1.25, v1 came in 1.21.
    #[test]
    fn kinds_come_and_go() {
        let pack = Pack::get();
        let old = pack.kind("batch/v1beta1", "CronJob").expect("was served");
        assert_eq!((old.first(), old.last()), (20, 24));
        assert!(old.in_minor(24) && !old.in_minor(25) && !old.in_minor(99));
        let new = pack.kind("batch/v1", "CronJob").expect("is served");
        assert_eq!((new.first(), new.last()), (21, 37));
        assert!(pack.kind("apps/v1", "Deploymnt").is_none());
    }

    #[test]
    fn required_fields_are_known() {
        let pack = Pack::get();
        let spec = pack.definition("apps.v1.DeploymentSpec").expect("is there");
        assert_eq!(pack.required(spec, 33).collect::<Vec<_>>(), ["selector", "template"]);
    }

    /// Lookup is by binary search.
    #[test]
    fn the_pack_is_sorted() {
        let pack = Pack::get();
        let kinds: Vec<_> = pack.kinds().map(|k| (k.api_version, k.kind)).collect();
        assert!(kinds.windows(2).all(|w| w[0] < w[1]), "each kind has one definition");
        assert!(kinds.len() > 300);
    }
}
