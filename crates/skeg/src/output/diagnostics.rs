//! Draws diagnostics: below Helm's message with the lines they are about, or as JSON.
//!
//! In: [`Diagnostic`]s and the [`Sources`] their spans point into. Out: text for stderr.
//!
//! ```text
//!   --> templates/deployment.yaml:21:24
//!    |
//! 21 |   image: {{ .Values.app.image.tag }}
//!    |                        ^^^^^^ `app` is "demo", set at prod.yaml:3:6
//!    = included from templates/_pod.tpl:4
//!    = hint: give `app` a map with an `image` key
//! ```

use skeg_value::{Diagnostic, Severity, Sources, Span};

/// What is drawn below Helm's message for one diagnostic; empty when it has no place, trail or hint.
///
/// Spans that point into no known file are left out.
pub fn draw(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let paint = Paint { color };
    let places: Vec<(Place<'_>, &str, bool)> = (diagnostic.primary.iter().map(|place| (place, true)))
        .chain(diagnostic.related.iter().map(|place| (place, false)))
        .filter_map(|((span, label), main)| Some((Place::find(*span, sources)?, label.as_str(), main)))
        .collect();
    let width = places
        .iter()
        .map(|(place, ..)| place.line.to_string().len())
        .max()
        .unwrap_or(1);
    let margin = " ".repeat(width);
    let mut text = String::new();
    for (place, label, main) in &places {
        text.push_str(&format!(
            "{margin}{} {}:{}:{}\n",
            paint.dim(if *main { "-->" } else { ":::" }),
            place.name,
            place.line,
            place.column + 1
        ));
        text.push_str(&format!("{margin} {}\n", paint.dim("|")));
        text.push_str(&format!(
            "{} {} {}\n",
            paint.dim(&format!("{:>width$}", place.line)),
            paint.dim("|"),
            place.text
        ));
        let carets = if *main { "^" } else { "-" }.repeat(place.length.max(1));
        let marks = if *main { paint.red(&carets) } else { paint.dim(&carets) };
        let label = if label.is_empty() {
            String::new()
        } else {
            format!(" {label}")
        };
        text.push_str(&format!(
            "{margin} {} {}{marks}{label}\n",
            paint.dim("|"),
            place.indent()
        ));
    }
    for (span, says) in &diagnostic.trail {
        let Some(place) = Place::find(*span, sources) else {
            continue;
        };
        let says = if says.is_empty() { "included from" } else { says };
        text.push_str(&format!(
            "{margin} {} {says} {}:{}\n",
            paint.dim("="),
            place.name,
            place.line
        ));
    }
    for hint in &diagnostic.hints {
        text.push_str(&format!("{margin} {} {}: {hint}\n", paint.dim("="), paint.bold("hint")));
    }
    text
}

/// The diagnostic as one line of JSON, with the line feed.
///
/// Keys: `code`, `severity`, `message`, `location` and `related` (`file`, `line`, `column` from 1, `endColumn`,
/// `label`), `trail`, `hints`; absent parts are left out.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let severity = match diagnostic.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut fields = vec![
        format!("\"code\":{}", json_string(diagnostic.code)),
        format!("\"severity\":\"{severity}\""),
        format!("\"message\":{}", json_string(&diagnostic.message)),
    ];
    let place = |(span, label): &(Span, String)| {
        let place = Place::find(*span, sources)?;
        Some(format!(
            "{{\"file\":{},\"line\":{},\"column\":{},\"endColumn\":{},\"label\":{}}}",
            json_string(place.name),
            place.line,
            place.column + 1,
            place.column + 1 + place.length,
            json_string(label)
        ))
    };
    if let Some(location) = diagnostic.primary.as_ref().and_then(place) {
        fields.push(format!("\"location\":{location}"));
    }
    for (key, spans) in [("related", &diagnostic.related), ("trail", &diagnostic.trail)] {
        if !spans.is_empty() {
            fields.push(format!(
                "\"{key}\":[{}]",
                spans.iter().filter_map(place).collect::<Vec<_>>().join(",")
            ));
        }
    }
    if !diagnostic.hints.is_empty() {
        let hints: Vec<String> = diagnostic.hints.iter().map(|hint| json_string(hint)).collect();
        fields.push(format!("\"hints\":[{}]", hints.join(",")));
    }
    format!("{{{}}}\n", fields.join(","))
}

