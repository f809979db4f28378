//! A client that blocks, for the command line, tests and programs in Rust.

use super::act::act_message;
use super::limits::{FRAME_BYTES_MAX, PROTOCOL};
use super::token::Token;
use super::{CallError, Hello, Trouble};
use crate::node::Keys;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;
use weft_projections::{Digest, Kind, OperatorId};

/// How long connecting may take, the greeting included.
const GREETING_TIME_MAX: Duration = Duration::from_secs(5);

/// How long an answer may take: longer than any wait that can be asked for.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(90);

/// Who the client is.
#[derive(Debug, Default)]
pub enum Credentials {
    /// Nobody.
    #[default]
    None,
    /// A run of a process.
    Token(Token),
    /// An operator, with the keys of the node.
    Operator(OperatorId, Box<Keys>),
}

/// A connection to a kernel.
#[derive(Debug)]
pub struct Client {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
    line: Vec<u8>,
    credentials: Credentials,
    hello: Hello,
    log_id: Digest,
    nonce: [u8; 32],
    last_id: u64,
    /// Requests that are not answered yet.
    asked: Vec<(u64, bool)>,
    notices: VecDeque<Notice>,
}

/// Something that came without being an answer.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is, such as `log.record`.
    pub method: String,
    /// What it says, as it was sent.
    pub params: Box<RawValue>,
}

/// The answer to one request.
pub type Answered = Result<Box<RawValue>, CallError>;

/// A line from the kernel.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<CallError>,
}

#[derive(Serialize)]
struct Request<'a> {
    jsonrpc: &'static str,
    id: u64,
    method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<Auth>,
}

#[derive(Serialize)]
struct Auth {
    operator: u64,
    signature: String,
}

enum Arrived {
    Answer(u64, Answered),
    Notice(Notice),
}

impl Client {
    /// Connects to the socket at `path` and greets. With `kernel_pid`, whoever listens there has to be
    /// that process: the holder of the node's lock, and no relay in between.
    ///
    /// # Errors
    /// Code `unreachable` when nobody listens or somebody else does, `unauthenticated` for a token that
    /// is not valid (any more).
    pub fn connect(
        path: &Path,
        kernel_pid: Option<u32>,
        credentials: Credentials,
    ) -> Result<Client, CallError> {
        let stream = UnixStream::connect(path)
            .map_err(|error| unreachable(format!("{}: {error}", path.display())))?;
        check_peer(&stream, kernel_pid)?;
        limit(&stream, GREETING_TIME_MAX)?;
        let writer = stream.try_clone().map_err(|error| unreachable(error.to_string()))?;
        let mut client = Client {
            reader: BufReader::new(stream),
            writer,
            line: Vec::new(),
            credentials: Credentials::None,
            hello: Hello::default(),
            log_id: Digest::default(),
            nonce: [0; 32],
            last_id: 0,
            asked: Vec::new(),
            notices: VecDeque::new(),
        };
        client.greet(&credentials)?;
        client.credentials = credentials;
        client.set_answer_time_max(ANSWER_TIME_MAX)?;
        Ok(client)
    }

    /// How long an answer may take from now on.
    ///
    /// # Errors
    /// Code `unreachable` when the operating system refuses.
    pub fn set_answer_time_max(&mut self, time_max: Duration) -> Result<(), CallError> {
        limit(&self.writer, time_max)
    }

    /// What the kernel said of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Asks, waits, and reads the result.
    ///
    /// # Errors
    /// What the kernel said, or that it cannot be reached.
    pub fn call<T: for<'a> Deserialize<'a>>(
        &mut self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<T, CallError> {
        let result = self.call_raw(method, params)?;
        serde_json::from_str(result.get()).map_err(|error| garbled(&error))
    }

    /// The same, and the result is left as it was sent.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub fn call_raw(&mut self, method: &str, params: &impl Serialize) -> Answered {
        let wanted = self.send(method, params)?;
        loop {
            let (id, answer) = self.receive()?;
            if id == wanted {
                return answer;
            }
        }
    }

    /// Asks without waiting, and returns the request's id. Whoever has
    /// [`IN_FLIGHT_MAX`](super::limits::IN_FLIGHT_MAX) unanswered requests reads before it asks again:
    /// the kernel takes no more, and in the end nobody reads.
    ///
    /// # Errors
    /// Code `unreachable`, or `usage` for parameters that are no JSON.
    pub fn send(&mut self, method: &str, params: &impl Serialize) -> Result<u64, CallError> {
        let params = serde_json::value::to_raw_value(params)
            .map_err(|error| CallError::new(Trouble::Usage, error.to_string()))?;
        self.last_id += 1;
        let id = self.last_id;
        let auth = self.sign(id, method, params.get());
        let request = Request { jsonrpc: "2.0", id, method, params: Some(&params), auth };
        let mut line = serde_json::to_vec(&request).map_err(|error| garbled(&error))?;
        line.push(b'\n');
        self.asked.push((id, Kind::from_name(method).is_some()));
        self.writer.write_all(&line).map_err(|error| self.lost(&error))?;
        Ok(id)
    }

