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
