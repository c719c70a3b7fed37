//! One record of comma-separated fields: how `-f a,b` and other lists split their argument.

/// The fields of the first record of `text`. An empty text has no fields.
///
/// A field in double quotes may hold commas and line feeds, and `""` stands for one quote.
///
/// # Errors
/// Go's message, with line and column (in bytes, from 1), for a quote in the wrong place; `EOF` when there are only
/// empty lines.
///
/// # Source
/// Go `encoding/csv` with its default settings.
pub fn read_record(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = Lines { rest: text, number: 0 };
    let mut line = lines.next().ok_or("EOF")?;
    while line == "\n" {
        line = lines.next().ok_or("EOF")?;
    }
    let start = lines.number;
    let mut column = 1;
    let mut fields = Vec::new();
    loop {
        let Some(quoted) = line.strip_prefix('"') else {
            let end = line.find(',');
            let field = &line[..end.unwrap_or(line.len() - usize::from(line.ends_with('\n')))];
            if let Some(at) = field.find('"') {
                return Err(problem(start, lines.number, column + at, "bare \" in non-quoted-field"));
            }
            fields.push(field.to_owned());
            match end {
                Some(end) => {
                    line = &line[end + 1..];
                    column += end + 1;
                    continue;
                }
                None => return Ok(fields),
            }
        };
        let mut field = String::new();
        line = quoted;
        column += 1;
        loop {
            if let Some(at) = line.find('"') {
                field.push_str(&line[..at]);
                line = &line[at + 1..];
                column += at + 1;
                match line.as_bytes().first() {
                    Some(b'"') => {
                        field.push('"');
                        line = &line[1..];
                        column += 1;
                    }
                    Some(b',') => {
                        line = &line[1..];
                        column += 1;
                        fields.push(field);
                        break;
                    }
                    None | Some(b'\n') => {
                        fields.push(field);
                        return Ok(fields);
                    }
                    Some(_) => {
                        return Err(problem(
                            start,
                            lines.number,
                            column - 1,
                            "extraneous or missing \" in quoted-field",
                        ));
                    }
                }
            } else {
                field.push_str(line);
                column += line.len();
                let Some(next) = lines.next() else {
                    return Err(problem(
                        start,
                        lines.number,
                        column,
                        "extraneous or missing \" in quoted-field",
                    ));
                };
                line = next;
                column = 1;
            }
        }
    }
}

fn problem(start: usize, line: usize, column: usize, what: &str) -> String {
    let record = if start == line {
        String::new()
    } else {
        format!("record on line {start}; ")
    };
    format!("{record}parse error on line {line}, column {column}: {what}")
}

/// Lines with their line feed; `number` is that of the line given out last.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.number += 1;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_go_does() {
        let bare = "parse error on line 1, column 2: bare \" in non-quoted-field";
        let cases: [(&str, Result<&[&str], &str>); 13] = [
            ("", Ok(&[])),
            ("a", Ok(&["a"])),
            ("a,b", Ok(&["a", "b"])),
            (",", Ok(&["", ""])),
            ("a,b\nc", Ok(&["a", "b"])),
            ("\n\na", Ok(&["a"])),
            ("\"a,b\",c", Ok(&["a,b", "c"])),
            ("\"a\"\"b\"", Ok(&["a\"b"])),
            ("\"a\nb\"", Ok(&["a\nb"])),
            ("\n", Err("EOF")),
            ("a\"b", Err(bare)),
            (
                "\"a\"b",
                Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field"),
            ),
            (
                "\"a",
                Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field"),
            ),
        ];
        for (text, expected) in cases {
            let expected = expected
                .map(|fields| fields.iter().map(|f| (*f).to_owned()).collect())
                .map_err(str::to_owned);
            assert_eq!(read_record(text), expected, "{text:?}");
        }
    }
}
