//! A walk over CBOR that accepts the core deterministic encoding of RFC 8949 section 4.2.1 with
//! integer map keys, and nothing else. It allocates nothing and copies nothing.

use crate::limits::CBOR_DEPTH_MAX;
use crate::reason::{CborProblem, Reason};

/// Major types of RFC 8949 section 3.1.
pub(super) const UNSIGNED: u8 = 0;
pub(super) const NEGATIVE: u8 = 1;
pub(super) const BYTES: u8 = 2;
pub(super) const TEXT: u8 = 3;
pub(super) const ARRAY: u8 = 4;
pub(super) const MAP: u8 = 5;
const TAG: u8 = 6;

/// The simple values false, true and null (RFC 8949 section 3.3).
const FALSE: u8 = 20;
const NULL: u8 = 22;

/// The first bytes of an item: major type and argument.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) major: u8,
    pub(super) argument: u64,
}

/// An integer key: unsigned keys sort before negative ones, and each by its argument, which is
/// bytewise order as long as arguments are in their shortest form.
type Key = (u8, u64);

/// A position in CBOR bytes.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    base: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Walk<'a> {
        Walk { bytes, at: 0, base: 0 }
    }

    /// A walk over a byte string that was just read and is itself CBOR.
    pub(super) fn embedded(&self, bytes: &'a [u8]) -> Walk<'a> {
        Walk { bytes, at: 0, base: self.base + self.at - bytes.len() }
    }

    /// Offset in the whole core, for messages.
    pub(super) fn offset(&self) -> u64 {
        (self.base + self.at) as u64
    }

    /// Fails unless every byte was read.
    pub(super) fn end(&self) -> Result<(), Reason> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.problem(CborProblem::Trailing)) }
    }

    #[cold]
    pub(super) fn problem(&self, problem: CborProblem) -> Reason {
        Reason::Cbor { at: self.offset(), problem }
    }

    /// Reads one item of any kind, `depth` arrays and maps below the top.
    pub(super) fn item(&mut self, depth: usize) -> Result<(), Reason> {
        let head = self.head()?;
        self.rest_of(head, depth)
    }

    /// Reads what follows an item's head.
    pub(super) fn rest_of(&mut self, head: Head, depth: usize) -> Result<(), Reason> {
        match head.major {
            BYTES => self.take(head.argument).map(drop),
            TEXT => self.text(head.argument).map(drop),
            ARRAY => {
                self.check_depth(depth)?;
                (0..head.argument).try_for_each(|_| self.item(depth + 1))
            }
            MAP => {
                self.check_depth(depth)?;
                self.entries(head.argument, |walk, _| walk.item(depth + 1))
            }
            _ => Ok(()),
        }
    }

    fn check_depth(&self, depth: usize) -> Result<(), Reason> {
        if depth < CBOR_DEPTH_MAX { Ok(()) } else { Err(self.problem(CborProblem::Depth)) }
    }

    /// Reads the entries of a map: checks the keys and calls `value` to read each value.
    pub(super) fn entries(
        &mut self,
        count: u64,
        mut value: impl FnMut(&mut Walk<'a>, Key) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        let mut previous: Option<Key> = None;
        for _ in 0..count {
            let head = self.head()?;
            if head.major > NEGATIVE {
                return Err(self.problem(CborProblem::Key));
            }
            let key = (head.major, head.argument);
            if previous.is_some_and(|previous| previous >= key) {
                return Err(self.problem(CborProblem::Order));
            }
            previous = Some(key);
            value(self, key)?;
        }
        Ok(())
    }

    /// Reads the content of a text.
    pub(super) fn text(&mut self, len: u64) -> Result<&'a str, Reason> {
        let bytes = self.take(len)?;
        std::str::from_utf8(bytes).map_err(|_| self.problem(CborProblem::Utf8))
    }

    /// Reads the content of a byte string.
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Reason> {
        let end = usize::try_from(len).ok().and_then(|len| self.at.checked_add(len));
        let part = end.and_then(|end| self.bytes.get(self.at..end));
        let part = part.ok_or_else(|| self.problem(CborProblem::Short))?;
        self.at += part.len();
        Ok(part)
    }

    /// Reads an item's first bytes.
    #[inline]
    pub(super) fn head(&mut self) -> Result<Head, Reason> {
        let Some(&first) = self.bytes.get(self.at) else {
            return Err(self.problem(CborProblem::Short));
        };
        self.at += 1;
        let major = first >> 5;
        let low = first & 0x1f;
        if major >= TAG {
            return self.simple(major, low);
        }
        let argument = if low < 24 { u64::from(low) } else { self.argument(low)? };
        Ok(Head { major, argument })
    }

    /// An argument of one to eight bytes, which must not fit into fewer.
    fn argument(&mut self, low: u8) -> Result<u64, Reason> {
        let (value, least) = match low {
            24 => (u64::from(u8::from_be_bytes(self.array()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.array()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.array()?)), 1 << 16),
            27 => (u64::from_be_bytes(self.array()?), 1 << 32),
            31 => return Err(self.problem(CborProblem::Indefinite)),
            _ => return Err(self.problem(CborProblem::Reserved)),
        };
        if value >= least { Ok(value) } else { Err(self.problem(CborProblem::Long)) }
    }

    fn array<const LEN: usize>(&mut self) -> Result<[u8; LEN], Reason> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(bytes) = rest.first_chunk::<LEN>() else {
            return Err(self.problem(CborProblem::Short));
        };
        self.at += LEN;
        Ok(*bytes)
    }

    /// False, true and null are accepted; tags, floats and every other simple value are refused.
    fn simple(&mut self, major: u8, low: u8) -> Result<Head, Reason> {
        if major == TAG {
            return Err(self.problem(CborProblem::Tag));
        }
        match low {
            FALSE..=NULL => Ok(Head { major, argument: u64::from(low) }),
            0..=24 => Err(self.problem(CborProblem::Simple)),
            25..=27 => Err(self.problem(CborProblem::Float)),
            31 => Err(self.problem(CborProblem::Indefinite)),
            _ => Err(self.problem(CborProblem::Reserved)),
        }
    }
}
