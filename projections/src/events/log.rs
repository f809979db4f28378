//! Events of the log itself.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::limits::ORIGIN_BYTES_MAX;
use crate::{Digest, Reason, Seq, Signature};

/// The log begins. Laid out by FORMAT.md 5: five fields, or eight for a fork.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGenesis {
    /// Who the log belongs to, as its checkpoints will name it: 1 to 255 bytes without white space, control characters or `+`.
    pub origin: String,
    /// Ed25519 public key of the log.
    pub log_key: Digest,
    /// Digest of the constitution's text.
    pub constitution: Digest,
    /// 32 random bytes that make the log unlike any other.
    pub entropy: Digest,
    /// Ed25519 public key of the first operator.
    pub operator_key: Digest,
    /// Where the log was forked from.
    pub fork: Option<Fork>,
}

/// The place in another log from which a log goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The other log's id.
    pub log_id: Digest,
    /// The last record that both share.
    pub seq: Seq,
    /// Its link.
    pub link: Digest,
}

/// The payload of a record is to be erased, and counts as erased from here on. Laid out by FORMAT.md 5.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct LogRedacted {
    /// The record, an earlier one.
    #[n(0)]
    pub seq: Seq,
    /// Why; it stays on the chain.
    #[n(1)]
    pub reason: Reason,
}

/// Checkpoints of more records than there were before this one need another key. Laid out by FORMAT.md 5.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct LogKeyRotated {
    /// Ed25519 public key of the log from now on.
    #[n(0)]
    pub new_key: Digest,
    /// The old key's over `"exochain/rotate/1" ‖ log id ‖ seq of the record ‖ new key`.
    #[n(1)]
    pub signature: Signature,
}

impl LogGenesis {
    /// Whether a text may be the origin of a log.
    #[must_use]
    pub fn is_origin(text: &str) -> bool {
        let bad = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
        (1..=ORIGIN_BYTES_MAX).contains(&text.len()) && !text.contains(bad)
    }
}

impl<C> Encode<C> for LogGenesis {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(if self.fork.is_some() { 8 } else { 5 })?;
        e.str(&self.origin)?;
        for digest in [self.log_key, self.constitution, self.entropy, self.operator_key] {
            digest.encode(e, ctx)?;
        }
        if let Some(Fork { log_id, seq, link }) = &self.fork {
            log_id.encode(e, ctx)?;
            seq.encode(e, ctx)?;
            link.encode(e, ctx)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for LogGenesis {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let has_fork = match d.array()? {
            Some(5) => false,
            Some(8) => true,
            Some(_) | None => {
                return Err(decode::Error::message("a genesis has five fields, or eight"));
            }
        };
        let origin = d.str()?;
        if !Self::is_origin(origin) {
            return Err(decode::Error::message("no origin of a log"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            log_key: Digest::decode(d, ctx)?,
            constitution: Digest::decode(d, ctx)?,
            entropy: Digest::decode(d, ctx)?,
            operator_key: Digest::decode(d, ctx)?,
            fork: if has_fork { Some(decode_fork(d, ctx)?) } else { None },
        })
    }
}

fn decode_fork<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<Fork, decode::Error> {
    Ok(Fork {
        log_id: Digest::decode(d, ctx)?,
        seq: Seq::decode(d, ctx)?,
        link: Digest::decode(d, ctx)?,
    })
}
