//! Semantic versions in templates: the functions, and the version as an object with methods.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::semver::{Constraint, Version};
use skeg_value::{Int, IntType, Object, ObjectError, ObjectRef, Value};

use crate::args;
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "semver",
        &[Param::String],
        semver,
        "The version as an object with `.Major`, `.Minor`, `.Patch`, `.Prerelease`, `.Metadata`, `.Original`, \
         `.Compare`, `.IncMinor` and more.",
        (r#"(semver "v1.2.3-alpha.1").Minor"#, "2"),
    ),
    fixed(
        "semverCompare",
        &[Param::String, Param::String],
        semver_compare,
        "Whether the version satisfies the constraint. Prereleases satisfy only constraints that name one (`>=1.2.0-0`).",
        (r#"semverCompare "^1.2.0" "1.4.5""#, "true"),
    ),
];

fn semver(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(VersionObject {
        version: parse(args, 0)?,
        pointer: true,
    }
    .into_value())
}

fn parse(args: &[Value], position: usize) -> Result<Version, CallError> {
    Version::parse(&args::string(args, position).to_str_lossy()).map_err(|error| CallError::new(error.to_string()))
}

fn semver_compare(_: &mut dyn Context, args: &[Value]) -> Answer {
    let constraint =
        Constraint::parse(&args::string(args, 0).to_str_lossy()).map_err(|error| CallError::new(error.to_string()))?;
    Ok(constraint.check(&parse(args, 1)?).into())
}

/// A version that templates can ask: what `semver` returns is a pointer, what `IncMajor` and its kin return is not, and
/// Go offers fewer methods on it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct VersionObject {
    version: Version,
    pointer: bool,
}

impl VersionObject {
    fn into_value(self) -> Value {
        Value::Object(Rc::new(self))
    }
}

/// What `deepCopy` makes of a version, or none for other objects: Go's library copies only exported fields, of which a
/// version has none, so the copy is 0.0.0.
pub(crate) fn copied(object: &ObjectRef) -> Option<Value> {
    let pointer = object.as_any().downcast_ref::<VersionObject>()?.pointer;
    let nothing = String::new;
    let version = Version {
        major: 0,
        minor: 0,
        patch: 0,
        prerelease: nothing(),
        metadata: nothing(),
        original: nothing(),
    };
    Some(VersionObject { version, pointer }.into_value())
}

/// Another version as the argument of a comparison.
fn other_version(args: &[Value]) -> Result<&Version, ObjectError> {
    let object = match args.first() {
        Some(Value::Object(object)) => object
            .as_any()
            .downcast_ref::<VersionObject>()
            .filter(|other| other.pointer),
        _ => None,
    };
    object.map(|object| &object.version).ok_or_else(|| {
        let found = args.first().map_or_else(String::new, Value::type_name);
        ObjectError(format!("wrong type for value; expected *semver.Version; got {found}"))
    })
}

fn text_argument(args: &[Value]) -> Result<&str, ObjectError> {
    args.first().and_then(Value::as_str).ok_or_else(|| {
        let found = args.first().map_or_else(String::new, Value::type_name);
        ObjectError(format!("wrong type for value; expected string; got {found}"))
    })
}

fn uint64(number: u64) -> Value {
    Value::Int(Int {
        value: number as i64,
        ty: IntType::Uint64,
    })
}

impl Object for VersionObject {
    fn type_name(&self) -> &str {
        if self.pointer {
            "*semver.Version"
        } else {
            "semver.Version"
        }
    }

    fn kind(&self) -> &'static str {
        if self.pointer { "ptr" } else { "struct" }
    }

    fn method_arity(&self, name: &str) -> Option<usize> {
        match name {
            "IncMajor" | "IncMinor" | "IncPatch" | "Major" | "Metadata" | "Minor" | "Patch" | "Prerelease"
            | "String" => Some(0),
            "SetMetadata" | "SetPrerelease" => Some(1),
            "Original" if self.pointer => Some(0),
            "Compare" | "Equal" | "GreaterThan" | "GreaterThanEqual" | "LessThan" | "LessThanEqual" if self.pointer => {
                Some(1)
            }
            _ => None,
        }
    }

    fn call_method(&self, name: &str, args: &[Value]) -> Result<Value, ObjectError> {
        let version = &self.version;
        let compared = || Ok::<_, ObjectError>(version.compare(other_version(args)?));
        let next = |version: Result<Version, &str>| match version {
            Ok(version) => Ok(VersionObject {
                version,
                pointer: false,
            }
            .into_value()),
            Err(panic) => Err(ObjectError(panic.to_owned())),
        };
        let changed = |version: Result<Version, skeg_value::semver::VersionError>| match version {
            Ok(version) => Ok(VersionObject {
                version,
                pointer: false,
            }
            .into_value()),
            Err(error) => Err(ObjectError(error.to_string())),
        };
        Ok(match name {
            "Major" => uint64(version.major),
            "Minor" => uint64(version.minor),
            "Patch" => uint64(version.patch),
            "Prerelease" => version.prerelease.as_str().into(),
            "Metadata" => version.metadata.as_str().into(),
            "Original" => version.original.as_str().into(),
            "String" => version.to_string().into(),
            "IncMajor" => return next(version.inc_major()),
            "IncMinor" => return next(version.inc_minor()),
            "IncPatch" => return next(version.inc_patch()),
            "SetPrerelease" => return changed(version.with_prerelease(text_argument(args)?)),
            "SetMetadata" => return changed(version.with_metadata(text_argument(args)?)),
            "Compare" => Value::int(compared()? as i64),
            "Equal" => (compared()? == Ordering::Equal).into(),
            "LessThan" => (compared()? == Ordering::Less).into(),
            "LessThanEqual" => (compared()? != Ordering::Greater).into(),
            "GreaterThan" => (compared()? == Ordering::Greater).into(),
            "GreaterThanEqual" => (compared()? != Ordering::Less).into(),
            _ => return Err(ObjectError(format!("no method {name}"))),
        })
    }

    fn print(&self) -> String {
        self.version.to_string()
    }

    fn is_stringer(&self) -> bool {
        true
    }

    fn to_json(&self) -> Value {
        self.version.to_string().into()
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<VersionObject>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
