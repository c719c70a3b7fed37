//! Kubernetes quantities: `500m`, `1.5`, `2Gi`, `1e3`.

use crate::Json;

/// The value of a quantity in its base unit (cores, bytes); `None` for what Kubernetes refuses, such as `1GB`.
///
/// # Source
/// The Kubernetes API conventions on `resource.Quantity`: a decimal number, then a suffix of powers of 1000 (`n u m k M G
/// T P E`), of 1024 (`Ki` … `Ei`), or a decimal exponent.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let end = text
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && (*c == '-' || *c == '+'))))
        .map_or(text.len(), |(at, _)| at);
    let (number, suffix) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024f64.powi(2),
        "Gi" => 1024f64.powi(3),
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        "Ei" => 1024f64.powi(6),
        exponent => 10f64.powi(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(number * factor)
}

/// [`parse`] of a decoded value: a string or a number.
#[must_use]
pub fn of(value: &Json) -> Option<f64> {
    match value {
        Json::String(text) => parse(text),
        Json::Number(number) => number.as_f64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn quantities() {
        let cases = [
            ("500m", Some(0.5)),
            ("2", Some(2.0)),
            ("1.5", Some(1.5)),
            ("2Gi", Some(2147483648.0)),
            ("1e3", Some(1000.0)),
            ("1E", Some(1e18)),
            ("100M", Some(1e8)),
            ("1GB", None),
            ("two", None),
            ("", None),
            ("5 Gi", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse(text), wanted, "{text}");
        }
    }
}
