//! Events of the causal graph.

use minicbor::{Decode, Decoder, Encode, decode};
use std::fmt;
use std::str::FromStr;

use crate::id::excerpt;
use crate::limits::WEIGHT_MAX;
use crate::{Error, Name, Pid, Seq};

/// A node of the causal graph. Displayed and parsed as `record:7`, `process:3` or `named:hypothesis-a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(flat)]
pub enum NodeRef {
    /// A record.
    #[n(0)]
    Record(#[n(0)] Seq),
    /// A process.
    #[n(1)]
    Process(#[n(0)] Pid),
    /// Something that exists by being named.
    #[n(2)]
    Named(#[n(0)] Name),
}

impl fmt::Display for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(seq) => write!(f, "record:{seq}"),
            Self::Process(pid) => write!(f, "process:{pid}"),
            Self::Named(name) => write!(f, "named:{name}"),
        }
    }
}

impl FromStr for NodeRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::BadId { what: "graph node", text: excerpt(text) };
        match text.split_once(':') {
            Some(("record", seq)) => {
                crate::id::decimal(seq).map(|seq| Self::Record(Seq(seq))).ok_or_else(bad)
            }
            Some(("process", pid)) => Ok(Self::Process(pid.parse()?)),
            Some(("named", name)) => Ok(Self::Named(name.parse()?)),
            Some(_) | None => Err(bad()),
        }
    }
}

/// How one node relates to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Relation {
    /// The first brings the second about.
    #[n(0)]
    Causes,
    /// The first keeps the second from happening.
    #[n(1)]
    Inhibits,
    /// They tend to go together.
    #[n(2)]
    Correlates,
    /// The first makes the second possible.
    #[n(3)]
    Enables,
    /// The first comes after the second.
    #[n(4)]
    Follows,
    /// They cannot both hold.
    #[n(5)]
    Contradicts,
    /// The first was set off by the second.
    #[n(6)]
    TriggeredBy,
    /// The first speaks for the second.
    #[n(7)]
    EvidenceFor,
}

impl Relation {
    /// Every relation, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Causes,
        Self::Inhibits,
        Self::Correlates,
        Self::Enables,
        Self::Follows,
        Self::Contradicts,
        Self::TriggeredBy,
        Self::EvidenceFor,
    ];

    /// The name, such as `triggered_by`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Causes => "causes",
            Self::Inhibits => "inhibits",
            Self::Correlates => "correlates",
            Self::Enables => "enables",
            Self::Follows => "follows",
            Self::Contradicts => "contradicts",
            Self::TriggeredBy => "triggered_by",
            Self::EvidenceFor => "evidence_for",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Relation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|relation| relation.name() == text);
        found.ok_or_else(|| Error::BadId { what: "relation", text: excerpt(text) })
    }
}

/// Someone asserted that one node relates to another.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CausalLinked {
    /// The first node.
    #[n(0)]
    pub from: NodeRef,
    /// The second node.
    #[n(1)]
    pub to: NodeRef,
    /// How the first relates to the second.
    #[n(2)]
    pub relation: Relation,
    /// How strongly, 0 to 1,000 thousandths.
    #[cbor(n(3), decode_with = "decode_weight")]
    pub weight: u16,
}

fn decode_weight<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<u16, decode::Error> {
    let weight = d.u16()?;
    if weight > WEIGHT_MAX {
        return Err(decode::Error::message("weight above 1000"));
    }
    Ok(weight)
}
