//! Tables as Helm prints them: cells padded to the widest of their column, tabs between columns.
//!
//! # Source
//! spec/lifecycle.md 3, and experiments with the reference.

use unicode_width::UnicodeWidthChar;

/// A table; the first row holds the headings.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The rows, all of one length.
    pub rows: Vec<Vec<String>>,
    /// Columns wider than this are cut, in characters; 0: none is.
    pub max_column_width: usize,
}

impl Table {
    /// The lines of the table, without the last line feed.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let widest = self
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .flat_map(|cell| cell.split('\n'))
                .map(columns_of)
                .max();
            let widest = widest.unwrap_or(0);
            if self.max_column_width == 0 {
                widest
            } else {
                widest.min(self.max_column_width)
            }
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        // A cell may have several lines. It is cut as a whole, and line breaks take no width.
        let lines = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| cut(cell, *width)).collect();
            let height = cells.iter().map(|cell| cell.split('\n').count()).max().unwrap_or(1);
            let line = |at: usize| {
                let parts = cells.iter().zip(&widths);
                let parts = parts.map(|(cell, width)| padded(cell.split('\n').nth(at).unwrap_or_default(), *width));
                parts.collect::<Vec<_>>().join("\t")
            };
            (0..height).map(line).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(lines).collect::<Vec<_>>().join("\n")
    }
}

/// How many columns of a terminal a text takes; colours and control characters take none.
fn columns_of(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    let mut count = 0;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\u{1b}' {
            count += letter.width().unwrap_or(0);
        } else if letters.as_str().starts_with('[') {
            letters.find(char::is_ascii_alphabetic);
        }
    }
    count
}

/// A cell cut to a width; what is cut keeps at least one character and ends in `...`.
fn cut(cell: &str, width: usize) -> String {
    if columns_of(cell) <= width {
        return cell.to_owned();
    }
    let kept: String = cell.chars().take(width.saturating_sub(3).max(1)).collect();
    kept + "..."
}

/// A line padded to a width.
fn padded(line: &str, width: usize) -> String {
    format!("{line}{}", " ".repeat(width.saturating_sub(columns_of(line))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// lifecycle spec 3: `dependency list`.
    #[test]
    fn cells_are_padded_and_cut() {
        let rows = [["NAME", "STATUS"], ["a-long-name", "ok"]]
            .map(|row| row.map(str::to_owned).to_vec())
            .to_vec();
        let table = Table {
            rows: rows.clone(),
            max_column_width: 80,
        };
        assert_eq!(table.render(), "NAME       \tSTATUS\na-long-name\tok    ");
        let table = Table {
            rows: rows.clone(),
            max_column_width: 2,
        };
        assert_eq!(table.render(), "N...\tS...\na...\tok");
        let table = Table {
            rows,
            max_column_width: 6,
        };
        assert_eq!(table.render(), "NAME  \tSTATUS\na-l...\tok    ");
    }

    /// Recorded from `history` of Helm 4.3.1: the column is as wide as the longest line, and the whole text is cut to that.
    #[test]
    fn a_cell_of_several_lines_is_cut_as_a_whole() {
        let rows = [["D"], ["failed: Available: 0/1\ncontext deadline exceeded"]];
        let table = Table {
            rows: rows.map(|row| row.map(str::to_owned).to_vec()).to_vec(),
            ..Table::default()
        };
        assert_eq!(table.render(), "D                        \nfailed: Available: 0/1...");
    }

    /// Recorded from `list --color always` and `history` of Helm 4.3.1.
    #[test]
    fn colours_wide_letters_and_line_breaks_are_counted_as_seen() {
        let rows = [
            ["\u{1b}[1mNAME\u{1b}[22m", "APP VERSION"],
            ["nov", "日本"],
            ["a\tb\nc", "1"],
        ];
        let table = Table {
            rows: rows.map(|row| row.map(str::to_owned).to_vec()).to_vec(),
            ..Table::default()
        };
        assert_eq!(
            table.render(),
            "\u{1b}[1mNAME\u{1b}[22m\tAPP VERSION\nnov \t日本       \na\tb  \t1          \nc   \t           "
        );
    }
}
