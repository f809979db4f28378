//! The law in force, and who ran into it.

use imbl::OrdMap;

use crate::events::{GovernanceSuppressed, LogGenesis};
use crate::{
    Actor, Constitution, Digest, Effect, Environment, Kind, OperatorId, Record, Seq, Thresholds,
    Time,
};

/// Refusals recorded in one minute of record time, by spawn tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// The minute, counted from 1970.
    pub minute: u64,
    /// How many there were, by the root of the spawn tree that asked.
    pub counts: OrdMap<Actor, u32>,
}

/// The law in force, and who ran into it.
#[derive(Clone, Debug, Default)]
pub struct Governance {
    pub(super) law: Seq,
    pub(super) constitution: Digest,
    pub(super) rules: Constitution,
    pub(super) operators: OrdMap<OperatorId, Digest>,
    pub(super) origin: String,
    pub(super) entropy: Digest,
    pub(super) refusals: Refusals,
    pub(super) suppressed_total: u64,
}

impl Governance {
    /// Whether the genesis record has been seen.
    #[must_use]
    pub fn is_founded(&self) -> bool {
        !self.origin.is_empty()
    }

    /// The record that enacted the law in force; 0 until there is another one.
    #[must_use]
    pub const fn law(&self) -> Seq {
        self.law
    }

    /// Digest of the constitution's text, as genesis names it.
    #[must_use]
    pub const fn constitution(&self) -> Digest {
        self.constitution
    }

    /// The environment that the law is written for.
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.rules.environment
    }

    /// From where on an effect warns, defers and denies.
    #[must_use]
    pub const fn thresholds(&self) -> &Thresholds {
        &self.rules.thresholds
    }

    /// The effect of a kind of command; `None` means that it is denied.
    #[must_use]
    pub fn effect(&self, kind: Kind) -> Option<Effect> {
        self.rules.effects.get(&kind).copied()
    }

    /// All effects, by kind.
    pub fn effects(&self) -> impl Iterator<Item = (Kind, Effect)> {
        self.rules.effects.iter().map(|(kind, effect)| (*kind, *effect))
    }

    /// The public key of an operator.
    #[must_use]
    pub fn operator_key(&self, operator: OperatorId) -> Option<Digest> {
        self.operators.get(&operator).copied()
    }

    /// All operators with their public keys.
    pub fn operators(&self) -> impl Iterator<Item = (OperatorId, Digest)> {
        self.operators.iter().map(|(operator, key)| (*operator, *key))
    }

    /// Who the log belongs to; empty before genesis.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The entropy of the genesis record.
    #[must_use]
    pub const fn entropy(&self) -> Digest {
        self.entropy
    }

    /// Refusals of the last minute that had any.
    #[must_use]
    pub const fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Refusals recorded for a spawn tree in the minute that a time falls into.
    #[must_use]
    pub fn refusals_in_minute(&self, root: Actor, now: Time) -> u32 {
        if self.refusals.minute != now.unix_minute() {
            return 0;
        }
        self.refusals.counts.get(&root).copied().unwrap_or_default()
    }

    /// Refusals that were counted instead of recorded, since the log began.
    #[must_use]
    pub const fn suppressed_total(&self) -> u64 {
        self.suppressed_total
    }

    /// Takes over what genesis says; a constitution that is missing, unreadable or not the one named leaves everything denied.
    pub(super) fn found(&mut self, record: &Record, genesis: &LogGenesis) {
        let text = record
            .constitution
            .as_deref()
            .filter(|text| Constitution::digest(text) == genesis.constitution);
        self.rules = text.and_then(|text| Constitution::parse(text).ok()).unwrap_or_default();
        self.law = record.seq;
        self.constitution = genesis.constitution;
        self.operators.insert(OperatorId::FIRST, genesis.operator_key);
        self.origin.clone_from(&genesis.origin);
        self.entropy = genesis.entropy;
    }

    pub(super) fn refused(&mut self, root: Actor, now: Time) {
        if self.refusals.minute != now.unix_minute() {
            self.refusals = Refusals { minute: now.unix_minute(), counts: OrdMap::new() };
        }
        let count = self.refusals.counts.entry(root).or_default();
        *count = count.saturating_add(1);
    }

    pub(super) fn suppressed(&mut self, event: &GovernanceSuppressed) {
        self.suppressed_total = self.suppressed_total.saturating_add(event.count);
    }
}
