//! `weft demo`: the whole story, over real files.

use crate::args::Global;
use crate::demo::{self, Detail, Survey};
use crate::error::Error;
use crate::node::Node;
use crate::render::Out;
use std::env;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// See the whole story: agents, a denial, a crash, the proof.
///
/// Makes a fresh node, lets four agents count the words in the files of a folder, kills the kernel in the
/// middle, starts it again, and shows what the log has kept of it. Takes a few seconds and changes nothing
/// outside its own node, which is in a temporary place unless --data-dir names a new or empty folder. WEFT_HOME
/// is left alone: it names the node one works with, and the demo wants one of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft demo                              over the files of docs/
  weft demo ~/notes                      over other files
  weft demo --data-dir /tmp/node docs    keep the node and look around in it
  weft demo -o json                      the same facts for machines")]
pub(crate) struct Args {
    /// The folder whose files are counted.
    #[arg(value_name = "DIR", default_value = "docs")]
    folder: PathBuf,
    /// Be the process that runs the kernel and is killed.
    #[arg(long, hide = true)]
    as_kernel: bool,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let place = Place::new(global)?;
    let data_dir = place.data_dir.as_path();
    let out = Out::new(global);
    if args.as_kernel {
        return demo::run_kernel(out, data_dir, &args.folder).map_err(explain(data_dir));
    }
    let survey = Survey::of(&args.folder)?;
    out.remark(&format!(
        "counting {} files of {} ...",
        survey.files.len(),
        survey.folder.display()
    ));
    let mut story = demo::run(data_dir, survey).map_err(explain(data_dir))?;
    story.data_dir = place.temporary.is_none().then(|| data_dir.display().to_string());
    let detail = if global.quiet { Detail::Results } else { Detail::Whole };
    demo::tell(&out, &story, detail)
}

/// Where the node of the demo lies.
struct Place {
    data_dir: PathBuf,
    /// Removed with this value; none for a node that stays for looking around.
    temporary: Option<TempDir>,
}

impl Place {
    fn new(global: &Global) -> Result<Place, Error> {
        if let Some(node) = Node::given(global) {
            return Ok(Place { data_dir: node.data_dir().to_owned(), temporary: None });
        }
        let made = tempfile::Builder::new().prefix("weft-demo-").tempdir();
        let temporary = made.map_err(|source| Error::File { path: env::temp_dir(), source })?;
        Ok(Place { data_dir: temporary.path().join("node"), temporary: Some(temporary) })
    }
}

/// What the kernel says about a node names the node.
fn explain(data_dir: &Path) -> impl FnOnce(demo::Error) -> Error {
    let node = Error::node(data_dir);
    move |error| if let demo::Error::Runtime(source) = error { node(source) } else { error.into() }
}
