//! A command as a verb asks for it: for a kernel as a method with parameters, for a node's files as it is.

use crate::error::Error;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use weft_commands::requests::capability::Grant;
use weft_commands::{Command, Program};
use weft_projections::{Actor, MetaKey, Name, Scope, State, Time};
use weft_runtime::api::json::time::rfc3339;
use weft_runtime::api::json::{self, metadata};

/// A command with what goes with it.
pub(crate) struct Asked {
    wish: Wish,
    content: Content,
}

enum Wish {
    Whole(Command),
    /// A grant to whoever has a name when it is ruled on.
    Grant(NamedGrant),
}

/// A grant to whoever has a name when it is ruled on.
pub(crate) struct NamedGrant {
    pub(crate) holder: Name,
    pub(crate) scope: Scope,
    pub(crate) delegable: bool,
    pub(crate) expires: Option<Time>,
}

/// What a command's payload holds.
enum Content {
    None,
    Metadata(BTreeMap<MetaKey, String>),
    Body(Vec<u8>),
    Program(Program),
}

impl From<Command> for Asked {
    fn from(command: Command) -> Asked {
        Asked { wish: Wish::Whole(command), content: Content::None }
    }
}

impl From<NamedGrant> for Asked {
    fn from(grant: NamedGrant) -> Asked {
        Asked { wish: Wish::Grant(grant), content: Content::None }
    }
}

impl Asked {
    pub(crate) fn with_metadata(self, values: BTreeMap<MetaKey, String>) -> Asked {
        Asked { content: Content::Metadata(values), ..self }
    }

    pub(crate) fn with_body(self, body: Vec<u8>) -> Asked {
        Asked { content: Content::Body(body), ..self }
    }

    pub(crate) fn with_program(self, program: Program) -> Asked {
        Asked { content: Content::Program(program), ..self }
    }

    /// The method that a kernel is asked for.
    pub(crate) fn method(&self) -> &'static str {
        match &self.wish {
            Wish::Whole(command) => command.name(),
            Wish::Grant(_) => "capability.grant",
        }
    }

    /// Its parameters (docs/api.md).
    pub(crate) fn params(&self) -> Map<String, Value> {
        let mut params = match self.arguments() {
            Value::Object(params) => params,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        let mut put = |name: &str, value: Value| params.insert(name.to_owned(), value);
        match &self.content {
            Content::None => {}
            Content::Metadata(values) => {
                let values = values.iter().map(|(key, value)| (key.as_str(), value));
                put("meta", json!(values.collect::<BTreeMap<_, _>>()));
            }
            Content::Body(bytes) => {
                let (text, base64) = json::text_or_base64(bytes);
                text.map(|text| put("body", json!(text)));
                base64.map(|base64| put("body_base64", json!(base64)));
            }
            Content::Program(Program { argv, env, cwd }) => {
                put("argv", json!(argv));
                put("env", json!(env));
                put("cwd", json!(cwd));
            }
        }
        // The kernel makes these out of the rest.
        params.remove("meta_keys");
        params.remove("backend");
        params
    }

    /// A record shows a command's arguments under the names that the parameters have.
    fn arguments(&self) -> Value {
        match &self.wish {
            Wish::Whole(command) => {
                serde_json::to_value(json::Request::new(command, None)).unwrap_or_default()
            }
            Wish::Grant(NamedGrant { holder, scope, delegable, expires }) => json!({
                "holder": holder.as_str(),
                "scope": scope.to_string(),
                "delegable": delegable,
                "expires": expires.map(rfc3339),
            }),
        }
    }

    /// The command on `state`, with its payload.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has the name, [`Error::Usage`] for a program that is none.
    pub(crate) fn settle(self, state: &State) -> Result<(Command, Option<Vec<u8>>), Error> {
        let payload = match self.content {
            Content::None => None,
            Content::Metadata(values) => metadata::encode(&values),
            Content::Body(body) => Some(body).filter(|body| !body.is_empty()),
            Content::Program(program) => {
                Some(program.encode().map_err(|error| Error::Usage(error.to_string()))?)
            }
        };
        let command = match self.wish {
            Wish::Whole(command) => command,
            Wish::Grant(grant) => Command::Grant(grant.settle(state)?),
        };
        Ok((command, payload))
    }
}

impl NamedGrant {
    /// A grant names its holder for good, so the name is looked up before; the decider judges the rest.
    fn settle(self, state: &State) -> Result<Grant, Error> {
        let NamedGrant { holder, scope, delegable, expires } = self;
        let Some(row) = state.process_table.live_by_name(&holder) else {
            let what = format!("live process {holder}");
            return Err(Error::NotFound { what, look: "weft ps", at: None });
        };
        Ok(Grant { holder: Actor::Process(row.pid), scope, delegable, expires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weft_commands::requests::{ipc, tree};

    fn check(asked: &Asked, method: &str, params: &Value) {
        assert_eq!((asked.method(), &Value::Object(asked.params())), (method, params));
    }

    #[test]
    fn parameters_have_the_names_of_arguments() {
        let put = tree::Put {
            path: "/a".parse().unwrap(),
            kind: "file".parse().unwrap(),
            meta_keys: vec!["k".parse().unwrap()],
        };
        let values = BTreeMap::from([("k".parse().unwrap(), "v".to_owned())]);
        let asked = Asked::from(Command::Put(put)).with_metadata(values);
        check(&asked, "tree.put", &json!({"path": "/a", "kind": "file", "meta": {"k": "v"}}));
        let send = || Asked::from(Command::Send(ipc::Send { to: "b".parse().unwrap() }));
        let text = send().with_body(b"x".to_vec());
        check(&text, "ipc.send", &json!({"to": "b", "body": "x"}));
        let bytes = send().with_body(vec![0xff]);
        check(&bytes, "ipc.send", &json!({"to": "b", "body_base64": "/w=="}));
    }

    #[test]
    fn a_grant_by_name_is_left_to_the_kernel() {
        let grant = NamedGrant {
            holder: "b".parse().unwrap(),
            scope: "send:a".parse().unwrap(),
            delegable: false,
            expires: None,
        };
        let params = json!({"holder": "b", "scope": "send:a", "delegable": false, "expires": null});
        check(&grant.into(), "capability.grant", &params);
    }
}
