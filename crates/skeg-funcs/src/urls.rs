//! `urlParse` and `urlJoin`.

use skeg_template::function::{CallError, Context, Function, Param};
use skeg_value::url::{Url, User};
use skeg_value::{Map, Str, Value};

use crate::args;
use crate::table::fixed;

type Answer = Result<Value, CallError>;

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    fixed(
        "urlJoin",
        &[Param::Map],
        url_join,
        "The URL of a map such as `urlParse` returns; missing parts are left out.",
        (
            r#"urlJoin (dict "scheme" "http" "host" "host:80" "path" "/path" "query" "query")"#,
            "http://host:80/path?query",
        ),
    ),
    fixed(
        "urlParse",
        &[Param::String],
        url_parse,
        "The parts of a URL as a map of texts: `scheme`, `host` (with port), `hostname`, `path`, `query`, `opaque`, \
         `fragment`, `userinfo`.",
        (
            r#"(urlParse "http://admin@server.com:8080/api?list=false#anchor").host"#,
            "server.com:8080",
        ),
    ),
];

fn url_parse(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 0);
    let url = Url::parse(text).map_err(|error| CallError::new(format!("unable to parse url: {error}")))?;
    let hostname = url.hostname().to_vec();
    let userinfo = url.user.as_ref().map(User::text).unwrap_or_default();
    let parts: [(&str, Vec<u8>); 8] = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", userinfo),
    ];
    Ok(parts
        .into_iter()
        .map(|(key, part)| (Str::from(key), Value::string(part)))
        .collect::<Map>()
        .into())
}

fn url_join(_: &mut dyn Context, args: &[Value]) -> Answer {
    let parts = args::map(args, 0);
    let part = |key: &str| match parts.get(key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.to_vec()),
        Some(Value::Null) => Err(CallError::from(args::NIL_POINTER)),
        Some(other) => Err(CallError::new(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            other.kind()
        ))),
    };
    let mut url = Url {
        scheme: part("scheme")?,
        host: part("host")?,
        path: part("path")?,
        query: part("query")?,
        opaque: part("opaque")?,
        fragment: part("fragment")?,
        user: None,
    };
    let userinfo = part("userinfo")?;
    if !userinfo.is_empty() {
        let whole = [b"proto://", &userinfo[..], b"@host"].concat();
        let parsed =
            Url::parse(&whole).map_err(|error| CallError::new(format!("unable to parse userinfo in dict: {error}")))?;
        url.user = parsed.user;
    }
    Ok(Value::string(url.text()))
}
