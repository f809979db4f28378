//! `weft init`: a new node.

use crate::args::Global;
use crate::error::Error;
use crate::mutation::Mutation;
use crate::node::Node;
use crate::render::{Born, Out, born};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use weft_projections::{DEFAULT_CONSTITUTION, limits};
use weft_runtime::Rehearsal;
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, init, rehearse};

/// Create a node: keys, constitution and the first record of its log.
///
/// The folder must be new or empty: nothing is ever overwritten, and a birth that is interrupted
/// leaves nothing behind.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft init                                        a node in the default place
  weft init --data-dir /srv/weft --origin example.org/weft
  weft init --constitution law.txt                 under a law of your own
  weft init --constitution law.txt --dry-run       would it be accepted?")]
pub(crate) struct Args {
    /// Whose log this is: the name that its checkpoints will carry; no white space, no '+'.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_ORIGIN)]
    origin: String,
    /// The constitution's text, at most 48 KiB [default: one for development].
    #[arg(long, value_name = "FILE")]
    constitution: Option<PathBuf>,
    #[command(flatten)]
    mutation: Mutation,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let constitution = match &args.constitution {
        Some(path) => read(path)?,
        None => DEFAULT_CONSTITUTION.to_owned(),
    };
    let node = Node::place(global)?;
    let command_id = args.mutation.id;
    let birth = Birth { origin: args.origin.clone(), constitution, command_id };
    let explain = Error::node(node.data_dir());
    if args.mutation.dry_run {
        let would_be = match rehearse(node.layout(), &birth).map_err(explain)? {
            Rehearsal::Repeated(receipt) => Born::new(&node, &args.origin, &receipt).rehearsed(),
            Rehearsal::Ruled { ruling, .. } => {
                refuse_unwritable(node.data_dir())?;
                Born::unborn(&node, &args.origin, &ruling)
            }
        };
        return born(&out, &would_be);
    }
    let receipt = init(node.layout(), birth).map_err(explain)?;
    born(&out, &Born::new(&node, &args.origin, &receipt)).map_err(|error| error.after(receipt.seq))
}

/// A node is made beside its place and moved there, so the lowest folder above that there is has to let
/// itself be written. This asks, and writes nothing.
fn refuse_unwritable(data_dir: &Path) -> Result<(), Error> {
    let above = data_dir.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok());
    let folder = above.unwrap_or(data_dir);
    // The slash asks for a folder: a file is none, whoever may write it.
    accessat(CWD, folder.join(""), Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        .map_err(|source| Error::File { path: folder.to_owned(), source: source.into() })
}

/// The file's text; one that is longer than any constitution is not read to its end.
fn read(path: &Path) -> Result<String, Error> {
    let fail = |source| Error::File { path: path.to_owned(), source };
    let longest = limits::CONSTITUTION_BYTES_MAX as u64;
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(fail)?;
    file.take(longest + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > longest {
        return Err(Error::Usage(format!("{} is longer than {longest} bytes", path.display())));
    }
    String::from_utf8(bytes)
        .map_err(|_| Error::Usage(format!("{} is not UTF-8 text", path.display())))
}
