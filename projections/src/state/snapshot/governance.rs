//! The law in force, and who ran into it.

use imbl::OrdMap;
use rkyv::{Archive, Archived, Serialize};

use super::Error;
use super::check::{Ascending, ensure};
use super::parts::{actor, number, numbered};
use crate::effect::DIMENSIONS;
use crate::events::LogGenesis;
use crate::state::{Governance, Refusals};
use crate::{Actor, Constitution, Digest, Effect, Kind, Levels, OperatorId, Seq, Thresholds, Time};

#[derive(Archive, Serialize)]
pub(super) struct StoredGovernance {
    law: u64,
    constitution: [u8; 32],
    environment: u8,
    /// Warn, defer, deny.
    thresholds: [[u16; DIMENSIONS]; 3],
    effects: Vec<StoredEffect>,
    operators: Vec<StoredOperator>,
    origin: String,
    entropy: [u8; 32],
    minute: u64,
    refusals: Vec<StoredRefusals>,
    suppressed_total: u64,
}

#[derive(Archive, Serialize)]
struct StoredEffect {
    kind: u16,
    effect: [u16; DIMENSIONS],
}

#[derive(Archive, Serialize)]
struct StoredOperator {
    operator: u64,
    key: [u8; 32],
}

#[derive(Archive, Serialize)]
struct StoredRefusals {
    root: u64,
    count: u32,
}

impl StoredGovernance {
    pub(super) fn of(governance: &Governance) -> Self {
        let Governance {
            law,
            constitution,
            rules: Constitution { environment, thresholds, effects },
            operators,
            origin,
            entropy,
            refusals: Refusals { minute, counts },
            suppressed_total,
        } = governance;
        let Thresholds { warn, defer, deny } = thresholds;
        let effect = |(kind, effect): (&Kind, &Effect)| StoredEffect {
            kind: kind.0,
            effect: effect.to_array(),
        };
        let operator = |(operator, key): (&OperatorId, &Digest)| StoredOperator {
            operator: operator.get(),
            key: key.0,
        };
        let refused =
            |(root, count): (&Actor, &u32)| StoredRefusals { root: root.to_u64(), count: *count };
        Self {
            law: law.0,
            constitution: constitution.0,
            environment: number(*environment),
            thresholds: [*warn, *defer, *deny].map(Levels::to_array),
            effects: effects.iter().map(effect).collect(),
            operators: operators.iter().map(operator).collect(),
            origin: origin.clone(),
            entropy: entropy.0,
            minute: *minute,
            refusals: counts.iter().map(refused).collect(),
            suppressed_total: *suppressed_total,
        }
    }
}

impl ArchivedStoredGovernance {
    pub(super) fn restore(&self) -> Result<Governance, Error> {
        let Self {
            law,
            constitution,
            environment,
            thresholds: [warn, defer, deny],
            effects,
            operators,
            origin,
            entropy,
            minute,
            refusals,
            suppressed_total,
        } = self;
        let thresholds =
            Thresholds { warn: levels(warn)?, defer: levels(defer)?, deny: levels(deny)? };
        let governance = Governance {
            law: Seq(law.to_native()),
            constitution: Digest(*constitution),
            rules: Constitution {
                environment: numbered("environment", *environment)?,
                thresholds,
                effects: effects_of(effects)?,
            },
            operators: operators_of(operators)?,
            origin: origin.as_str().to_owned(),
            entropy: Digest(*entropy),
            refusals: refusals_of(minute.to_native(), refusals)?,
            suppressed_total: suppressed_total.to_native(),
        };
        check_founding(&governance).map(|()| governance)
    }
}

/// Before genesis there is no law; with it comes the first operator.
fn check_founding(governance: &Governance) -> Result<(), Error> {
    if governance.is_founded() {
        let (origin, operators) = (&governance.origin, &governance.operators);
        ensure(LogGenesis::is_origin(origin), "origin", "not the origin of a log")?;
        return ensure(operators.contains_key(&OperatorId::FIRST), "operators", "no first one");
    }
    let Governance {
        law,
        constitution,
        rules,
        operators,
        origin: _,
        entropy,
        refusals: _,
        suppressed_total: _,
    } = governance;
    let is_blank = *law == Seq::default()
        && [*constitution, *entropy] == [Digest::default(); 2]
        && *rules == Constitution::default()
        && operators.is_empty();
    ensure(is_blank, "governance", "a law without a genesis")
}

fn levels(values: &[Archived<u16>; DIMENSIONS]) -> Result<Levels, Error> {
    let values = values.map(<Archived<u16>>::to_native);
    Levels::try_from(values).map_err(|error| Error::impossible("threshold", error.to_string()))
}

fn effects_of(effects: &[ArchivedStoredEffect]) -> Result<OrdMap<Kind, Effect>, Error> {
    let mut ascending = Ascending::new("effects");
    let effect = |ArchivedStoredEffect { kind, effect }: &ArchivedStoredEffect| {
        let kind = Kind(kind.to_native());
        ascending.next(&kind)?;
        ensure(kind.name().is_some(), "effect", "of a kind without a name")?;
        let effect = Effect::try_from(effect.map(<Archived<u16>>::to_native))
            .map_err(|error| Error::impossible("effect", error.to_string()))?;
        Ok((kind, effect))
    };
    effects.iter().map(effect).collect()
}

fn operators_of(operators: &[ArchivedStoredOperator]) -> Result<OrdMap<OperatorId, Digest>, Error> {
    let mut ascending = Ascending::new("operators");
    let operator = |ArchivedStoredOperator { operator, key }: &ArchivedStoredOperator| {
        let operator = OperatorId::new(operator.to_native())
            .ok_or_else(|| Error::impossible("operator", "id out of range"))?;
        ascending.next(&operator)?;
        Ok((operator, Digest(*key)))
    };
    operators.iter().map(operator).collect()
}

fn refusals_of(minute: u64, refusals: &[ArchivedStoredRefusals]) -> Result<Refusals, Error> {
    let mut ascending = Ascending::new("refusals");
    let refused = |ArchivedStoredRefusals { root, count }: &ArchivedStoredRefusals| {
        let (root, count) = (actor("refusals", root.to_native())?, count.to_native());
        ascending.next(&root)?;
        ensure(count > 0, "refusals", "a tree without any")?;
        Ok((root, count))
    };
    let counts: OrdMap<Actor, u32> = refusals.iter().map(refused).collect::<Result<_, Error>>()?;
    ensure(minute <= Time(u64::MAX).unix_minute(), "refusals", "a minute out of range")?;
    ensure(minute == 0 || !counts.is_empty(), "refusals", "a minute without any")?;
    Ok(Refusals { minute, counts })
}
