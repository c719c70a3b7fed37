//! Tables as Helm prints them: cells padded to the widest of their column, tabs between columns.
//!
//! # Source
//! spec/lifecycle.md 3, and experiments with the reference.

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
                .map(|cell| cell.chars().count())
                .max();
            let widest = widest.unwrap_or(0);
            if self.max_column_width == 0 {
                widest
            } else {
                widest.min(self.max_column_width)
            }
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| -> String {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| fitted(cell, *width))
                .collect();
            cells.join("\t")
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A cell padded or cut to a width; what is cut keeps at least one character and ends in `...`.
fn fitted(cell: &str, width: usize) -> String {
    let length = cell.chars().count();
    if length <= width {
        return format!("{cell}{}", " ".repeat(width - length));
    }
    let kept: String = cell.chars().take(width.saturating_sub(3).max(1)).collect();
    kept + "..."
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
}
