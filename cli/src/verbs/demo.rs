//! `weft demo`: the whole story, over real files.

use crate::args::Global;
use crate::demo::{self, Detail, Interrupt, Place, Role, Survey};
use crate::error::Error;
use crate::node::Node;
use crate::render::Out;
use std::path::{Path, PathBuf};

/// See the whole story: agents, a denial, two kills, the proof.
///
/// Makes a fresh node, lets four agents survey the files of a folder, kills one of them and then the kernel, starts
/// it again, and shows what the log has kept of it. Takes a few seconds and changes nothing outside its own node,
/// which is in a temporary place unless --data-dir names a new or empty folder. WEFT_HOME is left alone: it names
/// the node one works with, and the demo wants one of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft demo                              over the files of docs/
  weft demo ~/notes                      over other files
  weft demo --data-dir /tmp/node docs    keep the node and look around in it
  weft demo -o json                      the same facts for machines")]
pub(crate) struct Args {
    /// The folder whose files are surveyed.
    #[arg(value_name = "DIR", default_value = "docs")]
    folder: PathBuf,
    /// Be the kernel that is killed.
    #[arg(long, hide = true)]
    as_kernel: bool,
    /// Be one of the agents.
    #[arg(long, hide = true, value_name = "NAME", conflicts_with = "as_kernel")]
    as_agent: Option<Role>,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let given = Node::given(global);
    let kept = given.as_ref().map(Node::data_dir);
    if let Some(role) = args.as_agent {
        return Ok(demo::run_agent(out, role, &args.folder)?);
    }
    if args.as_kernel {
        let data_dir = kept.ok_or_else(|| Error::Usage("a kernel needs --data-dir".to_owned()))?;
        return demo::run_kernel(out, data_dir).map_err(explain(data_dir));
    }
    let interrupt = Interrupt::listen()?;
    let survey = Survey::of(&args.folder)?;
    out.remark(&format!(
        "looking into {} files of {} ...",
        survey.files.len(),
        survey.folder.display()
    ));
    let place = Place::new(kept)?;
    let told = interrupt.rule(demo::run(&place, survey, &interrupt));
    let mut story = told.map_err(explain(place.data_dir()))?;
    story.data_dir = kept.map(|data_dir| data_dir.display().to_string());
    // What is temporary is gone before the first word: whoever reads it may close the pipe at any time.
    drop(place);
    let detail = if global.quiet { Detail::Results } else { Detail::Whole };
    demo::tell(&out, &story, detail)
}

/// What the kernel says about a node names the node.
fn explain(data_dir: &Path) -> impl FnOnce(demo::Error) -> Error {
    let node = Error::node(data_dir);
    move |error| if let demo::Error::Runtime(source) = error { node(source) } else { error.into() }
}
