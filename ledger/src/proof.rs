//! Proof files: everything that shows that a record is in a log, for somebody who has nothing but the
//! log's public key.
//!
//! The form is C2SP tlog-proof (version 1). Its `extra` line holds the record's header and, where the
//! record is revealed, what its commitments are over:
//!
//! ```text
//! header 128 | [ salt 16 | core | [ payload_salt 16 | payload ] ]
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, NoteProblem, TreeHead, VerifierKey};
use crate::entry::Entry;
use crate::error::Result;
use crate::frame::Payload;
use crate::hash::Digest;
use crate::limits::{CORE_BYTES_MAX, HEADER_BYTES, PAYLOAD_BYTES_MAX, SALT_BYTES};
use crate::reason::Reason;
use crate::record::{Header, core_commit, decode_core, link, payload_commit};
use crate::storage::Storage;
use crate::tree::{ProofError, Root, TreeReader, check_inclusion, leaf};

/// The first line of a proof file.
const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Most bytes of a proof file: a full record in base64, 65 hashes and a checkpoint.
pub const PROOF_BYTES_MAX: usize =
    (HEADER_BYTES + 2 * SALT_BYTES + CORE_BYTES_MAX + PAYLOAD_BYTES_MAX) / 3 * 4 + (64 << 10);

/// How much of a record a proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveal {
    /// The header alone: who, when, which kind, what the gate ruled.
    Header,
    /// Core and payload as well, with their salts.
    Record,
}

/// A proof file, taken apart; nothing but its form has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    seq: u64,
    extra: Vec<u8>,
    path: Vec<Root>,
    checkpoint: Checkpoint,
}

/// What a proof shows, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The record's header.
    pub header: Header,
    /// Its link.
    pub link: Digest,
    /// The tree that it is in.
    pub head: TreeHead,
    /// The core, if the record is revealed.
    pub core: Option<Vec<u8>>,
    /// The payload, if the record is revealed and has one that was not erased.
    pub payload: Option<Vec<u8>>,
}

