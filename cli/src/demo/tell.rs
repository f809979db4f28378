//! How the story looks to people.

use super::Counts;
use super::message::Measured;
use super::names::Role;
use super::story::{Once, Story};
use crate::error::Error;
use crate::render::{Columns, Mark, Out, Records, clean, processes};

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Every section.
    Whole,
    /// Only what was found out.
    Results,
}

/// Prints the story.
///
/// # Errors
/// [`Error::PipeClosed`] and [`Error::Output`].
pub(crate) fn tell(out: &Out, story: &Story, detail: Detail) -> Result<(), Error> {
    if out.is_json() {
        return out.json(story);
    }
    let mut teller = Teller { out, section: 0 };
    match detail {
        Detail::Whole => {
            teller.beginning(story)?;
            teller.crash(story)?;
            teller.results(story)?;
            teller.records(story)?;
            teller.proof(story)?;
            teller.try_next(story)
        }
        Detail::Results => {
            report(out, story)?;
            once(out, &story.once)?;
            verification(out, story)
        }
    }
}

/// Counts the sections while it prints them.
struct Teller<'a> {
    out: &'a Out,
    section: u32,
}

impl Teller<'_> {
    fn beginning(&mut self, story: &Story) -> Result<(), Error> {
        self.heading("A node is born")?;
        self.say(
            "The first record of its log holds the law that every later command is judged by.",
        )?;
        self.say(&format!(
            "The operator put {} of {} into the resource tree, {} bytes, each with its size and digest.",
            many(story.files, "file"),
            story.folder,
            grouped(story.bytes),
        ))?;
        for skipped in story.skipped.iter().take(SKIPPED_SHOWN) {
            self.say(&format!("Left out: {} ({}).", skipped.path, skipped.reason))?;
        }
        if let Some(more @ 1..) = story.skipped.len().checked_sub(SKIPPED_SHOWN) {
            self.say(&format!("Left out: {more} more."))?;
        }

        self.heading("Four agents are spawned")?;
        self.say(
            "Each gets exactly these rights; the gate looks for them at every single command.",
        )?;
        let mut columns = Columns::new(self.out, &["NAME", "MAY", "DOES"]);
        for role in Role::ALL {
            let rights: Vec<String> = role.grants().iter().map(ToString::to_string).collect();
            columns.row([role.to_string(), rights.join(" "), role.job().to_owned()]);
        }
        columns.print(self.out)?;

        let denial = &story.denial;
        self.heading("One of them oversteps")?;
        self.say(&format!(
            "{} asked for {} {}. Denied, and kept as record {}:",
            denial.agent, denial.command, denial.object, denial.seq
        ))?;
        denial.findings.iter().try_for_each(|finding| self.say(&format!("  {finding}")))
    }

    fn crash(&mut self, story: &Story) -> Result<(), Error> {
        let crash = &story.crash;
        self.heading("The kernel is killed in the middle")?;
        self.say(&format!(
            "SIG{} after record {}: {} of {} handed out, {} reported, {} waiting in inboxes.",
            if crash.signal == SIGKILL { "KILL".to_owned() } else { crash.signal.to_string() },
            crash.last_seq,
            crash.handed_out,
            many(story.files, "file"),
            crash.reported,
            many(crash.waiting, "message"),
        ))?;
        self.say(&format!(
            "Started again (record {}), it found {} lost and gave each a new run. {} asked again;",
            crash.booted_seq,
            many(crash.restarted, "agent"),
            if crash.repeated == 1 {
                "1 command was".to_owned()
            } else {
                format!("{} commands were", crash.repeated)
            },
        ))?;
        self.say("each was answered with the receipt of its first time, and nothing ran twice.")
    }

    fn results(&mut self, story: &Story) -> Result<(), Error> {
        self.heading("The process table")?;
        self.say("Everybody was stopped in order when the work was done.")?;
        processes(self.out, &story.processes)?;

        self.heading("The report")?;
        self.say("What the reporter stored; lines, words and bytes are those of `wc`.")?;
        report(self.out, story)?;

        self.heading("Nothing was lost, nothing counted twice")?;
        self.say(
            "How many records of the whole log say so; each file has two messages to acknowledge.",
        )?;
        once(self.out, &story.once)
    }

    fn records(&mut self, story: &Story) -> Result<(), Error> {
        self.heading("What the log keeps")?;
        self.say("The denied command and the last records: who asked, and how the gate ruled.")?;
        let mut records = Records::new(self.out);
        story.records.iter().try_for_each(|shown| records.push(shown.record().into()))?;
        records.finish()
    }

    fn proof(&mut self, story: &Story) -> Result<(), Error> {
        self.heading("The chain holds")?;
        self.say("Every record is hashed into the next; two independent implementations agree.")?;
        verification(self.out, story)?;

        self.heading("The past is still there")?;
        self.say(&format!(
            "The process table as of record {}, just before the kill.",
            story.crash.last_seq
        ))?;
        processes(self.out, &story.processes_at_kill)?;

        let Tampered { place, change } = Tampered::of(story);
        self.heading("Forgery is found")?;
        self.say(&format!("In a copy of the log, one bit was flipped so that record {change}:"))?;
        self.say(&format!("  flipped  {place}"))?;
        self.say(&format!("  verify   {}", story.tampering.found))
    }

    fn try_next(&mut self, story: &Story) -> Result<(), Error> {
        self.out.line("")?;
        self.say(&format!("All of it took {} ms. Try next:", grouped(story.took_ms)))?;
        let commands = match &story.data_dir {
            Some(data_dir) => {
                let data_dir = quoted(data_dir);
                let denied = story.denial.seq;
                [
                    format!("weft --data-dir {data_dir} show {denied}"),
                    format!("weft --data-dir {data_dir} log analyst-1"),
                    format!("weft --data-dir {data_dir} ps --all --at {}", story.crash.last_seq),
                ]
            }
            None => [
                format!("weft demo --data-dir ./weft-demo {}", quoted(&story.folder)),
                "weft --data-dir ./weft-demo log analyst-1".to_owned(),
                "weft --data-dir ./weft-demo chain verify --independent".to_owned(),
            ],
        };
        commands.iter().try_for_each(|command| self.say(&format!("  {command}")))
    }

    fn heading(&mut self, title: &str) -> Result<(), Error> {
        if self.section > 0 {
            self.out.line("")?;
        }
        self.section += 1;
        let heading = format!("{}. {title}", self.section);
        self.out.line(&if self.out.colour() {
            format!("\u{1b}[1m{heading}\u{1b}[0m")
        } else {
            heading
        })
    }

    fn say(&self, text: &str) -> Result<(), Error> {
        self.out.line(&clean::line(text))
    }
}

