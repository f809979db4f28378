//! What a check of the gate can find.

use core::fmt;

use minicbor::{Decode, Encode};
use weft_projections::{Actor, Dimension, GrantId, Kind, Pid, Scope, Verdict};

/// One thing that a check found. Encoded as `[tag, values...]`; a tag is never reused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(flat)]
pub enum Finding {
    /// Permit: the actor holds this live grant of a right to the action.
    #[n(0)]
    CapabilityHeld {
        /// The grant.
        #[n(0)]
        grant: GrantId,
    },
    /// Deny: the actor holds no live grant of this right.
    #[n(1)]
    CapabilityMissing {
        /// The right that was wanted.
        #[n(0)]
        scope: Scope,
    },
    /// Deny: the kernel alone reports this.
    #[n(2)]
    KernelOnly,
    /// Permit: the kernel reports what it did. Such reports need no right and have no effect of their
    /// own, since the law binds who asks, not what has happened.
    #[n(3)]
    KernelDuty,
    /// Deny: the kernel asked for something that is not its to ask for.
    #[n(4)]
    BeyondKernel,
    /// Permit: the action touches only what belongs to the actor itself.
    #[n(5)]
    Owner,
    /// Deny: only a process has an inbox and subscriptions.
    #[n(6)]
    NotAProcess,
    /// Deny: the acting process is not live.
    #[n(7)]
    ActorGone {
        /// The process that acted.
        #[n(0)]
        pid: Pid,
    },
    /// Deny: the law knows no such operator or node.
    #[n(8)]
    ActorUnknown {
        /// The one who acted.
        #[n(0)]
        actor: Actor,
    },
    /// Deny: nobody vouches for the caller.
    #[n(9)]
    Unauthenticated,
    /// Deny: nobody knows this request.
    #[n(10)]
    Unrecognised,
    /// Deny: the law does not say what effect this action has.
    #[n(11)]
    UnknownAction {
        /// The kind of command.
        #[n(0)]
        kind: Kind,
    },
    /// Warn, defer or deny: the effect reaches a threshold in one dimension.
    #[n(12)]
    EffectOver {
        /// The dimension.
        #[n(0)]
        dimension: Dimension,
        /// The highest level whose threshold is reached; the finding's verdict.
        #[n(1)]
        level: Verdict,
        /// The effect, 0..=1000.
        #[n(2)]
        value: u16,
        /// The threshold it reaches.
        #[n(3)]
        threshold: u16,
    },
    /// Deny: a right to hand to the child is not the spawner's to give.
    #[n(13)]
    DelegationMissing {
        /// Its place in the list of rights of the request.
        #[n(0)]
        index: u16,
    },
    /// Deny: the grant does not descend from one that the actor holds.
    #[n(14)]
    NotGranter {
        /// The grant that was to be revoked.
        #[n(0)]
        grant: GrantId,
    },
    /// Deny: there is no law before the genesis record.
    #[n(15)]
    NoLaw,
    /// Deny: the log has its genesis record already.
    #[n(16)]
    GenesisAgain,
    /// Deny: only an operator may ask for this, whatever rights another actor holds.
    #[n(17)]
    OperatorOnly,
}

impl Finding {
    /// What this finding alone would rule.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match self {
            Finding::CapabilityHeld { .. } | Finding::KernelDuty | Finding::Owner => {
                Verdict::Permit
            }
            Finding::EffectOver { level, .. } => *level,
            Finding::CapabilityMissing { .. }
            | Finding::KernelOnly
            | Finding::BeyondKernel
            | Finding::NotAProcess
            | Finding::ActorGone { .. }
            | Finding::ActorUnknown { .. }
            | Finding::Unauthenticated
            | Finding::Unrecognised
            | Finding::UnknownAction { .. }
            | Finding::DelegationMissing { .. }
            | Finding::NotGranter { .. }
            | Finding::NoLaw
            | Finding::GenesisAgain
            | Finding::OperatorOnly => Verdict::Deny,
        }
    }

    /// A stable string code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Finding::CapabilityHeld { .. } => "capability_held",
            Finding::CapabilityMissing { .. } => "capability_missing",
            Finding::KernelOnly => "kernel_only",
            Finding::KernelDuty => "kernel_duty",
            Finding::BeyondKernel => "beyond_kernel",
            Finding::Owner => "owner",
            Finding::NotAProcess => "not_a_process",
            Finding::ActorGone { .. } => "actor_gone",
            Finding::ActorUnknown { .. } => "actor_unknown",
            Finding::Unauthenticated => "unauthenticated",
            Finding::Unrecognised => "unrecognised",
            Finding::UnknownAction { .. } => "unknown_action",
            Finding::EffectOver { .. } => "effect_over",
            Finding::DelegationMissing { .. } => "delegation_missing",
            Finding::NotGranter { .. } => "not_granter",
            Finding::NoLaw => "no_law",
            Finding::GenesisAgain => "genesis_again",
            Finding::OperatorOnly => "operator_only",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::CapabilityHeld { grant } => write!(out, "holds grant {grant}"),
            Finding::CapabilityMissing { scope } => write!(out, "holds no grant of {scope}"),
            Finding::KernelOnly => out.write_str("only the kernel reports this"),
            Finding::KernelDuty => out.write_str("the kernel reports what it did"),
            Finding::BeyondKernel => out.write_str("not for the kernel to ask for"),
            Finding::Owner => out.write_str("touches only what is the actor's own"),
            Finding::NotAProcess => out.write_str("only a process has an inbox"),
            Finding::ActorGone { pid } => write!(out, "process {pid} is not live"),
            Finding::ActorUnknown { actor } => write!(out, "{actor} is not known here"),
            Finding::Unauthenticated => out.write_str("nobody vouches for the caller"),
            Finding::Unrecognised => out.write_str("nobody knows this request"),
            Finding::UnknownAction { kind } => {
                write!(out, "the law has no effect line for {kind}")
            }
            Finding::EffectOver { dimension, level, value, threshold } => {
                write!(out, "{dimension} {value} reaches the {level} threshold {threshold}")
            }
            Finding::DelegationMissing { index } => {
                write!(out, "right {index} of the request is not the actor's to give")
            }
            Finding::NotGranter { grant } => {
                write!(out, "grant {grant} does not descend from one of the actor's")
            }
            Finding::NoLaw => out.write_str("there is no law before genesis"),
            Finding::GenesisAgain => out.write_str("the log has its genesis already"),
            Finding::OperatorOnly => out.write_str("only an operator may ask for this"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::findings;

    /// The bytes that the log keeps of one of every variant.
    const PINNED: [&str; 18] = [
        "8200820c01",
        "82018203820182006161",
        "8102",
        "8103",
        "8104",
        "8105",
        "8106",
        "820703",
        "82081b0300000000000001",
        "8109",
        "810a",
        "820b1850",
        "850c0302190352190320",
        "820d07",
        "820e820c01",
        "810f",
        "8110",
        "8111",
    ];

    #[test]
    fn the_bytes_of_every_finding_stay() {
        assert_eq!(findings().len(), PINNED.len());
        for (number, (finding, pinned)) in findings().into_iter().zip(PINNED).enumerate() {
            let bytes = minicbor::to_vec(&finding).unwrap();
            assert_eq!(hex::encode(&bytes), pinned, "{finding:?}");
            assert_eq!(usize::from(bytes[1]), number, "one of every tag");
            assert_eq!(minicbor::decode::<Finding>(&bytes).unwrap(), finding);
        }
        assert!(minicbor::decode::<Finding>(&[0x81, 0x12]).is_err());
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = findings().iter().map(Finding::code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), findings().len());
    }
}
