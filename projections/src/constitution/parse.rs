//! The parser of constitutions: one statement a line, one pass, no recovery.

use imbl::OrdMap;

use super::{Constitution, Environment, Error};
use crate::id::{decimal, excerpt};
use crate::limits::CONSTITUTION_BYTES_MAX;
use crate::{Dimension, Effect, Kind, Levels, Thresholds};

/// What has been read so far.
#[derive(Default)]
struct Draft {
    version_seen: bool,
    environment: Option<Environment>,
    warn: Option<Levels>,
    defer: Option<Levels>,
    deny: Option<Levels>,
    effects: OrdMap<Kind, Effect>,
}

pub(super) fn parse(text: &str) -> Result<Constitution, Error> {
    if text.len() > CONSTITUTION_BYTES_MAX {
        return Err(Error {
            line: 1,
            reason: format!("{} bytes are more than {CONSTITUTION_BYTES_MAX}", text.len()),
        });
    }
    let mut draft = Draft::default();
    let mut line = 0;
    for content in text.lines() {
        line += 1;
        let statement = content.split_once('#').map_or(content, |(statement, _)| statement);
        draft.read(statement).map_err(|reason| Error { line, reason })?;
    }
    draft.finish().map_err(|reason| Error { line: line + 1, reason })
}

impl Draft {
    fn read(&mut self, statement: &str) -> Result<(), String> {
        let mut words = statement.split_ascii_whitespace();
        match (words.next(), self.version_seen) {
            (None, _) => Ok(()),
            (Some("constitution"), false) => self.read_version(words),
            (Some(_), false) => Err("'constitution 1' must come first".to_owned()),
            (Some("environment"), true) => self.read_environment(words),
            (Some("threshold"), true) => self.read_threshold(words),
            (Some("effect"), true) => self.read_effect(words),
            (Some("constitution"), true) => Err("'constitution' a second time".to_owned()),
            (Some(word), true) => Err(format!("unknown statement {:?}", excerpt(word))),
        }
    }

    fn read_version<'a>(&mut self, mut words: impl Iterator<Item = &'a str>) -> Result<(), String> {
        match (words.next(), words.next()) {
            (Some("1"), None) => {
                self.version_seen = true;
                Ok(())
            }
            (Some(version), None) => {
                Err(format!("unknown version {:?}: expected 1", excerpt(version)))
            }
            (None | Some(_), _) => Err("expected 'constitution 1'".to_owned()),
        }
    }

    fn read_environment<'a>(
        &mut self,
        mut words: impl Iterator<Item = &'a str>,
    ) -> Result<(), String> {
        let environment = match (words.next(), words.next()) {
            (Some("development"), None) => Environment::Development,
            (Some("staging"), None) => Environment::Staging,
            (Some("production"), None) => Environment::Production,
            (None | Some(_), _) => {
                return Err("expected one of development, staging, production".to_owned());
            }
        };
        set_once(&mut self.environment, environment, "environment")
    }

    fn read_threshold<'a>(
        &mut self,
        mut words: impl Iterator<Item = &'a str>,
    ) -> Result<(), String> {
        let (slot, name) = match words.next() {
            Some("warn") => (&mut self.warn, "threshold warn"),
            Some("defer") => (&mut self.defer, "threshold defer"),
            Some("deny") => (&mut self.deny, "threshold deny"),
            Some(_) | None => return Err("expected one of warn, defer, deny".to_owned()),
        };
        let values = read_values(words, Levels::MAX)?;
        let mut levels = Levels::uniform(0);
        for (dimension, value) in Dimension::ALL.into_iter().zip(values) {
            let value = value.ok_or_else(|| format!("{name} leaves out {dimension}"))?;
            levels = levels.with(dimension, value).map_err(|e| e.to_string())?;
        }
        set_once(slot, levels, name)
    }

    fn read_effect<'a>(&mut self, mut words: impl Iterator<Item = &'a str>) -> Result<(), String> {
        let name = words.next().ok_or("expected the name of an action")?;
        let kind =
            Kind::from_name(name).ok_or_else(|| format!("unknown action {:?}", excerpt(name)))?;
        let values = read_values(words, Effect::MAX)?.map(Option::unwrap_or_default);
        let effect = Effect::try_from(values).map_err(|e| e.to_string())?;
        match self.effects.insert(kind, effect) {
            None => Ok(()),
            Some(_) => Err(format!("effect of {kind} a second time")),
        }
    }

    fn finish(self) -> Result<Constitution, String> {
        if !self.version_seen {
            return Err("'constitution 1' is missing".to_owned());
        }
        let missing = |what: &str| format!("{what} is missing");
        let thresholds = Thresholds {
            warn: self.warn.ok_or_else(|| missing("threshold warn"))?,
            defer: self.defer.ok_or_else(|| missing("threshold defer"))?,
            deny: self.deny.ok_or_else(|| missing("threshold deny"))?,
        };
        let environment = self.environment.ok_or_else(|| missing("environment"))?;
        Ok(Constitution { environment, thresholds, effects: self.effects })
    }
}

/// Reads `dimension=value` pairs in any order; a dimension that is not named stays `None`.
fn read_values<'a>(
    words: impl Iterator<Item = &'a str>,
    max: u16,
) -> Result<[Option<u16>; 5], String> {
    let mut values = [None; 5];
    for word in words {
        let pair = word
            .split_once('=')
            .ok_or_else(|| format!("expected dimension=value, found {:?}", excerpt(word)))?;
        let dimension: Dimension = pair.0.parse().map_err(|e: crate::Error| e.to_string())?;
        let value = decimal(pair.1)
            .and_then(|value| u16::try_from(value).ok())
            .filter(|value| *value <= max);
        let value = value
            .ok_or_else(|| format!("{dimension} takes 0 to {max}, found {:?}", excerpt(pair.1)))?;
        let slot =
            Dimension::ALL.iter().zip(&mut values).find(|(candidate, _)| **candidate == dimension);
        if let Some((_, slot)) = slot {
            set_once(slot, value, dimension.name())?;
        }
    }
    Ok(values)
}

