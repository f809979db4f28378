//! The parameters of commands, as they are sent.

use super::text::Text;
use super::words::{Holder, Moment, OutcomeWord, RestartWord};
use crate::api::json::Effect;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use weft_commands::{CommandId, Target};
use weft_projections::events::{NodeRef, Relation};
use weft_projections::{
    Actor, Digest, Generation, GrantId, MetaKey, Name, Pid, Reason, ResourceKind, Scope, Topic,
    TopicFilter, TreePath,
};

/// Parameters of commands: each takes those of all commands beside its own, and no others.
macro_rules! forms {
    ($($(#[$attribute:meta])* $name:ident { $($(#[$field_attribute:meta])* $field:ident: $form:ty,)* })+) => {
        $(
            $(#[$attribute])*
            #[derive(Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $name<'a> {
                $($(#[$field_attribute])* pub(super) $field: $form,)*
                command_id: Option<Text<CommandId>>,
                cause: Option<u64>,
                #[serde(default)]
                dry_run: bool,
                effect_raise: Option<Effect>,
                #[serde(skip)]
                lifetime: std::marker::PhantomData<&'a ()>,
            }

            impl $name<'_> {
                pub(super) fn common(&self) -> Common {
                    Common {
                        id: self.command_id.as_ref().map(|Text(id)| *id),
                        cause: self.cause,
                        dry_run: self.dry_run,
                        raise: self.effect_raise,
                    }
                }
            }
        )+
    };
}

/// What every command takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    pub(super) id: Option<CommandId>,
    pub(super) cause: Option<u64>,
    pub(super) dry_run: bool,
    pub(super) raise: Option<Effect>,
}

forms! {
    Nothing {}
    Redact { seq: u64, reason: Text<Reason>, }
    RotateKey { new_key: Text<Digest>, }
    Snapshot { seq: u64, state_version: u32, root: Text<Digest>, }
    Boot { gate_version: u32, state_version: u32, }
    Suppressed { tree: Text<Actor>, count: u64, minute: u64, }
    Spawn {
        name: Text<Name>,
        restart: Option<Text<RestartWord>>,
        #[serde(default)]
        can: Vec<Right>,
        argv: Option<Vec<String>>,
        env: Option<BTreeMap<String, String>>,
        cwd: Option<String>,
    }
    Started { pid: Text<Pid>, generation: Text<Generation>, token: Option<Text<Digest>>, }
    Exited { pid: Text<Pid>, generation: Text<Generation>, outcome: Text<OutcomeWord>, }
    Stop { target: Text<Target>, }
    Send {
        to: Text<Target>,
        #[serde(borrow)]
        body: Option<Cow<'a, str>>,
        #[serde(borrow)]
        body_base64: Option<Cow<'a, str>>,
    }
    Ack { message: u64, }
    Filter { filter: Text<TopicFilter>, }
    Publish {
        topic: Text<Topic>,
        #[serde(borrow)]
        body: Option<Cow<'a, str>>,
        #[serde(borrow)]
        body_base64: Option<Cow<'a, str>>,
    }
    Put {
        path: Text<TreePath>,
        kind: Option<Text<ResourceKind>>,
        #[serde(default)]
        meta: BTreeMap<Key, String>,
    }
    Remove {
        path: Text<TreePath>,
        #[serde(default)]
        recursive: bool,
    }
    Link {
        from: Text<NodeRef>,
        to: Text<NodeRef>,
        relation: Text<Relation>,
        weight: u16,
    }
    Grant {
        holder: Text<Holder>,
        scope: Text<Scope>,
        #[serde(default)]
        delegable: bool,
        expires: Option<Text<Moment>>,
    }
    Revoke { grant: Text<GrantId>, }
}

/// A right in a list: `ACTION:OBJECT`, or the same with what else there is to say.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Right {
    Plain(Text<Scope>),
    Whole(WholeRight),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeRight {
    pub(super) scope: Text<Scope>,
    #[serde(default)]
    pub(super) delegable: bool,
    pub(super) expires: Option<Text<Moment>>,
}

/// A key of metadata.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(pub(super) MetaKey);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        Text::deserialize(deserializer).map(|Text(key)| Key(key))
    }
}
