//! What the demo does in the operator's name: over the socket, signed, like any operator's program.

use super::go_ahead::GoAhead;
use super::names::{self, Role};
use super::programs::Programs;
use super::survey::{Found, Survey};
use super::watch::Watch;
use super::{Error, ids, limits};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use weft_projections::OperatorId;
use weft_runtime::api::json::Receipt;
use weft_runtime::api::queries::Rows;
use weft_runtime::api::{Client, Credentials};
use weft_runtime::node::{Keys, Layout};

/// The name that the operator's command ids are made with.
const OPERATOR: &str = "operator";

/// A connection that signs.
pub(crate) struct Operator {
    client: Client,
}

#[derive(serde::Deserialize)]
struct Printed {
    text: String,
}

impl Operator {
    /// Connects to the kernel of `layout`, which is the process `kernel_pid` and no other.
    ///
    /// # Errors
    /// [`Error::Call`] and [`Error::Runtime`].
    pub(crate) fn connect(layout: &Layout, kernel_pid: u32) -> Result<Operator, Error> {
        Ok(Operator { client: client(layout, kernel_pid)? })
    }

    /// Puts every file into the resource tree, with its size and digest.
    ///
    /// # Errors
    /// [`Error::Call`] when one is not let in.
    pub(crate) fn put(&mut self, survey: &Survey) -> Result<(), Error> {
        let method = "tree.put";
        for files in survey.files.chunks(limits::AT_ONCE) {
            for file in files {
                let params = with_id(method, &file.path, resource(file));
                self.client.send(method, &params).map_err(Error::call(method))?;
            }
            for _ in files {
                let (_, answer) = self.client.receive().map_err(Error::call(method))?;
                answer.map_err(Error::call(method))?;
            }
        }
        Ok(())
    }

    /// Spawns the four agents.
    ///
    /// # Errors
    /// [`Error::Call`] when one is not let in.
    pub(crate) fn spawn(&mut self, programs: &Programs) -> Result<(), Error> {
        for role in Role::ALL {
            let grants: Vec<String> =
                programs.grants(role)?.iter().map(ToString::to_string).collect();
            let (name, argv) = (role.text(), programs.argv(role));
            let params =
                json!({"name": name, "restart": "on_failure", "can": grants, "argv": argv});
            self.command("process.spawn", name, params)?;
        }
        Ok(())
    }

    /// Follows the log over a connection of its own.
    ///
    /// # Errors
    /// [`Error::Call`] and [`Error::Runtime`].
    pub(crate) fn watch(&mut self, layout: &Layout) -> Result<Watch, Error> {
        let rows: Rows = self.ask("process.list", &json!({}))?;
        let pids = rows.processes.iter().filter_map(|row| Some((row.name.parse().ok()?, row.pid)));
        Watch::begin(client(layout, self.client.hello().pid)?, pids.collect())
    }

    /// Lets the reader hand out so many files.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn go_ahead(&mut self, go_ahead: GoAhead) -> Result<(), Error> {
        let body = serde_json::to_string(&go_ahead).map_err(Error::Message)?;
        let params = json!({"to": Role::Reader.text(), "body": body});
        self.command("ipc.send", &body, params)
    }

    /// How many commands the agents have asked for again, as they say themselves: the log does not know, since the
    /// first time is all that is in it.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn repeated(&mut self) -> Result<u64, Error> {
        let mut repeated = 0;
        for role in Role::ALL {
            let printed: Printed = self.ask("process.output", &json!({"target": role.text()}))?;
            let lines = printed.text.lines().filter(|line| line.starts_with("repeated "));
            repeated += lines.count() as u64;
        }
        Ok(repeated)
    }

    /// Asks that the agents end.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn stop_agents(&mut self) -> Result<(), Error> {
        for role in Role::ALL {
            self.command("process.stop", role.text(), json!({"target": role.text()}))?;
        }
        Ok(())
    }

    /// Asks the kernel to end.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(crate) fn shutdown(mut self) -> Result<(), Error> {
        self.command("kernel.shutdown", "", json!({}))
    }

    fn command(&mut self, method: &str, about: &str, params: Value) -> Result<(), Error> {
        let _: Receipt = self.ask(method, &with_id(method, about, params))?;
        Ok(())
    }

    fn ask<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<T, Error> {
        self.client.call(method, params).map_err(Error::call(method))
    }
}

fn client(layout: &Layout, kernel_pid: u32) -> Result<Client, Error> {
    let keys = Box::new(Keys::load(layout)?);
    let credentials = Credentials::Operator(OperatorId::FIRST, keys);
    let client = Client::connect(&layout.socket(), Some(kernel_pid), credentials);
    client.map_err(Error::call("session.hello"))
}

fn resource(file: &Found) -> Value {
    let meta =
        BTreeMap::from([("digest", file.digest.to_string()), ("size", file.bytes.to_string())]);
    let path = format!("{}/{}", names::FILES, file.path);
    json!({"path": path, "kind": names::KIND_FILE, "meta": meta})
}

fn with_id(method: &str, about: &str, mut params: Value) -> Value {
    if let Value::Object(params) = &mut params {
        let id = ids::id(OPERATOR, method, about);
        params.insert("command_id".to_owned(), json!(id.to_string()));
    }
    params
}
