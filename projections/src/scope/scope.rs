//! A scope: an action with an object that fits it.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::fmt;
use std::str::FromStr;

use super::{Action, Object, ProcessPattern};
use crate::Error;
use crate::id::excerpt;

/// An action with an object that fits it.
///
/// Displayed and parsed as `ACTION:OBJECT`: `send:analyst`, `send:3` (a pid), `publish:survey/#`, `put:/apps/demo`,
/// `read:/srv/data` (a path of the machine), `spawn:*`, `link:*`, `*:*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    action: Action,
    object: Object,
}

impl Scope {
    /// Joins an action and an object.
    ///
    /// # Errors
    ///
    /// `Error::BadScope` when the object does not fit the action.
    pub fn new(action: Action, object: Object) -> Result<Self, Error> {
        let scope = Self { action, object };
        if scope.fits() {
            Ok(scope)
        } else {
            Err(Error::BadScope {
                text: excerpt(&scope.to_string()),
                reason: "the object does not fit the action",
            })
        }
    }

    /// The right to everything.
    #[must_use]
    pub const fn everything() -> Self {
        Self { action: Action::Any, object: Object::Any }
    }

    /// What may be done.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// To what it may be done.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// Whether everything that the other scope allows is allowed by this one.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.action.covers(other.action) && self.object.covers(&other.object)
    }

    fn fits(&self) -> bool {
        match (self.action, &self.object) {
            (Action::Any | Action::Operate | Action::Observe | Action::Redact, object) => {
                *object == Object::Any
            }
            (Action::Link, object) => *object == Object::Graph,
            (Action::Spawn, object) => {
                matches!(object, Object::Any | Object::Process(ProcessPattern::Name(_)))
            }
            (Action::Stop | Action::Send, object) => {
                matches!(object, Object::Any | Object::Process(_))
            }
            (Action::Subscribe | Action::Publish, object) => {
                matches!(object, Object::Any | Object::Topics(_))
            }
            (Action::Put | Action::Remove, object) => {
                matches!(object, Object::Any | Object::Paths(_))
            }
            (Action::Read | Action::Write, object) => {
                matches!(object, Object::Any | Object::Files(_))
            }
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.action, self.object)
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((action, object)) = text.split_once(':') else {
            return Err(Error::BadScope { text: excerpt(text), reason: "expected ACTION:OBJECT" });
        };
        let action = action.parse()?;
        Self::new(action, parse_object(action, object)?)
    }
}

fn parse_object(action: Action, text: &str) -> Result<Object, Error> {
    if text == "*" {
        return Ok(if action == Action::Link { Object::Graph } else { Object::Any });
    }
    match action {
        Action::Any | Action::Operate | Action::Observe | Action::Redact | Action::Link => {
            Err(Error::BadScope { text: excerpt(text), reason: "this action takes only '*'" })
        }
        Action::Spawn | Action::Stop | Action::Send
            if text.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Ok(Object::Process(ProcessPattern::Pid(text.parse()?)))
        }
        Action::Spawn | Action::Stop | Action::Send => {
            Ok(Object::Process(ProcessPattern::Name(text.parse()?)))
        }
        Action::Subscribe | Action::Publish => Ok(Object::Topics(text.parse()?)),
        Action::Put | Action::Remove => Ok(Object::Paths(text.parse()?)),
        Action::Read | Action::Write => Ok(Object::Files(text.parse()?)),
    }
}

impl<C> Encode<C> for Scope {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?;
        self.action.encode(e, ctx)?;
        self.object.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Scope {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a scope is an array of two"));
        }
        let (action, object) = (Action::decode(d, ctx)?, Object::decode(d, ctx)?);
        Self::new(action, object).map_err(decode::Error::message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn texts_of_the_grammar() {
        for text in [
            "send:analyst",
            "send:3",
            "publish:survey/#",
            "subscribe:survey/+",
            "put:/apps/demo",
            "remove:/",
            "spawn:*",
            "spawn:analyst",
            "stop:7",
            "link:*",
            "operate:*",
            "*:*",
            "publish:*",
            "read:/srv/data",
            "read:/",
            "write:/srv/data/out.csv",
            "write:*",
            "observe:*",
        ] {
            assert_eq!(scope(text).to_string(), text);
        }
    }

    #[test]
    fn texts_outside_the_grammar() {
        for text in [
            "",
            "send",
            "send:",
            "send:Analyst",
            "send:0",
            "spawn:3",
            "link:a",
            "*:a",
            "operate:/",
            "put:a",
            "publish:a b",
            "fly:*",
            "publish:survey/#/x",
            "read:",
            "read:data",
            "read:/srv/../etc",
            "write:/srv/",
            "observe:a",
            "observe:3",
            "observe:/",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }

    #[test]
    fn covering_by_example() {
        let check = |outer: &str, inner: &str, expected: bool| {
            assert_eq!(scope(outer).covers(&scope(inner)), expected, "{outer} {inner}");
        };
        check("*:*", "operate:*", true);
        check("*:*", "link:*", true);
        check("send:*", "send:3", true);
        check("send:analyst", "send:3", false);
        check("send:*", "stop:3", false);
        check("put:/apps", "put:/apps/demo", true);
        check("put:/apps", "put:/appsx", false);
        check("publish:survey/#", "publish:survey/done", true);
        check("publish:survey/done", "publish:survey/#", false);
        check("link:*", "*:*", false);
        check("read:/srv", "read:/srv/data", true);
        check("read:*", "read:/", true);
        check("read:/", "read:*", false);
        check("read:/srv/data", "read:/srv", false);
        check("read:/srv", "read:/srvx", false);
        check("write:/srv", "read:/srv", false);
        check("put:/", "write:/srv", false);
        check("*:*", "write:/srv", true);
        check("*:*", "observe:*", true);
        check("observe:*", "read:/srv", false);
    }

    proptest! {
        #[test]
        fn text_and_bytes_round_trip(scope in crate::testing::scope()) {
            prop_assert_eq!(scope.to_string().parse::<Scope>().unwrap(), scope.clone());
            let bytes = minicbor::to_vec(&scope).unwrap();
            prop_assert_eq!(decode::<Scope>(&bytes).unwrap(), scope);
        }

        #[test]
        fn covering_is_reflexive_and_transitive(
            a in crate::testing::scope(), b in crate::testing::scope(), c in crate::testing::scope()
        ) {
            prop_assert!(a.covers(&a));
            if a.covers(&b) && b.covers(&c) {
                prop_assert!(a.covers(&c));
            }
        }

        /// What covers another right covers everything below it: handing on never widens.
        #[test]
        fn a_right_to_files_covers_what_lies_below(
            outer in crate::testing::file_path(), below in "(/[ab]{1,2}){1,3}", inner in crate::testing::file_path()
        ) {
            let read = |path: &str| scope(&format!("read:{path}"));
            let deeper = format!("{}{below}", outer.trim_end_matches('/'));
            prop_assert!(read(&outer).covers(&read(&deeper)));
            prop_assert!(!read(&deeper).covers(&read(&outer)));
            let both_ways = read(&outer).covers(&read(&inner)) && read(&inner).covers(&read(&outer));
            prop_assert_eq!(both_ways, outer == inner);
            let write = scope(&format!("write:{inner}"));
            prop_assert!(!read(&outer).covers(&write));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,40}") {
            if let Ok(scope) = text.parse::<Scope>() {
                prop_assert_eq!(scope.to_string(), text);
            }
        }
    }
}
