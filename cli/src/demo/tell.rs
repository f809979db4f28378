//! How the story looks to people.

use super::story::Story;
use super::tables::{agents, grouped, links, many, once, report, verification};
use crate::error::Error;
use crate::render::{Out, Records, clean, processes};
use std::env;
use std::path::Path;

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
            teller.fall(story)?;
            teller.crash(story)?;
            teller.results(story)?;
            teller.records(story)?;
            teller.proof(story)?;
            teller.try_next(story)
        }
        Detail::Results => {
            report(out, story)?;
            links(out, &story.links)?;
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
        self.say("A daemon runs its kernel; all that follows reaches it over its socket.")?;
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
        self.say("Each is a program of its own, which the kernel confines, starts and watches.")?;
        self.say("It gets exactly these rights; the gate looks for them at every single command.")?;
        agents(self.out, &story.agents)?;

        let denial = &story.denial;
        self.heading("One of them oversteps")?;
        self.say(&format!(
            "{} asked for {} {}. Denied, and kept as record {}:",
            denial.agent, denial.command, denial.object, denial.seq
        ))?;
        denial.findings.iter().try_for_each(|finding| self.say(&format!("  {finding}")))
    }

    fn fall(&mut self, story: &Story) -> Result<(), Error> {
        let fall = &story.fall;
        self.heading("An agent is killed while it works")?;
        self.say(&format!(
            "{} to {}, process {}: record {} says so; {} waited in its inbox.",
            signal(fall.signal),
            fall.agent,
            fall.process,
            fall.seq,
            many(fall.waiting, "message"),
        ))?;
        self.say(&format!(
            "Record {}: the kernel started it again, with the same PID, as generation {}.",
            fall.started_seq, fall.generation
        ))
    }

    fn crash(&mut self, story: &Story) -> Result<(), Error> {
        let crash = &story.crash;
        self.heading("The kernel is killed in the middle")?;
        self.say(&format!(
            "{} after record {}: {} of {} handed out, {} reported, {} waiting in inboxes.",
            signal(crash.signal),
            crash.last_seq,
            crash.handed_out,
            many(story.files, "file"),
            crash.reported,
            many(crash.waiting, "message"),
        ))?;
        self.say(&format!(
            "All {} processes below it were gone with it. Started again (record {}), it found {} lost",
            crash.processes,
            crash.booted_seq,
            many(crash.restarted, "agent"),
        ))?;
        self.say(&format!(
            "and gave each a new run. The agents repeated their last steps: {} that had run before",
            many(crash.repeated, "command"),
        ))?;
        self.say("got the receipts of their first time, and nothing ran twice.")
    }

    fn results(&mut self, story: &Story) -> Result<(), Error> {
        self.heading("The process table")?;
        self.say("Everybody was stopped in order when the work was done.")?;
        processes(self.out, &story.processes)?;

        self.heading("The report")?;
        self.say("What the reporter stored; lines, words and bytes are those of `wc`.")?;
        report(self.out, story)?;
        links(self.out, &story.links)?;

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
        let weft = called();
        let commands = match &story.data_dir {
            Some(data_dir) => {
                let data_dir = quoted(data_dir);
                let (denied, last) = (story.denial.seq, story.crash.last_seq);
                [
                    format!("show {denied} --data-dir {data_dir}"),
                    format!("log {} --data-dir {data_dir}", story.fall.agent),
                    format!("ps --all --at {last} --data-dir {data_dir}"),
                ]
            }
            None => [
                format!("demo --data-dir ./weft-demo {}", quoted(&from_here(&story.folder))),
                format!("log {} --data-dir ./weft-demo", story.fall.agent),
                "chain verify --independent --data-dir ./weft-demo".to_owned(),
            ],
        };
        commands.iter().try_for_each(|command| self.say(&format!("  {weft} {command}")))
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
fn signal(number: i32) -> String {
    if number == SIGKILL { "SIGKILL".to_owned() } else { format!("Signal {number}") }
}

/// The folder as it is named from the current one.
fn from_here(folder: &str) -> String {
    let here = env::current_dir().unwrap_or_default();
    let below = Path::new(folder).strip_prefix(&here).ok().and_then(Path::to_str);
    below.filter(|below| !below.is_empty()).unwrap_or(folder).to_owned()
}

/// How this program was called, so that it can be called again: `cargo run` leaves it outside of PATH.
fn called() -> String {
    let name = env::args().next().filter(|name| name.contains('/'));
    name.map_or_else(|| "weft".to_owned(), |name| quoted(&name))
}

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
    fn paths_survive_a_shell() {
        assert_eq!(quoted("/a/b-c.d"), "/a/b-c.d");
        assert_eq!(quoted("/it's here"), r"'/it'\''s here'");
    }
}
