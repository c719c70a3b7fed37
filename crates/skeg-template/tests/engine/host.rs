//! The data and functions that the recorded cases use. The recorder, a Go program, has the same.

use skeg_template::{
    CallError, Context, Executor, Function, Functions, Method, Methods, NoTrace, Param, Purity, TemplateSet, print,
};
use skeg_value::{Int, IntType, List, ListType, Map, MapType, Str, Value, quote};

/// A map of these entries.
pub(crate) fn map<const N: usize>(entries: [(&str, Value); N]) -> Map {
    entries
        .into_iter()
        .map(|(key, value)| (Str::from(key), value))
        .collect()
}

/// The dot of the recorded cases.
pub(crate) fn data() -> Value {
    let inner = map([("a", 1.0.into()), ("b", map([("c", "deep".into())]).into())]);
    let plain = map([("x", "tx".into()), ("Table", "plain".into())]);
    let named = map([("x", "vx".into()), ("Table", "hidden".into()), ("t", plain.into())]);
    let byte = Int {
        value: 200,
        ty: IntType::Uint8,
    };
    let scalars = map([
        ("s", "str".into()),
        ("n", 1.0.into()),
        ("i", Value::int(5)),
        ("i64", Value::int64(7)),
        ("u8", Value::Int(byte)),
        ("t", true.into()),
        ("nul", Value::Null),
        ("e", "".into()),
        ("é", Value::int(1)),
        ("日本", Value::int(2)),
        ("by", Value::Bytes(Str::from("hi"))),
        ("bad", Value::string(&b"a\xff<"[..])),
        ("tp", "{{.s}}".into()),
        ("f1", 100_000.0.into()),
        ("f2", 1e6.into()),
        ("f3", 1.5.into()),
        ("f4", (-0.0).into()),
        ("f5", f64::NAN.into()),
        ("f6", f64::INFINITY.into()),
        ("f7", 1e-5.into()),
    ]);
    let all = scalars;
    all.insert("l", vec![Value::from(1.0), Value::from("two")]);
    all.insert("el", Vec::new());
    all.insert("nl", List::nil(ListType::Any));
    all.insert("ls", Value::strings(["p", "q"]));
    all.insert("m", inner);
    all.insert("em", Map::new());
    all.insert("ms", map([("k", "v".into())]).with_type(MapType::String));
    all.insert("v", named.with_type(MapType::Values));
    Value::Map(all)
}

/// The functions of the recorded cases.
pub(crate) fn functions() -> Functions {
    Functions::new(&[FUNCTIONS])
}

type Outcome = Result<Value, CallError>;

const fn function(
    name: &'static str,
    params: &'static [Param],
    variadic: Option<Param>,
    run: fn(&mut dyn Context, &[Value]) -> Outcome,
) -> Function {
    Function {
        name,
        params,
        variadic,
        purity: Purity::Pure,
        doc: "",
        example: ("", ""),
        run,
    }
}

use Param::{Any, Bool, Float, Int64, String};

static FUNCTIONS: &[Function] = &[
    function("dec", &[Param::Int], None, |_, args| Ok(Value::int(int(&args[0]) - 1))),
    function("fany", &[Any], None, |_, args| Ok(args[0].clone())),
    function("fail", &[String], None, |_, args| Err(CallError::Fail(text(&args[0])))),
    function("fbool", &[Bool], None, |_, args| {
        Ok(Value::Bool(args[0].as_bool() == Some(false)))
    }),
    function("ffloat", &[Float], None, |_, args| match args[0] {
        Value::Float(f) => Ok(Value::Float(f / 2.0)),
        _ => Err("not a float".into()),
    }),
    function("fint", &[Param::Int], None, |_, args| Ok(Value::int(int(&args[0]) + 1))),
    function("fint64", &[Int64], None, |_, args| Ok(Value::int64(int(&args[0]) * 2))),
    function("flist", &[Param::List(ListType::Any)], None, |_, args| {
        Ok(Value::int(args[0].as_list().map_or(-1, |list| list.len() as i64)))
    }),
    function("fmap", &[Param::Map], None, |_, args| Ok(args[0].clone())),
    function("fstr", &[String], None, |_, args| Ok(Value::from(text(&args[0]) + "!"))),
    function("fstrs", &[Param::List(ListType::String)], None, |_, args| {
        Ok(args[0].clone())
    }),
    function("include", &[String, Any], None, include),
    function("mk", &[], Some(Any), |_, args| Ok(Value::from(args.to_vec()))),
    function("tpl", &[String, Any], None, tpl),
    function("two", &[Any, String], None, |_, args| {
        Ok(Value::string(
            [print::sprint_v(&args[0]), text(&args[1]).into_bytes()].concat(),
        ))
    }),
    function("typ", &[Any], None, |_, args| Ok(Value::from(args[0].type_name()))),
    function("vany", &[], Some(Any), |_, args| Ok(Value::int(args.len() as i64))),
    function("vstr", &[String], Some(String), |_, args| {
        let rest: Vec<_> = args[1..].iter().map(text).collect();
        Ok(Value::from(text(&args[0]) + &rest.join(",")))
    }),
    function("zerr", &[], None, |_, _| Err("zerr failed".into())),
    function("zint", &[], None, |_, _| Ok(Value::int(0))),
    function("zlist", &[], None, |_, _| {
        Ok(Value::from(vec![Value::int(1), Value::from("b")]))
    }),
    function("zmap", &[], None, |_, _| Ok(map([("x", "zx".into())]).into())),
    function("znil", &[], None, |_, _| Ok(Value::Null)),
];

