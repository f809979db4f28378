//! What the gate can find, in words.

use weft_projections::Verdict::{self, Defer, Deny, Permit, Warn};

/// One finding in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingEntry {
    /// The number that stands for it in the log; never reused.
    pub tag: u16,
    /// Its stable string code.
    pub code: &'static str,
    /// What it alone can rule, ascending.
    pub verdicts: &'static [Verdict],
    /// What follows the tag, in order.
    pub values: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
}

/// Every finding in words, ascending by tag.
#[must_use]
pub const fn findings() -> &'static [FindingEntry] {
    ENTRIES
}

const ENTRIES: &[FindingEntry] = &[
    entry(
        0,
        "capability_held",
        &[Permit],
        &["grant"],
        "the actor holds this live grant of a right to the action",
    ),
    entry(
        1,
        "capability_missing",
        &[Deny],
        &["scope"],
        "the actor holds no live grant of this right",
    ),
    entry(2, "kernel_only", &[Deny], &[], "the kernel alone reports this"),
    entry(
        3,
        "kernel_duty",
        &[Permit],
        &[],
        "the kernel reports what it did; no right is needed and no effect is weighed",
    ),
    entry(4, "beyond_kernel", &[Deny], &[], "the kernel asked for what is not its to ask for"),
    entry(5, "owner", &[Permit], &[], "the action touches only what belongs to the actor itself"),
    entry(6, "not_a_process", &[Deny], &[], "only a process has an inbox and subscriptions"),
    entry(7, "actor_gone", &[Deny], &["pid"], "the acting process is not live"),
    entry(8, "actor_unknown", &[Deny], &["actor"], "the law knows no such operator or node"),
    entry(9, "unauthenticated", &[Deny], &[], "nobody vouches for the caller"),
    entry(10, "unrecognised", &[Deny], &[], "nobody knows this request"),
    entry(11, "unknown_action", &[Deny], &["kind"], "the law has no effect line for this kind"),
    entry(
        12,
        "effect_over",
        &[Warn, Defer, Deny],
        &["dimension", "level", "value", "threshold"],
        "the effect reaches a threshold in one dimension; the level is the verdict",
    ),
    entry(
        13,
        "delegation_missing",
        &[Deny],
        &["index"],
        "a right to hand to the child, by its place in the request, is not the spawner's to give",
    ),
    entry(
        14,
        "not_granter",
        &[Deny],
        &["grant"],
        "the grant to be revoked does not descend from one that the actor holds",
    ),
    entry(15, "no_law", &[Deny], &[], "there is no law before the genesis record"),
    entry(16, "genesis_again", &[Deny], &[], "the log has its genesis record already"),
    entry(
        17,
        "operator_only",
        &[Deny],
        &[],
        "only an operator may ask for this, whatever rights another actor holds",
    ),
];

const fn entry(
    tag: u16,
    code: &'static str,
    verdicts: &'static [Verdict],
    values: &'static [&'static str],
    meaning: &'static str,
) -> FindingEntry {
    FindingEntry { tag, code, verdicts, values, meaning }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, testing};

    #[test]
    fn every_finding_is_listed_as_the_code_has_it() {
        let findings = testing::findings();
        assert_eq!(ENTRIES.len(), findings.len());
        for (entry, finding) in ENTRIES.iter().zip(findings) {
            let bytes = minicbor::to_vec(&finding).unwrap();
            let mut decoder = minicbor::Decoder::new(&bytes);
            let len = decoder.array().unwrap().unwrap();
            assert_eq!(decoder.u16().unwrap(), entry.tag, "{finding:?}");
            assert_eq!(len, 1 + entry.values.len() as u64, "{finding:?}");
            assert_eq!(finding.code(), entry.code);
            assert_eq!(verdicts(&finding), entry.verdicts, "{finding:?}");
        }
    }

    /// What a finding of this kind can rule: one thing, unless it says so itself.
    fn verdicts(finding: &Finding) -> Vec<Verdict> {
        let Finding::EffectOver { dimension, value, threshold, .. } = *finding else {
            return vec![finding.verdict()];
        };
        let at = |level| Finding::EffectOver { dimension, level, value, threshold };
        [Warn, Defer, Deny].map(|level| at(level).verdict()).to_vec()
    }
}
