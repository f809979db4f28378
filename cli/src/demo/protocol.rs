//! What the two processes of the demo say to each other, one line at a time.
//!
//! Down the child's standard input: how far its agents may go. Up its standard output: how far they
//! are. When either pipe ends, the one at the other end is gone, and the child ends too.

use std::fmt;
use std::str::FromStr;

/// How far the agents may go, so that a crash finds them in the middle for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowance {
    /// The reader may hand out `files`; the reporter may finish `reports` and stops within the next one, when
    /// it is stored and its message not yet acknowledged.
    Part {
        /// Files that may be handed out.
        files: u64,
        /// Reports that may be finished.
        reports: u64,
    },
    /// No limit.
    All,
}

/// How far the agents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many files have their place in the report.
    Reported(u64),
    /// The kernel has stopped in order; so many commands had been repeated and were answered with the receipt
    /// of their first time.
    Halted {
        /// Commands answered from the log.
        repeated: u64,
    },
}

impl Allowance {
    /// What is allowed at first with so many files: the agents come to a stop when half is reported, and some
    /// files have not even been handed out.
    pub(crate) const fn half(files: u64) -> Allowance {
        Allowance::Part { files: files - files / 4, reports: files.div_ceil(2).saturating_sub(1) }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Allowance::Part { files, reports } => write!(out, "part {files} {reports}"),
            Allowance::All => out.write_str("all"),
        }
    }
}

impl FromStr for Allowance {
    type Err = Unknown;

    fn from_str(line: &str) -> Result<Allowance, Unknown> {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["all"] => Ok(Allowance::All),
            ["part", files, reports] => {
                Ok(Allowance::Part { files: number(files)?, reports: number(reports)? })
            }
            _ => Err(Unknown),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Progress::Reported(files) => write!(out, "reported {files}"),
            Progress::Halted { repeated } => write!(out, "halted {repeated}"),
        }
    }
}

impl FromStr for Progress {
    type Err = Unknown;

    fn from_str(line: &str) -> Result<Progress, Unknown> {
        match line.split_once(' ') {
            Some(("reported", files)) => Ok(Progress::Reported(number(files)?)),
            Some(("halted", repeated)) => Ok(Progress::Halted { repeated: number(repeated)? }),
            Some(_) | None => Err(Unknown),
        }
    }
}

/// A line that is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unknown;

fn number(text: &str) -> Result<u64, Unknown> {
    text.parse().map_err(|_| Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_round_trip() {
        for allowance in [Allowance::All, Allowance::Part { files: 9, reports: 5 }] {
            assert_eq!(allowance.to_string().parse(), Ok(allowance));
        }
        for progress in [Progress::Reported(7), Progress::Halted { repeated: 0 }] {
            assert_eq!(progress.to_string().parse(), Ok(progress));
        }
        for line in
            ["", "part", "part 1", "part 1 x", "part 1 2 3", "all ", "reported", "halted -1"]
        {
            assert_eq!(line.parse::<Allowance>(), Err(Unknown), "{line}");
            assert_eq!(line.parse::<Progress>(), Err(Unknown), "{line}");
        }
    }

    #[test]
    fn half_never_reaches_the_end() {
        for count in 1..200 {
            let Allowance::Part { files, reports } = Allowance::half(count) else {
                panic!("all of {count}")
            };
            assert!(
                reports < files && files <= count && reports + 1 >= count / 2,
                "{count}: {files} {reports}"
            );
            assert!(count < 4 || files < count, "{count}: {files}");
        }
    }
}