/// `text` as a JSON string.
pub fn json_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Where a span stands: the line it starts on and its columns there, counted in characters.
struct Place<'a> {
    name: &'a str,
    line: usize,
    column: usize,
    length: usize,
    text: String,
}

impl<'a> Place<'a> {
    fn find(span: Span, sources: &'a Sources) -> Option<Self> {
        let file = sources.get(span.file)?;
        let bytes = &file.text;
        let start = (span.start as usize).min(bytes.len());
        let end = (span.end as usize).clamp(start, bytes.len());
        let (line, _) = file.line_column(span.start);
        let first = bytes[..start].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let last = bytes[start..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(bytes.len(), |at| start + at);
        let count = |from: usize, to: usize| String::from_utf8_lossy(&bytes[from..to]).chars().count();
        Some(Place {
            name: &file.name,
            line,
            column: count(first, start),
            length: count(start, end.min(last)),
            text: String::from_utf8_lossy(&bytes[first..last])
                .trim_end_matches('\r')
                .to_owned(),
        })
    }

    /// The blank that leads to the span's column: tabs stay tabs, so that the carets stand under the text.
    fn indent(&self) -> String {
        self.text
            .chars()
            .take(self.column)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect()
    }
}

struct Paint {
    color: bool,
}

impl Paint {
    fn wrap(&self, code: &str, text: &str) -> String {
        if self.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn dim(&self, text: &str) -> String {
        self.wrap("34", text)
    }

    fn red(&self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn bold(&self, text: &str) -> String {
        self.wrap("1", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Diagnostic, Sources) {
        let mut sources = Sources::default();
        let template = sources.add(
            "templates/a.yaml",
            b"kind: X\n\timage: {{ .Values.app.tag }}\n".to_vec(),
        );
        let values = sources.add("prod.yaml", b"app: demo\n".to_vec());
        let mut diagnostic = Diagnostic::error("template/not-a-map", "nil pointer");
        diagnostic.primary = Some((Span::new(template, 27, 31), "`app` is a string".into()));
        diagnostic.related = vec![(Span::new(values, 5, 9), "set here".into())];
        diagnostic.trail = vec![(Span::new(template, 0, 4), String::new())];
        diagnostic.hints = vec!["give `app` a map".into()];
        (diagnostic, sources)
    }

    #[test]
    fn draws_places_trail_and_hints() {
        let (diagnostic, sources) = example();
        let expected = concat!(
            " --> templates/a.yaml:2:20\n",
            "  |\n",
            "2 | \timage: {{ .Values.app.tag }}\n",
            "  | \t                  ^^^^ `app` is a string\n",
            " ::: prod.yaml:1:6\n",
            "  |\n",
            "1 | app: demo\n",
            "  |      ---- set here\n",
            "  = included from templates/a.yaml:1\n",
            "  = hint: give `app` a map\n",
        );
        assert_eq!(draw(&diagnostic, &sources, false), expected);
    }

    #[test]
    fn json_is_one_line_with_places_from_one() {
        let (diagnostic, sources) = example();
        let expected = concat!(
            r#"{"code":"template/not-a-map","severity":"error","message":"nil pointer","#,
            r#""location":{"file":"templates/a.yaml","line":2,"column":20,"endColumn":24,"label":"`app` is a string"},"#,
            r#""related":[{"file":"prod.yaml","line":1,"column":6,"endColumn":10,"label":"set here"}],"#,
            r#""trail":[{"file":"templates/a.yaml","line":1,"column":1,"endColumn":5,"label":""}],"#,
            r#""hints":["give `app` a map"]}"#,
            "\n"
        );
        assert_eq!(json(&diagnostic, &sources), expected);
    }

    #[test]
    fn spans_outside_every_file_are_left_out() {
        let (mut diagnostic, sources) = example();
        diagnostic.primary = Some((Span::new(skeg_value::FileId(9), 0, 1), String::new()));
        diagnostic.related.clear();
        diagnostic.trail = vec![(Span::new(skeg_value::FileId(9), 0, 1), String::new())];
        assert_eq!(draw(&diagnostic, &sources, false), "  = hint: give `app` a map\n");
        diagnostic.primary = Some((Span::new(skeg_value::FileId(0), 900, 901), String::new()));
        assert!(draw(&diagnostic, &sources, false).contains("templates/a.yaml:3:1"));
    }
}
