//! The tables of the story, and how numbers look in it.

use super::Counts;
use super::message::Measured;
use super::story::{Agent, Linked, Once, Story};
use crate::error::Error;
use crate::render::{Columns, Mark, Out, clean};

/// Broken links that are named.
const BROKEN_SHOWN: usize = 5;

/// Who may do what: two lines each, since rights are long.
pub(crate) fn agents(out: &Out, agents: &[Agent]) -> Result<(), Error> {
    for Agent { name, program, job, may } in agents {
        out.line(&format!("  {name:<9}  {program:<7}  {job}"))?;
        out.line(&clean::line(&format!("  {:<9}  {:<7}  may {}", "", "", may.join(" "))))?;
    }
    Ok(())
}

/// Which pages are linked most, and which links lead nowhere.
pub(crate) fn links(out: &Out, links: &Linked) -> Result<(), Error> {
    let say = |text: &str| out.line(&clean::line(text));
    let pages = links.most_linked.iter();
    let pages: Vec<String> =
        pages.map(|page| format!("{} ({})", page.path, page.linked_from)).collect();
    if !pages.is_empty() {
        say(&format!("Most linked, by how many files: {}.", pages.join(", ")))?;
    }
    match links.broken.len() {
        0 => say("No relative link within the folder is broken."),
        broken => {
            say(&format!(
                "{} nowhere:",
                if broken == 1 {
                    "1 relative link leads".to_owned()
                } else {
                    format!("{broken} relative links lead")
                }
            ))?;
            for link in links.broken.iter().take(BROKEN_SHOWN) {
                say(&format!("  {} in {}", link.target, link.path))?;
            }
            match broken.checked_sub(BROKEN_SHOWN) {
                Some(more @ 1..) => say(&format!("  and {more} more")),
                Some(0) | None => Ok(()),
            }
        }
    }
}

pub(crate) fn report(out: &Out, story: &Story) -> Result<(), Error> {
    let mut columns = Columns::new(out, &["  LINES", "  WORDS", "  LINKS", "    BYTES", "FILE"]);
    for line in &story.report {
        match &line.measured {
            Measured::Counted { counts, .. } => columns.row(cells(counts, line.path.clone())),
            Measured::Unreadable { unreadable } => {
                let name = format!("{} could not be read any more: {unreadable}", line.path);
                columns
                    .marked_row(cells(&Counts::default(), name).map(|cell| (cell, Mark::Notice)));
            }
        }
    }
    columns.row(cells(&story.totals, "total".to_owned()));
    columns.print(out)
}

fn cells(counts: &Counts, name: String) -> [String; 5] {
    let Counts { lines, words, links, bytes } = counts;
    [
        format!("{lines:>6}"),
        format!("{words:>6}"),
        format!("{links:>6}"),
        format!("{bytes:>8}"),
        name,
    ]
}

pub(crate) fn once(out: &Out, once: &Once) -> Result<(), Error> {
    let Once { files, handed_out, published, stored, acknowledged, lost, twice } = once;
    let titles = ["FILES", "HANDED OUT", "COUNTED", "STORED", "ACKNOWLEDGED", "LOST", "TWICE"];
    let mut columns = Columns::new(out, &titles);
    let (lost, twice) = (lost.len() as u64, twice.len() as u64);
    let numbers = [*files, *handed_out, *published, *stored, *acknowledged, lost, twice];
    columns.row(numbers.map(|number| number.to_string()));
    columns.print(out)
}

pub(crate) fn verification(out: &Out, story: &Story) -> Result<(), Error> {
    let chain = &story.chain;
    for check in &chain.checks {
        let (hasher, records, took_ms) = (check.hasher, check.records, check.took_ms);
        out.line(&format!("  {hasher:<11}  {records} records verified in {took_ms} ms"))?;
    }
    out.line(&format!("  log id  {}", chain.log_id))?;
    out.line(&format!("  head    {}", chain.link))
}

/// A number of things.
pub(crate) fn many(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

/// A number with a comma after each three digits.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let grouped = |(index, digit): (usize, char)| {
        let comma = index > 0 && (digits.len() - index).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(grouped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