fn set_once<T>(slot: &mut Option<T>, value: T, name: &str) -> Result<(), String> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{name} a second time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_CONSTITUTION;
    use proptest::prelude::*;

    const SMALLEST: &str = "constitution 1
environment staging
threshold warn risk=1 fairness=2 privacy=3 novelty=4 security=5
threshold defer risk=1001 fairness=0 privacy=0 novelty=0 security=0 # never by risk
threshold deny security=5 novelty=4 privacy=3 fairness=2 risk=1";

    #[test]
    fn statements_are_read() {
        let read = parse(&format!(
            "# law\n\n{SMALLEST}\neffect tree.put privacy=7 risk=1000\n\teffect ipc.ack\r\n"
        ))
        .unwrap();
        assert_eq!(read.environment, Environment::Staging);
        assert_eq!(read.thresholds.warn.to_array(), [1, 2, 3, 4, 5]);
        assert_eq!(read.thresholds.defer.to_array(), [1_001, 0, 0, 0, 0]);
        assert_eq!(read.thresholds.deny, read.thresholds.warn);
        let effects: Vec<_> =
            read.effects.iter().map(|(kind, effect)| (*kind, effect.to_array())).collect();
        assert_eq!(effects, [(Kind::IPC_ACK, [0; 5]), (Kind::TREE_PUT, [1_000, 0, 7, 0, 0])]);
    }

    #[test]
    fn errors_name_the_line_and_what_is_wrong() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                parse(text).unwrap_err().to_string(),
                format!("constitution, line {expected}")
            );
        };
        let after = |line: &str, expected: &str| {
            check(&format!("{SMALLEST}\n{line}"), &format!("6: {expected}"));
        };
        check("", "1: 'constitution 1' is missing");
        check("# a\nenvironment staging", "2: 'constitution 1' must come first");
        check("constitution 2", r#"1: unknown version "2": expected 1"#);
        check("constitution 1 2", "1: expected 'constitution 1'");
        check("constitution 1", "2: threshold warn is missing");
        check(&SMALLEST.replace("environment staging", ""), "6: environment is missing");
        check(
            &SMALLEST.replace("staging", "moon"),
            "2: expected one of development, staging, production",
        );
        check(&SMALLEST.replace("warn risk=1", "warn"), "3: threshold warn leaves out risk");
        check(
            &SMALLEST.replace("risk=1001", "risk=1002"),
            r#"4: risk takes 0 to 1001, found "1002""#,
        );
        after("constitution 1", "'constitution' a second time");
        after("environment staging", "environment a second time");
        after(
            "threshold warn risk=1 fairness=2 privacy=3 novelty=4 security=5",
            "threshold warn a second time",
        );
        after("threshold maybe", "expected one of warn, defer, deny");
        after("effect", "expected the name of an action");
        after("effect process.fork", r#"unknown action "process.fork""#);
        after("effect tree.put risk=1001", r#"risk takes 0 to 1000, found "1001""#);
        after("effect tree.put risk=-1", r#"risk takes 0 to 1000, found "-1""#);
        after("effect tree.put risk=01", r#"risk takes 0 to 1000, found "01""#);
        after("effect tree.put risk", r#"expected dimension=value, found "risk""#);
        after("effect tree.put joy=1", r#"no dimension: "joy""#);
        after("effect tree.put risk=1 risk=2", "risk a second time");
        check(
            &format!("{SMALLEST}\neffect tree.put\neffect tree.put"),
            "7: effect of tree.put a second time",
        );
        after("law 1", r#"unknown statement "law""#);
        check(&"#".repeat(CONSTITUTION_BYTES_MAX + 1), "1: 49153 bytes are more than 49152");
    }

    #[test]
    fn the_default_constitution_says_something_about_every_kind_that_an_actor_can_ask_for() {
        let read = parse(DEFAULT_CONSTITUTION).unwrap();
        assert_eq!(read.environment, Environment::Development);
        let not_asked_for = [
            Kind::UNRECOGNISED,
            Kind::LOG_GENESIS,
            Kind::KERNEL_SNAPSHOT,
            Kind::KERNEL_BOOT,
            Kind::GOVERNANCE_SUPPRESSED,
            Kind::PROCESS_STARTED,
            Kind::PROCESS_EXITED,
        ];
        for kind in Kind::ALL {
            assert_eq!(read.effects.contains_key(kind), !not_asked_for.contains(kind), "{kind}");
        }
        let levels = [read.thresholds.warn, read.thresholds.defer, read.thresholds.deny];
        assert_eq!(levels, [600, 800, 900].map(Levels::uniform));
        let highest = read.effects.values().flat_map(|effect| effect.to_array()).max();
        assert!(highest < Some(600), "nothing is held up unless its caller raises the effect");
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "(constitution 1\n)?((effect|threshold|warn|risk=|tree.put|[0-9]|#|=| |\n|.){0,6}){0,20}") {
            let lines = text.lines().count();
            if let Err(Error { line, .. }) = parse(&text) {
                prop_assert!((1..=lines + 1).contains(&(line as usize)));
            }
        }
    }
}