/// Why a proof shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofProblem {
    /// It has more bytes than a proof can have.
    #[error("it has more than {PROOF_BYTES_MAX} bytes")]
    Long,
    /// A line is not what it should be.
    #[error("line {line} is not {expected}")]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What should stand there.
        expected: &'static str,
    },
    /// The checkpoint is none, or not signed by the key.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] NoteProblem),
    /// The hashes do not lead from the header to the checkpoint's root.
    #[error(transparent)]
    Path(#[from] ProofError),
    /// The record breaks a rule of the format, or a commitment does not hold.
    #[error("its record: {0}")]
    Record(#[from] Reason),
    /// The bytes of the record are not as many as its header says.
    #[error("its record has {found} bytes, which no part of it ends with")]
    Parts {
        /// How many there are.
        found: u64,
    },
    /// The record stands at another position than the proof says.
    #[error("it is about record {index}, and its header is that of record {found}")]
    Position {
        /// The position that the proof names.
        index: u64,
        /// The position in the header.
        found: u64,
    },
}

impl Proof {
    /// Proves that a record is in the tree of a checkpoint.
    ///
    /// # Errors
    /// As [`TreeReader::inclusion`].
    pub fn make<S: Storage>(
        tree: &mut TreeReader<S>,
        entry: &Entry<'_>,
        checkpoint: &Checkpoint,
        reveal: Reveal,
    ) -> Result<Proof> {
        let path = tree.inclusion(&checkpoint.head(), entry.header.seq)?;
        let mut extra = entry.header_bytes().to_vec();
        if reveal == Reveal::Record {
            extra.extend_from_slice(entry.core_salt());
            extra.extend_from_slice(entry.core());
            if let Payload::Whole { salt, bytes } = entry.payload() {
                extra.extend_from_slice(salt);
                extra.extend_from_slice(bytes);
            }
        }
        Ok(Proof { seq: entry.header.seq, extra, path, checkpoint: checkpoint.clone() })
    }

    /// The proof as a file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nextra {}\n", STANDARD.encode(&self.extra));
        text.push_str(&format!("index {}\n", self.seq));
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(self.checkpoint.as_bytes()));
        text
    }

    /// Reads a proof file, which has to be written as [`Proof::to_text`] writes it.
    ///
    /// # Errors
    /// The first thing that is wrong with its form.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Proof, ProofProblem> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ProofProblem::Long);
        }
        let line = |line, expected| ProofProblem::Line { line, expected };
        let text = std::str::from_utf8(bytes).map_err(|_| line(1, "text in UTF-8"))?;
        let rest = text.strip_prefix(FIRST_LINE).and_then(|rest| rest.strip_prefix('\n'));
        let rest = rest.ok_or(line(1, FIRST_LINE))?;
        let (extra, rest) = rest.split_once('\n').ok_or(line(2, "an extra line"))?;
        let extra = extra.strip_prefix("extra ").and_then(|extra| STANDARD.decode(extra).ok());
        let extra = extra.ok_or(line(2, "an extra line with a header in base64"))?;
        let (index, mut rest) = rest.split_once('\n').ok_or(line(3, "an index line"))?;
        let seq = index.strip_prefix("index ").and_then(|index| index.parse().ok());
        let seq: u64 = seq.ok_or(line(3, "an index line with a position"))?;
        let mut path = Vec::new();
        let checkpoint = loop {
            let number = 4 + path.len() as u64;
            let (hash, after) = rest.split_once('\n').ok_or(line(number, "a hash in base64"))?;
            rest = after;
            if hash.is_empty() {
                break Checkpoint::parse(rest.as_bytes())?;
            }
            let hash = STANDARD.decode(hash).ok().and_then(|hash| hash.try_into().ok());
            path.push(Root(hash.ok_or(line(number, "a hash in base64"))?));
        };
        let proof = Proof { seq, extra, path, checkpoint };
        if proof.to_text() == text {
            Ok(proof)
        } else {
            Err(line(3, "a position without zeros before"))
        }
    }

    /// The record that it is about.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The checkpoint that it leads to.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Checks the proof against the key of the log.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, key: &VerifierKey) -> std::result::Result<Proved, ProofProblem> {
        self.checkpoint.verify(key)?;
        let found = self.extra.len() as u64;
        let parts = ProofProblem::Parts { found };
        let (header_bytes, rest) =
            self.extra.split_first_chunk::<HEADER_BYTES>().ok_or(parts.clone())?;
        let head = self.checkpoint.head();
        check_inclusion(&head, self.seq, leaf(header_bytes), &self.path)?;
        let header = Header::decode(header_bytes)?;
        if header.seq != self.seq {
            return Err(ProofProblem::Position { index: self.seq, found: header.seq });
        }
        let mut proved =
            Proved { header, link: link(header_bytes), head, core: None, payload: None };
        if rest.is_empty() {
            return Ok(proved);
        }
        let (salt, rest) = rest.split_first_chunk::<SALT_BYTES>().ok_or(parts.clone())?;
        let core_len = usize::try_from(header.core_len).unwrap_or(usize::MAX);
        let (core, rest) = rest.split_at_checked(core_len).ok_or(parts.clone())?;
        if core_commit(salt, core) != header.core_commit {
            return Err(Reason::CoreCommit.into());
        }
        let known = decode_core(&header, core)?;
        proved.core = Some(core.to_vec());
        if rest.is_empty() {
            return Ok(proved);
        }
        let (salt, payload) = rest.split_first_chunk::<SALT_BYTES>().ok_or(parts.clone())?;
        if payload.len() as u64 != u64::from(header.payload_len) {
            return Err(parts);
        }
        if known.payload_commit != Some(payload_commit(salt, payload)) {
            return Err(Reason::PayloadCommit.into());
        }
        proved.payload = Some(payload.to_vec());
        Ok(proved)
    }
}
