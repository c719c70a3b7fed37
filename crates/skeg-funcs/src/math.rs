//! Arithmetic. Integer functions turn every argument into an `int64` first, float functions into a `float64`.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::{List, ListType, Value};

use crate::decimal::Decimal;
use crate::table::{fixed, variadic};
use crate::{args, cast};
use skeg_template::print::append_v;

type Answer = Result<Value, CallError>;

/// More numbers are not listed: Go would run out of memory on the way.
const MAX_ITEMS: u64 = 1 << 26;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    variadic(
        Param::Any,
        fixed("add", &[], add, "The sum, an `int64`.", ("add 1 2 3", "6")),
    ),
    fixed("add1", &[Param::Any], add1, "One more, an `int64`.", ("add1 1", "2")),
    fixed(
        "add1f",
        &[Param::Any],
        add1f,
        "One more, a `float64`, computed in decimal.",
        ("add1f 1.5", "2.5"),
    ),
    variadic(
        Param::Any,
        fixed(
            "addf",
            &[],
            addf,
            "The sum, a `float64`, computed in decimal.",
            ("addf 0.1 0.2", "0.3"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "biggest",
            &[Param::Any],
            max,
            "The older name of `max`.",
            ("biggest 1 2 3", "3"),
        ),
    ),
    fixed(
        "ceil",
        &[Param::Any],
        ceil,
        "The next whole number upwards, a `float64`.",
        ("ceil 1.1", "2"),
    ),
    fixed(
        "div",
        &[Param::Any, Param::Any],
        div,
        "The quotient cut off towards zero, an `int64`; fails for a zero divisor.",
        ("div 7 2", "3"),
    ),
    variadic(
        Param::Any,
        fixed(
            "divf",
            &[Param::Any],
            divf,
            "The first argument divided by the others, a `float64`, computed in decimal with 16 digits after the point.",
            ("divf 10 4", "2.5"),
        ),
    ),
    fixed(
        "floor",
        &[Param::Any],
        floor,
        "The next whole number downwards, a `float64`.",
        ("floor 1.9", "1"),
    ),
    variadic(
        Param::Any,
        fixed(
            "max",
            &[Param::Any],
            max,
            "The greatest, an `int64`.",
            ("max 1 2 3", "3"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "maxf",
            &[Param::Any],
            maxf,
            "The greatest, a `float64`.",
            ("maxf 1 2.5", "2.5"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "min",
            &[Param::Any],
            min,
            "The smallest, an `int64`.",
            ("min 1 2 3", "1"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "minf",
            &[Param::Any],
            minf,
            "The smallest, a `float64`.",
            ("minf 1.5 2", "1.5"),
        ),
    ),
    fixed(
        "mod",
        &[Param::Any, Param::Any],
        modulo,
        "The remainder with the sign of the dividend, an `int64`; fails for a zero divisor.",
        ("mod 7 4", "3"),
    ),
    variadic(
        Param::Any,
        fixed(
            "mul",
            &[Param::Any],
            mul,
            "The product, an `int64`.",
            ("mul 2 3 4", "24"),
        ),
    ),
    variadic(
        Param::Any,
        fixed(
            "mulf",
            &[Param::Any],
            mulf,
            "The product, a `float64`, computed in decimal.",
            ("mulf 1.1 1.1", "1.21"),
        ),
    ),
    variadic(
        Param::Float,
        fixed(
            "round",
            &[Param::Any, Param::Int],
            round,
            "The number rounded to that many decimals, a `float64`; upwards where the rest is at least the third \
             argument (default 0.5).",
            ("round 123.5555 3", "123.556"),
        ),
    ),
    variadic(
        Param::Int,
        fixed(
            "seq",
            &[],
            seq,
            "Numbers joined by spaces, like the shell's tool: last; first and last; or first, step and last.",
            ("seq 2 5", "2 3 4 5"),
        ),
    ),
    fixed(
        "sub",
        &[Param::Any, Param::Any],
        sub,
        "The difference, an `int64`.",
        ("sub 3 2", "1"),
    ),
    variadic(
        Param::Any,
        fixed(
            "subf",
            &[Param::Any],
            subf,
            "The first argument less the others, a `float64`, computed in decimal.",
            ("subf 0.3 0.1", "0.2"),
        ),
    ),
    fixed(
        "until",
        &[Param::Int],
        until,
        "The numbers from 0 up (or down) to before the end.",
        ("until 3", "[0 1 2]"),
    ),
    fixed(
        "untilStep",
        &[Param::Int, Param::Int, Param::Int],
        until_step,
        "The numbers from a start to before an end in steps; none where the step leads away from the end.",
        ("untilStep 3 6 2", "[3 5]"),
    ),
];

fn integers(args: &[Value]) -> impl Iterator<Item = i64> {
    args.iter().map(cast::to_i64)
}

fn floats(args: &[Value]) -> impl Iterator<Item = f64> {
    args.iter().map(cast::to_f64)
}

fn add(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(integers(args).fold(0, i64::wrapping_add)))
}

fn add1(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(cast::to_i64(&args[0]).wrapping_add(1)))
}

fn sub(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(
        cast::to_i64(&args[0]).wrapping_sub(cast::to_i64(&args[1])),
    ))
}

fn mul(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(integers(args).fold(1, i64::wrapping_mul)))
}

/// Applies an integer division, which fails for a zero divisor.
fn divided(args: &[Value], divide: fn(i64, i64) -> i64) -> Answer {
    match cast::to_i64(&args[1]) {
        0 => Err("runtime error: integer divide by zero".into()),
        divisor => Ok(Value::int64(divide(cast::to_i64(&args[0]), divisor))),
    }
}

