//! An agent's connection to the kernel that started it.

use crate::demo::names::Role;
use crate::demo::{Error, ids};
use crate::render::Out;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::env;
use std::path::Path;
use weft_runtime::api::json::{Message, Receipt};
use weft_runtime::api::{CallError, Client, Credentials};

/// How long the agent waits for a message before it asks again, in milliseconds.
const WAIT_MS: u64 = 60_000;

/// A connection that shows the agent's token.
pub(super) struct Kernel {
    client: Client,
    role: Role,
    out: Out,
}

#[derive(serde::Deserialize)]
struct Inbox {
    messages: Vec<Message>,
}

impl Kernel {
    /// Connects to where the environment says.
    ///
    /// # Errors
    /// [`Error::NoAgent`] when no kernel started this process, [`Error::Call`] when it cannot be reached.
    pub(super) fn connect(out: Out, role: Role) -> Result<Kernel, Error> {
        let missing = |_| Error::NoAgent;
        let socket = env::var("WEFT_SOCKET").map_err(missing)?;
        let token = env::var("WEFT_TOKEN").map_err(missing)?;
        let token = token.parse().map_err(|_| Error::NoAgent)?;
        let client = Client::connect(Path::new(&socket), None, Credentials::Token(token))
            .map_err(Error::call("session.hello"))?;
        Ok(Kernel { client, role, out })
    }

    /// Waits for the oldest message of the inbox.
    ///
    /// # Errors
    /// [`Error::Call`] when the kernel is gone.
    pub(super) fn next_message(&mut self) -> Result<Message, Error> {
        loop {
            let inbox: Inbox =
                self.ask("ipc.receive", &json!({"timeout_ms": WAIT_MS, "max": 1}))?;
            if let Some(message) = inbox.messages.into_iter().next() {
                return Ok(message);
            }
        }
    }

    /// Takes a message that was dealt with out of the inbox.
    ///
    /// # Errors
    /// As [`Kernel::once`].
    pub(super) fn acknowledge(&mut self, message: &Message) -> Result<(), Error> {
        let seq = message.message;
        self.once("ipc.ack", json!({"message": seq}), &seq.to_string())
    }

    /// Asks for something that has to take effect, now or in an earlier life of this agent. `about` is what it
    /// is about: the same words are the same command, which runs once.
    ///
    /// # Errors
    /// [`Error::Call`] when the kernel refuses or is gone.
    pub(super) fn once(&mut self, method: &str, params: Value, about: &str) -> Result<(), Error> {
        match self.attempt(method, params, about) {
            Ok(receipt) if receipt.repetition => self.say(&format!("repeated {method} {about}")),
            Ok(_) => Ok(()),
            // Done in an earlier life, with another content: a file has changed since. The first count stands.
            Err(error) if error.code() == "conflict" => {
                self.say(&format!("repeated {method} {about}"))
            }
            Err(error) => Err(Error::call(method)(error)),
        }
    }

    /// Asks for something, whatever becomes of it.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn attempt(
        &mut self,
        method: &str,
        mut params: Value,
        about: &str,
    ) -> Result<Receipt, CallError> {
        if let Value::Object(params) = &mut params {
            let id = ids::id(self.role.text(), method, about);
            params.insert("command_id".to_owned(), json!(id.to_string()));
        }
        self.client.call(method, &params)
    }

    /// Asks a question.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub(super) fn ask<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: &Value,
    ) -> Result<T, Error> {
        self.client.call(method, params).map_err(Error::call(method))
    }

    /// Prints a line, which the kernel keeps for `weft logs`.
    ///
    /// # Errors
    /// [`Error::Unheard`] when nobody reads it: the kernel is gone.
    pub(super) fn say(&self, text: &str) -> Result<(), Error> {
        self.out.line(text).map_err(|_| Error::Unheard)
    }
}

/// The body of a message as text.
pub(super) fn body(message: &Message) -> Result<&str, Error> {
    message.body.as_deref().ok_or(Error::NoBody(message.message))
}
