//! Random strings, numbers and orders. All of it comes from [`World::fill_random`](crate::world::World::fill_random).
//!
//! # Source
//! spec/rendering.md 2.9.

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::Value;

use crate::args;
use crate::encoding::encode_base64;
use crate::host::host;
use crate::table::{fixed, impure};

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    random(
        "randAlpha",
        &[Param::Int],
        rand_alpha,
        "That many random ASCII letters.",
        ("randAlpha 8 | len", "8"),
    ),
    random(
        "randAlphaNum",
        &[Param::Int],
        rand_alpha_num,
        "That many random ASCII letters and digits.",
        ("randAlphaNum 8 | len", "8"),
    ),
    random(
        "randAscii",
        &[Param::Int],
        rand_ascii,
        "That many random printable ASCII characters.",
        ("randAscii 8 | len", "8"),
    ),
    random(
        "randBytes",
        &[Param::Int],
        rand_bytes,
        "That many random bytes in Base64.",
        ("randBytes 3 | len", "4"),
    ),
    random(
        "randInt",
        &[Param::Int, Param::Int],
        rand_int,
        "A random number from the first on, below the second.",
        ("randInt 3 4", "3"),
    ),
    random(
        "randNumeric",
        &[Param::Int],
        rand_numeric,
        "That many random digits.",
        ("randNumeric 8 | len", "8"),
    ),
    random(
        "shuffle",
        &[Param::String],
        shuffle,
        "The text's characters in a random order.",
        (r#"shuffle "aaa""#, "aaa"),
    ),
    random(
        "uuidv4",
        &[],
        uuidv4,
        "A random UUID, version 4.",
        ("uuidv4 | len", "36"),
    ),
];

const fn random(
    name: &'static str,
    params: &'static [Param],
    run: skeg_template::function::Run,
    doc: &'static str,
    example: (&'static str, &'static str),
) -> Function {
    impure(Purity::Random, fixed(name, params, run, doc, example))
}

/// The most bytes or characters asked for at once; Go dies of what is far beyond it.
const MOST: i64 = 1 << 28;

/// Fills a buffer with random bytes of the run's world.
pub(crate) fn fill(context: &mut dyn Context, buffer: &mut [u8]) -> Result<(), CallError> {
    match host(context) {
        Some(host) => host.world.fill_random(buffer).map_err(CallError::new),
        None => Err(CallError::new("no source of randomness")),
    }
}

/// A stream of random bytes that asks the world for many at a time.
pub(crate) struct Entropy<'a> {
    context: &'a mut dyn Context,
    pool: [u8; 256],
    used: usize,
}

impl<'a> Entropy<'a> {
    /// A stream over the run's world.
    pub(crate) fn new(context: &'a mut dyn Context) -> Self {
        Entropy {
            context,
            pool: [0; 256],
            used: 256,
        }
    }

    fn byte(&mut self) -> Result<u8, CallError> {
        if self.used == self.pool.len() {
            fill(self.context, &mut self.pool)?;
            self.used = 0;
        }
        self.used += 1;
        Ok(self.pool[self.used - 1])
    }

    /// A number below `limit`, which is not 0, every one as likely as the others.
    pub(crate) fn below(&mut self, limit: u64) -> Result<u64, CallError> {
        if limit <= 256 {
            let limit = limit as u16;
            // Bytes at the end that would favour small numbers are thrown away.
            let fair = 256 - 256 % limit;
            loop {
                let byte = u16::from(self.byte()?);
                if byte < fair {
                    return Ok(u64::from(byte % limit));
                }
            }
        }
        let mask = u64::MAX >> (limit - 1).leading_zeros();
        loop {
            let mut bytes = [0; 8];
            for byte in &mut bytes {
                *byte = self.byte()?;
            }
            let number = u64::from_le_bytes(bytes) & mask;
            if number < limit {
                return Ok(number);
            }
        }
    }
}

fn count(args: &[Value]) -> Result<usize, CallError> {
    match args::int(args, 0) {
        length if length < 0 => Ok(0),
        length if length > MOST => Err(CallError::new("runtime error: makeslice: len out of range")),
        length => Ok(length as usize),
    }
}

/// As many characters of an alphabet as the first argument says.
fn text(context: &mut dyn Context, args: &[Value], alphabet: impl Fn(u64) -> u8, letters: u64) -> Answer {
    let length = count(args)?;
    let mut entropy = Entropy::new(context);
    let mut out = Vec::with_capacity(length);
    for _ in 0..length {
        out.push(alphabet(entropy.below(letters)?));
    }
    Ok(Value::string(out))
}

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn rand_alpha(context: &mut dyn Context, args: &[Value]) -> Answer {
    text(context, args, |letter| LETTERS[letter as usize], 52)
}

fn rand_alpha_num(context: &mut dyn Context, args: &[Value]) -> Answer {
    text(context, args, |letter| LETTERS[letter as usize], 62)
}

fn rand_numeric(context: &mut dyn Context, args: &[Value]) -> Answer {
    text(context, args, |digit| b'0' + digit as u8, 10)
}

fn rand_ascii(context: &mut dyn Context, args: &[Value]) -> Answer {
    text(context, args, |character| b' ' + character as u8, 95)
}

fn rand_bytes(context: &mut dyn Context, args: &[Value]) -> Answer {
    if args::int(args, 0) < 0 {
        return Err(CallError::new("runtime error: makeslice: len out of range"));
    }
    let mut bytes = vec![0; count(args)?];
    fill(context, &mut bytes)?;
    Ok(Value::string(encode_base64(&bytes)))
}

fn rand_int(context: &mut dyn Context, args: &[Value]) -> Answer {
    let (low, high) = (args::int(args, 0), args::int(args, 1));
    // The difference wraps as Go's does before it is found too small.
    let span = high.wrapping_sub(low);
    if span <= 0 {
        return Err(CallError::new("invalid argument to Intn"));
    }
    let offset = Entropy::new(context).below(span as u64)?;
    Ok(Value::int(low.wrapping_add(offset as i64)))
}

fn uuidv4(context: &mut dyn Context, _: &[Value]) -> Answer {
    let mut bytes = [0; 16];
    fill(context, &mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut out = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
    }
    Ok(out.into())
}

fn shuffle(context: &mut dyn Context, args: &[Value]) -> Answer {
    let mut characters: Vec<char> = args::string(args, 0).to_str_lossy().chars().collect();
    let mut entropy = Entropy::new(context);
    for position in (1..characters.len()).rev() {
        let other = entropy.below(position as u64 + 1)? as usize;
        characters.swap(position, other);
    }
    Ok(characters.into_iter().collect::<String>().into())
}
