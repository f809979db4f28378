//! `weft kernel logs`: what the daemon says.

use crate::args::Global;
use crate::error::Error;
use crate::node::Node;
use crate::render::{Out, journal};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem::MaybeUninit;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use weft_runtime::reactor::tail_of_file;

/// Bytes that are shown unless told otherwise.
const BYTES_DEFAULT: u64 = 64 << 10;

/// Bytes of events of the file system that are read at once.
const EVENT_BYTES: usize = 4_096;

/// Show what kernels in the background said, the running one or those before it.
///
/// What was asked for and how it was ruled is in `weft log`; this is about the daemon itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weft kernel logs
  weft kernel logs --bytes 2000
  weft kernel logs --follow")]
pub(crate) struct Args {
    /// Go on until Ctrl-C.
    #[arg(short, long)]
    follow: bool,
    /// At most so many bytes of what there is, the last ones.
    #[arg(long, value_name = "N", default_value_t = BYTES_DEFAULT)]
    bytes: u64,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Error> {
    let out = Out::new(global);
    let node = Node::existing(global)?;
    let path = node.layout().kernel_log();
    let fail = |source| Error::File { path: path.clone(), source };
    if args.follow {
        return Following::begin(path.clone()).map_err(fail)?.run(&out, args.bytes);
    }
    journal(&out, &tail_of_file(&path, args.bytes).map_err(fail)?)
}

/// A file that is read as it grows, and gone on with when another takes its place.
struct Following {
    path: PathBuf,
    /// Events of the folder, so that a new file is seen, too.
    events: rustix::fd::OwnedFd,
    open: Option<File>,
}

impl Following {
    fn begin(path: PathBuf) -> io::Result<Following> {
        let events = inotify::init(CreateFlags::CLOEXEC)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        inotify::add_watch(&events, folder, WatchFlags::MODIFY | WatchFlags::CREATE)?;
        Ok(Following { path, events, open: None })
    }

    fn run(mut self, out: &Out, bytes_max: u64) -> Result<(), Error> {
        let path = self.path.clone();
        let fail = |source| Error::File { path: path.clone(), source };
        journal(out, &self.first(bytes_max).map_err(fail)?)?;
        let mut room = [MaybeUninit::uninit(); EVENT_BYTES];
        let events = self.events.try_clone().map_err(fail)?;
        let mut reader = inotify::Reader::new(events, &mut room);
        loop {
            reader.next().map_err(|error| fail(error.into()))?;
            journal(out, &self.more().map_err(fail)?)?;
        }
    }

    /// The end of what there is.
    fn first(&mut self, bytes_max: u64) -> io::Result<Vec<u8>> {
        let Some(mut file) = open(&self.path)? else { return Ok(Vec::new()) };
        let len = file.metadata()?.len();
        file.seek(SeekFrom::Start(len.saturating_sub(bytes_max)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        self.open = Some(file);
        Ok(bytes)
    }

    /// What has come since.
    fn more(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if let Some(file) = &mut self.open {
            file.read_to_end(&mut bytes)?;
        }
        let Some(mut now) = open(&self.path)? else { return Ok(bytes) };
        let is_same = match &self.open {
            Some(file) => file.metadata()?.ino() == now.metadata()?.ino(),
            None => false,
        };
        if !is_same {
            now.read_to_end(&mut bytes)?;
            self.open = Some(now);
        }
        Ok(bytes)
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