fn text(value: &Value) -> std::string::String {
    value.as_str().unwrap_or_default().to_owned()
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(int) => int.value,
        _ => i64::MIN,
    }
}

fn include(context: &mut dyn Context, args: &[Value]) -> Outcome {
    let name = args[0].as_string().cloned().unwrap_or_default();
    guarded(context, |context| context.execute(&name, &args[1]).map(Value::String))
}

/// Keeps runs inside each other below 22, as the recorder does.
fn guarded(context: &mut dyn Context, run: impl FnOnce(&mut dyn Context) -> Outcome) -> Outcome {
    let depth = |context: &mut dyn Context, change: i32| {
        let Some(depth) = context.host().downcast_mut::<i32>() else {
            return 0;
        };
        *depth += change;
        *depth
    };
    if depth(context, 1) > 21 {
        return Err("too deep".into());
    }
    let outcome = run(context);
    depth(context, -1);
    outcome
}

fn tpl(context: &mut dyn Context, args: &[Value]) -> Outcome {
    let template = args[0].as_string().cloned().unwrap_or_default();
    let quoted = quote::quote(&template);
    guarded(context, |context| {
        match context.execute_text("gotpl", &template, &args[1]) {
            Ok(out) => Ok(Value::from(out.to_str_lossy().replace("<no value>", ""))),
            Err(CallError::Parse(text)) => Err(CallError::Parse(format!("cannot parse template {quoted}: {text}"))),
            Err(CallError::Exec(source)) => {
                let prefix = format!("error during tpl function execution for {quoted}: ");
                Err(CallError::Wrapped { prefix, source })
            }
            Err(other) => Err(other),
        }
    })
}

/// The methods of the named map of the recorded cases.
pub(crate) struct TableMethods;

static TABLE: Method = Method {
    params: &[String],
    variadic: None,
    run: |_, receiver, args| match receiver.as_map().and_then(|m| m.get(text(&args[0]).as_bytes())) {
        Some(Value::Map(table)) => Ok(table.with_type(MapType::Values).into()),
        _ => Err(format!("no table {}", quote::quote(text(&args[0]).as_bytes())).into()),
    },
};

static AS_MAP: Method = Method {
    params: &[],
    variadic: None,
    run: |_, receiver, _| {
        Ok(receiver
            .as_map()
            .map(|m| m.with_type(MapType::Any))
            .unwrap_or_default()
            .into())
    },
};

impl Methods for TableMethods {
    fn method(&self, ty: MapType, name: &str) -> Option<&'static Method> {
        match (ty, name) {
            (MapType::Values, "Table") => Some(&TABLE),
            (MapType::Values, "AsMap") => Some(&AS_MAP),
            _ => None,
        }
    }
}

/// Runs one template of a set; the output, or Go's error text.
pub(crate) fn run(set: &TemplateSet, name: &str, data: &Value) -> Result<Vec<u8>, std::string::String> {
    let mut depth = 0_i32;
    let mut out = Vec::new();
    let mut executor = Executor::new(set, &TableMethods, &mut depth, NoTrace);
    // Half of what a test's thread has.
    executor.set_stack_budget(1 << 20);
    match executor.execute(name, data, &mut out) {
        Ok(()) => Ok(out),
        Err(error) => Err(error.to_go_string()),
    }
}

/// Parses a text as the template `t` and runs it.
pub(crate) fn render(template: &[u8], data: &Value) -> Result<Vec<u8>, std::string::String> {
    let mut set = TemplateSet::new(&functions());
    set.add("t", template).map_err(|error| error.to_string())?;
    run(&set, "t", data)
}
