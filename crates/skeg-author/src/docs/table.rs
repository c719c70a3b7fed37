//! The table of a chart's values, as Markdown.

use super::{Default, Setting};

/// Longer defaults are only pointed at: a table with a page in one cell is no table.
const LONGEST_DEFAULT: usize = 160;

/// The table; where keys have sections, one under each heading.
pub fn markdown(settings: &[Setting]) -> String {
    let mut sections: Vec<&str> = settings.iter().map(|setting| setting.section.as_str()).collect();
    // In the order in which they turn up, what has none first.
    let mut seen = vec![""];
    sections.retain(|section| {
        let is_new = !seen.contains(section);
        if is_new {
            seen.push(section);
        }
        is_new
    });
    let mut out = String::new();
    for section in seen {
        let rows: Vec<&Setting> = settings.iter().filter(|setting| setting.section == section).collect();
        if rows.is_empty() {
            continue;
        }
        if !section.is_empty() {
            out.push_str(&format!("\n### {section}\n\n"));
        }
        out.push_str("| Key | Type | Default | Description |\n|---|---|---|---|\n");
        for row in rows {
            out.push_str(&format!(
                "| `{}` | {} | {} | {} |\n",
                cell(&row.path),
                cell(&row.kind),
                default(&row.default),
                cell(&row.description)
            ));
        }
    }
    out
}

fn default(default: &Default) -> String {
    match default {
        Default::Words(words) => cell(words),
        Default::Json(json) if json.len() > LONGEST_DEFAULT => "see [values.yaml](values.yaml)".to_owned(),
        Default::Json(json) => code(&cell(json)),
    }
}

/// Code that may hold backticks itself.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::Values;

    #[test]
    fn tables_keep_their_cells_together() {
        let text = "# -- a|b\nx: \"`|\"\n# -- in it\n# @section -- More\nz: 1\n";
        let settings = Values::parse(text.as_bytes()).expect("good").settings();
        let expected = "\
            | Key | Type | Default | Description |\n\
            |---|---|---|---|\n\
            | `x` | string | `` \"`\\|\" `` | a\\|b |\n\
            \n### More\n\n\
            | Key | Type | Default | Description |\n\
            |---|---|---|---|\n\
            | `z` | int | `1` | in it |\n";
        assert_eq!(markdown(&settings), expected);
    }
}
