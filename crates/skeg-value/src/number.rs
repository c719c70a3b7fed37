//! Integers with the Go type they have.

/// The Go integer types that a template can meet.
///
/// They are observable: `typeOf`, `kindOf`, `deepEqual`, `printf "%T"` and argument checking tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntType {
    /// `int`, 64 bits wide: literals, `len`, `int`, `until`.
    Int,
    /// `int64`: `--set` numbers, Sprig's arithmetic, `int64`.
    Int64,
    /// `int32`.
    Int32,
    /// `uint8`: what indexing a string yields.
    Uint8,
    /// `uint32`.
    Uint32,
    /// `uint64`: the parts of a semantic version. The bits are kept in an `i64`.
    Uint64,
}

impl IntType {
    /// The Go name, which is also the kind: `int`, `int64`, …
    pub fn name(self) -> &'static str {
        match self {
            IntType::Int => "int",
            IntType::Int64 => "int64",
            IntType::Int32 => "int32",
            IntType::Uint8 => "uint8",
            IntType::Uint32 => "uint32",
            IntType::Uint64 => "uint64",
        }
    }

    /// Whether Go calls it a `uint` kind.
    pub fn is_unsigned(self) -> bool {
        matches!(self, IntType::Uint8 | IntType::Uint32 | IntType::Uint64)
    }
}

/// An integer and its Go type. For unsigned types `value` holds the same bits (see [`Int::as_u64`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Int {
    /// The number; for [`IntType::Uint64`] above `i64::MAX` it is the two's complement of the bits.
    pub value: i64,
    /// Its Go type.
    pub ty: IntType,
}

impl Int {
    /// The bits read as an unsigned number.
    pub fn as_u64(self) -> u64 {
        self.value as u64
    }

    /// The mathematical value, whatever the type.
    pub fn as_i128(self) -> i128 {
        if self.ty.is_unsigned() {
            i128::from(self.as_u64())
        } else {
            i128::from(self.value)
        }
    }
}
