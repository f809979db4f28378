//! Opening the ids of a log: doubted, and brought up to the log before any command is accepted.

use super::window::Window;
use super::{Follower, KnownIds, Standing, WindowLimits};
use crate::kernel::Board;
use crate::platform::Platform;
use crate::{Error, Reader};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use weft_commands::CommandId;
use weft_ledger::ids::{self, Dropped, Options};
use weft_ledger::indexer::{self, Indexer, STEP_RECORDS};
use weft_ledger::storage::Storage;
use weft_ledger::{Header, Log};
use weft_projections::{Actor, Seq};

/// Where the indexes of a node are, and how they are kept.
pub(crate) struct Place<S: Storage> {
    pub(crate) storage: S,
    /// The folder of the postings, where they can be kept.
    pub(crate) postings: Option<PathBuf>,
    pub(crate) window: WindowLimits,
    /// 16 random bytes, for ids that are hashed for the first time.
    pub(crate) seed: [u8; 16],
}

impl<S: Storage> Place<S> {
    /// Where the platform has them.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the operating system has none to give.
    pub(crate) fn of<P: Platform<Storage = S>>(platform: &mut P) -> Result<Place<S>, Error> {
        let mut seed = [0; 16];
        platform.fill_entropy(&mut seed)?;
        let (storage, postings) = (platform.storage(), platform.postings());
        Ok(Place { storage, postings, window: platform.window(), seed })
    }
}

/// How far the ids of records were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records whose ids are known.
    pub done: u64,
    /// Records there are.
    pub total: u64,
}

/// What came of opening the ids of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexOpening {
    /// Files that could not be used and were removed.
    pub dropped: Vec<Dropped>,
    /// Records whose ids were read from the log, since no file knew them.
    pub read: Range<u64>,
}

/// The opened indexes: one half for the keeper, one for the deciding thread.
pub(crate) struct Opened<S: Storage> {
    pub(crate) follower: Follower<S>,
    pub(crate) ids: KnownIds<S>,
    pub(crate) found: IndexOpening,
}

/// Opens the files of ids beside `log`, and reads the ids that they do not know from the log.
///
/// # Errors
/// [`Error::Index`] when files cannot be opened, or not be written though more ids are unknown to them
/// than fit into memory; [`Error::Ledger`] when a record cannot be read.
pub(crate) fn open<S: Storage>(
    place: Place<S>,
    log: &Log<S>,
    board: Arc<Board>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Opened<S>, Error> {
    let Place { storage, postings, window: limits, seed } = place;
    let (log_id, log) = (log.log_id(), log.reader());
    let link_of = |seq| Some(log.read(seq).ok()??.link);
    let (files, opened) = ids::Writer::open(storage, log_id, Options::new(seed), link_of)
        .map_err(indexer::Error::from)?;
    for dropped in &opened.dropped {
        tracing::warn!(file = dropped.file, why = %dropped.why, "a file of ids is made again");
    }
    let mut indexer = Indexer::new(files, None);
    let standing = Arc::new(Standing::new(board));
    let from = indexer.next_id();
    let window = match read_ids(&mut indexer, &log, &standing, limits, progress) {
        // Merging read a file that opening had no reason to doubt.
        Err(Error::Index(error)) if is_damage(&error) => {
            tracing::error!(%error, "the ids of all records are read again");
            indexer.reset_ids()?;
            read_ids(&mut indexer, &log, &standing, limits, progress)?
        }
        read => read?,
    };
    let found = IndexOpening { dropped: opened.dropped, read: from..log.head().size };
    let files = indexer.ids().reader();
    let ids = KnownIds::new(window, files, log.clone(), standing.clone(), limits);
    let follower = Follower::new(indexer, (log, log_id), standing, limits, postings);
    Ok(Opened { follower, ids, found })
}

/// Whether the files are to be made again.
pub(super) fn is_damage(error: &indexer::Error) -> bool {
    match error {
        indexer::Error::Ids(ids::Error::Damaged { .. }) => true,
        indexer::Error::Ids(
            ids::Error::Io { .. } | ids::Error::NotNext { .. } | ids::Error::BlockLarge { .. },
        )
        | indexer::Error::Postings(_)
        | indexer::Error::NotNext { .. } => false,
    }
}

/// The ids that the files do not know: written as they become many, and the last ones in memory. While
/// the disk takes none, all of them are in memory, as many as may be.
fn read_ids<S: Storage>(
    indexer: &mut Indexer<S>,
    log: &Reader<S>,
    standing: &Standing,
    limits: WindowLimits,
    progress: &mut dyn FnMut(Progress),
) -> Result<Window, Error> {
    let total = log.head().size;
    let from = indexer.next_id();
    let mut window = Window::new(Seq(from), limits.kept);
    let mut refused = None;
    for read in log.headers(from..total) {
        let (header, link) = read?;
        note(&mut window, &header)?;
        if refused.is_none()
            && let Err(error) = indexer.push_id(&header, link)
        {
            if is_damage(&error) {
                return Err(error.into());
            }
            tracing::error!(%error, "the ids of records cannot be written");
            standing.set_stuck(true);
            refused = Some(error);
        }
        if let Some(error) = refused.take_if(|_| window.len() > limits.most) {
            return Err(error.into());
        }
        let done = header.seq + 1;
        if done.is_multiple_of(STEP_RECORDS) {
            window.trim(limits.kept, Seq(indexer.ids().next_seq()));
            progress(Progress { done, total });
        }
    }
    Ok(window)
}

fn note(window: &mut Window, header: &Header) -> Result<(), Error> {
    let seq = Seq(header.seq);
    let unreadable = |reason: String| Error::Unreadable { seq, reason };
    let actor = Actor::try_from_u64(header.actor).map_err(|error| unreadable(error.to_string()))?;
    let id = CommandId::new(header.command_id).map_err(|error| unreadable(error.to_string()))?;
    window.note(actor, id, seq);
    Ok(())
}
