//! Tables: columns two spaces apart, no lines, nothing wrapped or cut.

use super::{Out, clean};
use crate::error::Error;
use comfy_table::{Cell, Color, ContentArrangement, Table, presets};

/// How much a cell should stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Not at all.
    Plain,
    /// Someone should look.
    Notice,
    /// Something was refused.
    Alarm,
}

/// A table in the making.
pub(crate) struct Columns {
    table: Table,
    colour: bool,
}

impl Columns {
    pub(crate) fn new(out: &Out, titles: &[&str]) -> Columns {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let colour = out.colour();
        if colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if !titles.is_empty() {
            table.set_header(titles.iter().map(Cell::new));
        }
        Columns { table, colour }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.marked_row(cells.map(|cell| (cell, Mark::Plain)));
    }

    pub(crate) fn marked_row<const N: usize>(&mut self, cells: [(String, Mark); N]) {
        let colour = self.colour;
        self.table.add_row(cells.map(|(text, mark)| cell(&text, mark, colour)));
    }

    /// Prints what there is.
    ///
    /// # Errors
    /// As [`Out::bytes`].
    pub(crate) fn print(mut self, out: &Out) -> Result<(), Error> {
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines: Vec<String> =
            self.table.lines().map(|line| line.trim_end().to_owned()).collect();
        out.line(&lines.join("\n"))
    }
}

fn cell(text: &str, mark: Mark, colour: bool) -> Cell {
    let cell = Cell::new(clean::line(text));
    match mark {
        Mark::Notice if colour => cell.fg(Color::Yellow),
        Mark::Alarm if colour => cell.fg(Color::Red),
        Mark::Plain | Mark::Notice | Mark::Alarm => cell,
    }
}

/// Names and values, one pair a line.
///
/// # Errors
/// As [`Out::bytes`].
pub(crate) fn pairs(out: &Out, pairs: &[(&str, String)]) -> Result<(), Error> {
    let widest = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in pairs {
        out.line(format!("{name:widest$}  {}", clean::line(value)).trim_end())?;
    }
    Ok(())
}
