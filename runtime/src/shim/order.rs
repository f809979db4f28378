//! What one stage tells the next one, and what it hears back.

use super::{Guarantees, Plan};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

/// The first line on the stdin of the second and the third stage.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) plan: Plan,
    /// What holds so far.
    pub(super) guarantees: Guarantees,
}

/// A line that the third stage says before it becomes the program.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    /// What holds now. The program comes next.
    Sealed(Guarantees),
    /// There will be no program: with this code it counts as ended.
    CannotStart { code: u8, reason: String },
}

/// Starts a stage of this same program with `order` on its stdin. Nothing of the environment goes along.
pub(super) fn start(stage: &str, order: &Order) -> io::Result<Child> {
    let mut child = command(stage).spawn()?;
    let stdin =
        child.stdin.as_mut().ok_or_else(|| io::Error::other("no pipe to the next stage"))?;
    write_line(stdin, order)?;
    Ok(child)
}

/// This same program as a stage, with pipes for stdin and stdout.
pub(super) fn command(stage: &str) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.args(["shim", stage]).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    command
}

/// Writes `value` as one line, at once.
pub(super) fn write_line(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}

/// Reads `line` as a `T`.
pub(super) fn read_line<T: DeserializeOwned>(line: &str) -> io::Result<T> {
    serde_json::from_str(line).map_err(io::Error::other)
}
