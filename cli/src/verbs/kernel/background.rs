//! A kernel in the background: this program again, in a session of its own.

use crate::error::{Error, Failure};
use crate::node::Node;
use crate::render::Started;
use serde::Deserialize;
use std::env;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Bytes of what the child says that are read.
const ANSWER_BYTES_MAX: u64 = 64 << 10;

/// What makes the command line an agent's, which a kernel is not.
const OF_AGENTS: [&str; 4] = ["WEFT_TOKEN", "WEFT_SOCKET", "WEFT_PID", "WEFT_NAME"];

/// What the child writes to stderr when it fails.
#[derive(Deserialize)]
struct Failed {
    error: Failure,
}

/// Starts the kernel of `node` and waits until it accepts commands.
///
/// # Errors
/// [`Error::Start`] with what the child says of its failure.
pub(super) fn start(node: &Node) -> Result<Started, Error> {
    let program = env::current_exe().map_err(unstarted)?;
    let mut command = Command::new(program);
    command
        .args(["kernel", "start", "--detached", "-o", "json", "--data-dir"])
        .arg(node.data_dir())
        .current_dir(OsStr::new("/"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in OF_AGENTS {
        command.env_remove(name);
    }
    let mut child = command.spawn().map_err(unstarted)?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        let read = BufReader::new(stdout.take(ANSWER_BYTES_MAX)).read_line(&mut line);
        read.map_err(unstarted)?;
    }
    if line.is_empty() {
        return Err(reason(child));
    }
    serde_json::from_str(&line).map_err(Error::garbled)
}

/// Why a child that said nothing has ended.
fn reason(mut child: Child) -> Error {
    let mut said = String::new();
    if let Some(stderr) = child.stderr.take() {
        drop(stderr.take(ANSWER_BYTES_MAX).read_to_string(&mut said));
    }
    let status = child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
    let failure = said.lines().find_map(|line| serde_json::from_str::<Failed>(line).ok());
    let failure = failure.map_or_else(
        || Failure {
            code: "error".to_owned(),
            exit: 1,
            message: format!("the kernel ended before it accepted commands: {status}"),
            hint: Some("`weft kernel logs` may say why".to_owned()),
        },
        |failed| failed.error,
    );
    Error::Start(Box::new(failure))
}

/// Makes this process the first of a session without a terminal, which no Ctrl-C and no closing window
/// reaches.
///
/// # Errors
/// [`Error::File`] with what the operating system says.
pub(super) fn leave_session() -> Result<(), Error> {
    rustix::process::setsid().map(drop).map_err(|error| unstarted(error.into()))
}

fn unstarted(source: io::Error) -> Error {
    Error::File { path: PathBuf::from("weft kernel start"), source }
}