fn div(_: &mut dyn Context, args: &[Value]) -> Answer {
    divided(args, i64::wrapping_div)
}

fn modulo(_: &mut dyn Context, args: &[Value]) -> Answer {
    divided(args, i64::wrapping_rem)
}

fn max(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(integers(args).fold(i64::MIN, i64::max)))
}

fn min(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int64(integers(args).fold(i64::MAX, i64::min)))
}

/// Picks one of the floats as Go's `math.Max` and `math.Min` do: an infinity of the wanted sign wins over NaN, NaN over
/// the rest.
fn chosen(args: &[Value], infinity: f64, choose: fn(f64, f64) -> f64) -> Answer {
    let picked = floats(args).reduce(|a, b| match (a, b) {
        _ if a == infinity || b == infinity => infinity,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        // Both may be zeros of different signs.
        _ if a == b => choose(a.signum(), b.signum()) * a.abs(),
        _ => choose(a, b),
    });
    Ok(picked.unwrap_or_default().into())
}

fn maxf(_: &mut dyn Context, args: &[Value]) -> Answer {
    chosen(args, f64::INFINITY, f64::max)
}

fn minf(_: &mut dyn Context, args: &[Value]) -> Answer {
    chosen(args, f64::NEG_INFINITY, f64::min)
}

fn floor(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(cast::to_f64(&args[0]).floor().into())
}

fn ceil(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(cast::to_f64(&args[0]).ceil().into())
}

fn round(_: &mut dyn Context, args: &[Value]) -> Answer {
    let threshold = if args.len() > 2 { args::float(args, 2) } else { 0.5 };
    let power = power_of_ten(args::int(args, 1));
    let shifted = power * cast::to_f64(&args[0]);
    // The fraction keeps the sign, so negative numbers round downwards unless the threshold is negative too.
    let rounded = if shifted.fract() >= threshold {
        shifted.ceil()
    } else {
        shifted.floor()
    };
    Ok((rounded / power).into())
}

/// `math.Pow(10, n)` by repeated squaring, whose rounding is Go's.
fn power_of_ten(exponent: i64) -> f64 {
    let mut left = exponent.unsigned_abs().min(400);
    let (mut power, mut square) = (1.0, 10.0);
    while left != 0 {
        if left & 1 == 1 {
            power *= square;
        }
        square *= square;
        left >>= 1;
    }
    if exponent < 0 { 1.0 / power } else { power }
}

/// Folds in decimal arithmetic; the operation may fail with Go's panic text.
fn decimal(
    first: f64,
    others: impl Iterator<Item = f64>,
    operation: fn(&Decimal, &Decimal) -> Result<Decimal, CallError>,
) -> Answer {
    let exact = |float: f64| {
        Decimal::from_float(float).ok_or_else(|| {
            let mut text = b"Cannot create a Decimal from ".to_vec();
            append_v(&mut text, &float.into());
            CallError::new(String::from_utf8_lossy(&text))
        })
    };
    let mut total = exact(first)?;
    for other in others {
        total = operation(&total, &exact(other)?)?;
    }
    Ok(total.to_float().into())
}

fn add1f(_: &mut dyn Context, args: &[Value]) -> Answer {
    decimal(cast::to_f64(&args[0]), std::iter::once(1.0), |a, b| Ok(a.add(b)))
}

fn addf(_: &mut dyn Context, args: &[Value]) -> Answer {
    decimal(0.0, floats(args), |a, b| Ok(a.add(b)))
}

fn subf(_: &mut dyn Context, args: &[Value]) -> Answer {
    decimal(cast::to_f64(&args[0]), floats(&args[1..]), |a, b| Ok(a.sub(b)))
}

fn mulf(_: &mut dyn Context, args: &[Value]) -> Answer {
    decimal(cast::to_f64(&args[0]), floats(&args[1..]), |a, b| Ok(a.mul(b)))
}

fn divf(_: &mut dyn Context, args: &[Value]) -> Answer {
    decimal(cast::to_f64(&args[0]), floats(&args[1..]), |a, b| {
        a.div(b).ok_or_else(|| "decimal division by 0".into())
    })
}

/// The numbers from `start` to before `stop`; none where the step does not lead there.
fn range(start: i64, stop: i64, step: i64) -> Result<Vec<i64>, CallError> {
    if step == 0 || (stop < start) != (step < 0) {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    if count > MAX_ITEMS {
        return Err(CallError::new(format!("a list of {count} numbers is too long")));
    }
    Ok((0..count as i64)
        .map(|position| start.wrapping_add(position.wrapping_mul(step)))
        .collect())
}

fn int_list(numbers: Vec<i64>) -> Answer {
    Ok(List::typed(ListType::Int, numbers.into_iter().map(Value::int).collect()).into())
}

fn until(_: &mut dyn Context, args: &[Value]) -> Answer {
    let count = args::int(args, 0);
    int_list(range(0, count, if count < 0 { -1 } else { 1 })?)
}

fn until_step(_: &mut dyn Context, args: &[Value]) -> Answer {
    int_list(range(args::int(args, 0), args::int(args, 1), args::int(args, 2))?)
}

fn seq(_: &mut dyn Context, args: &[Value]) -> Answer {
    let number = |position| args::int(args, position);
    let (start, end, step) = match args.len() {
        1 => (1, number(0), None),
        2 => (number(0), number(1), None),
        3 => (number(0), number(2), Some(number(1))),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    let numbers = range(start, end.wrapping_add(direction), step.unwrap_or(direction))?;
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(texts.join(" ").into())
}