const SIGKILL: i32 = 9;
/// Files that were left out and are named.
const SKIPPED_SHOWN: usize = 5;

/// Where the bit was flipped, and what it changed.
struct Tampered {
    place: String,
    change: String,
}

impl Tampered {
    fn of(story: &Story) -> Tampered {
        let found = &story.tampering;
        Tampered {
            place: format!(
                "{} byte {}, in the frame that begins at byte {}",
                found.segment, found.byte_offset, found.frame_offset
            ),
            change: format!(
                "{} says {} instead of {}",
                found.seq, found.verdict_after, found.verdict_before
            ),
        }
    }
}

fn report(out: &Out, story: &Story) -> Result<(), Error> {
    let mut columns = Columns::new(out, &["  LINES", "  WORDS", "  LINKS", "    BYTES", "FILE"]);
    for line in &story.report {
        match &line.measured {
            Measured::Counted(counts) => columns.row(cells(counts, line.path.clone())),
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

fn once(out: &Out, once: &Once) -> Result<(), Error> {
    let Once { files, handed_out, published, stored, acknowledged, lost, twice } = once;
    let titles = ["FILES", "HANDED OUT", "COUNTED", "STORED", "ACKNOWLEDGED", "LOST", "TWICE"];
    let mut columns = Columns::new(out, &titles);
    let (lost, twice) = (lost.len() as u64, twice.len() as u64);
    let numbers = [*files, *handed_out, *published, *stored, *acknowledged, lost, twice];
    columns.row(numbers.map(|number| number.to_string()));
    columns.print(out)
}

fn verification(out: &Out, story: &Story) -> Result<(), Error> {
    let chain = &story.chain;
    for check in &chain.checks {
        let (hasher, records, took_ms) = (check.hasher, check.records, check.took_ms);
        out.line(&format!("  {hasher:<6}  {records} records verified in {took_ms} ms"))?;
    }
    out.line(&format!("  log id  {}", chain.log_id))?;
    out.line(&format!("  head    {}", chain.link))
}

fn many(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

/// A number with a comma after each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let grouped = |(index, digit): (usize, char)| {
        let comma = index > 0 && (digits.len() - index).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(grouped).collect()
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
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

    #[test]
    fn paths_survive_a_shell() {
        assert_eq!(quoted("/a/b-c.d"), "/a/b-c.d");
        assert_eq!(quoted("/it's here"), r"'/it'\''s here'");
    }
}
