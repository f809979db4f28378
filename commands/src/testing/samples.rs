//! One command of every kind with every argument filled, for the golden files, and one of every finding.

use weft_projections::{
    DEFAULT_CONSTITUTION, Digest, Dimension, Kind, Seq, Verdict,
    events::{Outcome, Relation, Restart},
};

use super::make;
use crate::{
    Command, Finding,
    requests::log::{Fork, Genesis},
};

/// The samples, ascending by kind. Never changed: golden files pin their bytes.
pub(crate) fn samples() -> Vec<Command> {
    let fork = Fork { log_id: Digest([4; 32]), seq: Seq(7), link: Digest([5; 32]) };
    let constitution = "constitution 1\n".to_owned();
    let genesis = Genesis { constitution, fork: Some(fork), ..make::genesis(DEFAULT_CONSTITUTION) };
    let can = ["send:reporter", "publish:survey/# delegable", "put:/apps/demo until 4294967296"];
    vec![
        make::unrecognised("agent.fly"),
        Command::Genesis(genesis),
        make::redact(4120),
        make::rotate_key(7),
        make::snapshot(70_000),
        make::boot(),
        make::shutdown(),
        make::suppressed(12),
        make::spawn_native("analyst", Restart::OnFailure, &can),
        make::started_with_token(3, 1, 7),
        make::exited(3, 2, Outcome::Code(137)),
        make::stop("analyst"),
        make::send("3"),
        make::ack(4120),
        make::subscribe("survey/+"),
        make::unsubscribe("survey/#"),
        make::publish("survey/done"),
        make::put("/docs/readme", &["digest", "size"]),
        make::remove_all("/docs"),
        make::link("record:7", Relation::EvidenceFor, "named:hypothesis-a", 750),
        make::grant(make::process(3), "remove:/apps/demo delegable until 4294967296"),
        make::revoke(12, 1),
    ]
}

/// One of every finding, ascending by tag. Never changed: a test pins their bytes.
pub(crate) fn findings() -> Vec<Finding> {
    let over = Finding::EffectOver {
        dimension: Dimension::Novelty,
        level: Verdict::Defer,
        value: 850,
        threshold: 800,
    };
    vec![
        Finding::CapabilityHeld { grant: make::grant_id(12, 1) },
        Finding::CapabilityMissing { scope: make::right("send:a").scope },
        Finding::KernelOnly,
        Finding::KernelDuty,
        Finding::BeyondKernel,
        Finding::Owner,
        Finding::NotAProcess,
        Finding::ActorGone { pid: make::pid(3) },
        Finding::ActorUnknown { actor: make::node(1) },
        Finding::Unauthenticated,
        Finding::Unrecognised,
        Finding::UnknownAction { kind: Kind::IPC_SEND },
        over,
        Finding::DelegationMissing { index: 7 },
        Finding::NotGranter { grant: make::grant_id(12, 1) },
        Finding::NoLaw,
        Finding::GenesisAgain,
        Finding::OperatorOnly,
    ]
}