    /// Waits for the next answer, whichever request it belongs to.
    ///
    /// # Errors
    /// Code `unreachable` or `timed_out`; `outcome_unknown` when a command was under way.
    pub fn receive(&mut self) -> Result<(u64, Answered), CallError> {
        loop {
            match self.next_line()? {
                Arrived::Answer(id, answer) => return Ok((id, answer)),
                Arrived::Notice(notice) => self.notices.push_back(notice),
            }
        }
    }

    /// Waits for the next notice of a stream that was asked for.
    ///
    /// # Errors
    /// As [`Client::receive`].
    pub fn notice(&mut self) -> Result<Notice, CallError> {
        loop {
            if let Some(notice) = self.notices.pop_front() {
                return Ok(notice);
            }
            if let Arrived::Notice(notice) = self.next_line()? {
                return Ok(notice);
            }
        }
    }

    fn greet(&mut self, credentials: &Credentials) -> Result<(), CallError> {
        let params = match credentials {
            Credentials::Token(token) => serde_json::json!({ "token": token.expose() }),
            Credentials::None | Credentials::Operator(..) => Value::Object(Default::default()),
        };
        self.hello = self.call("session.hello", &params)?;
        if self.hello.protocol != PROTOCOL {
            return Err(unreachable(format!(
                "the kernel speaks protocol {}, this program {PROTOCOL}",
                self.hello.protocol
            )));
        }
        self.log_id = self.hello.log_id.parse().map_err(|_| garbled(&"log id"))?;
        hex::decode_to_slice(&self.hello.nonce, &mut self.nonce).map_err(|_| garbled(&"nonce"))
    }

    fn sign(&self, id: u64, method: &str, params: &str) -> Option<Auth> {
        let Credentials::Operator(operator, keys) = &self.credentials else { return None };
        let message = act_message(&self.log_id, &self.nonce, id, method, params);
        Some(Auth {
            operator: operator.get(),
            signature: hex::encode(keys.sign_as_operator(&message)),
        })
    }

    fn next_line(&mut self) -> Result<Arrived, CallError> {
        self.line.clear();
        let most = FRAME_BYTES_MAX as u64 + 1;
        let read = (&mut self.reader).take(most).read_until(b'\n', &mut self.line);
        match read {
            Ok(_) if self.line.last() == Some(&b'\n') => {}
            Ok(_) => return Err(self.lost(&"the kernel closed the connection")),
            Err(error) => return Err(self.lost(&error)),
        }
        let line: Line<'_> = serde_json::from_slice(&self.line).map_err(|error| garbled(&error))?;
        match (line.id, line.method, line.params) {
            (Some(id), _, _) => {
                self.asked.retain(|(asked, _)| *asked != id);
                let answer = match (line.result, line.error) {
                    (_, Some(error)) => Err(error),
                    (Some(result), None) => Ok(result.to_owned()),
                    (None, None) => return Err(garbled(&"neither result nor error")),
                };
                Ok(Arrived::Answer(id, answer))
            }
            (None, Some(method), Some(params)) => {
                Ok(Arrived::Notice(Notice { method, params: params.to_owned() }))
            }
            // An error without an id is about the connection.
            (None, _, _) => Err(line.error.unwrap_or_else(|| garbled(&"neither id nor method"))),
        }
    }

    /// What a broken connection means: a command that was under way may have been recorded.
    fn lost(&self, reason: &dyn ToString) -> CallError {
        let commands = self.asked.iter().any(|(_, is_command)| *is_command);
        let trouble = if commands { Trouble::OutcomeUnknown } else { Trouble::Unreachable };
        CallError::new(trouble, reason.to_string())
    }
}

fn check_peer(stream: &UnixStream, kernel_pid: Option<u32>) -> Result<(), CallError> {
    let Some(expected) = kernel_pid else { return Ok(()) };
    let peer = rustix::net::sockopt::socket_peercred(stream)
        .map_err(|error| unreachable(error.to_string()))?;
    let found = peer.pid.as_raw_nonzero().get();
    if u32::try_from(found) == Ok(expected) {
        return Ok(());
    }
    Err(unreachable(format!(
        "process {found} listens on the socket, not the kernel, which is process {expected}"
    )))
}

fn limit(stream: &UnixStream, time_max: Duration) -> Result<(), CallError> {
    let set = stream
        .set_read_timeout(Some(time_max))
        .and_then(|()| stream.set_write_timeout(Some(time_max)));
    set.map_err(|error| unreachable(error.to_string()))
}

fn unreachable(message: String) -> CallError {
    CallError::new(Trouble::Unreachable, message)
}

fn garbled(reason: &dyn ToString) -> CallError {
    CallError::new(
        Trouble::Error,
        format!("the kernel's answer makes no sense: {}", reason.to_string()),
    )
}
