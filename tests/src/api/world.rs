//! A kernel with its socket, in this process.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use weft_commands::Command;
use weft_commands::requests::process::{Exited, Started};
use weft_projections::events::Outcome;
use weft_projections::{Actor, Generation, OperatorId, Pid};
use weft_runtime::api::{self, Client, Credentials, Hooks, Kin, Peers, Token};
use weft_runtime::node::{self, Birth, DEFAULT_ORIGIN, Keys, Layout, init};
use weft_runtime::{Driver, Handle, Kernel, Native, OpenOptions, Receipt, Request, boot};

/// How long a test waits for what has to come.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A running kernel; it stops in order when it goes.
pub(crate) struct World {
    pub(crate) layout: Layout,
    handle: Option<Handle<Native>>,
    driver: Option<Driver>,
    /// The runtime, and what tells the server to stop.
    serving: Option<(tokio::runtime::Runtime, tokio::sync::watch::Sender<bool>)>,
    served: Option<tokio::task::JoinHandle<std::io::Result<()>>>,
    /// Whether this process pretends to belong to another agent.
    foreign: Arc<AtomicBool>,
    _folder: tempfile::TempDir,
}

/// An agent that no other token belongs to.
pub(crate) const STRAY: u64 = 999_999;

struct Pretend(Arc<AtomicBool>);

impl Peers for Pretend {
    fn kin_of(&self, _: u32) -> Kin {
        let is_foreign = self.0.load(Ordering::Relaxed);
        if is_foreign { Kin::Agent(Pid::new(STRAY).unwrap()) } else { Kin::Outside }
    }
}

impl World {
    /// A kernel that signs nothing: what is asked of the socket needs no checkpoints.
    pub(crate) fn start() -> World {
        World::open_with(|layout| {
            Kernel::open(Native::new(layout.data_dir()), OpenOptions::writer()).unwrap().0
        })
    }

    /// A kernel that has the log's key.
    pub(crate) fn start_signing() -> World {
        World::open_with(|layout| node::open(layout, &mut |_| ()).unwrap().0)
    }

    fn open_with(open: impl FnOnce(&Layout) -> Kernel<Native, ()>) -> World {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path().join("node"));
        let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
        let birth = Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None };
        init(&layout, birth).unwrap();
        let mut kernel = open(&layout);
        boot(&mut kernel).unwrap();
        let (driver, handle) = Driver::start(kernel).unwrap();
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let listener = UnixListener::bind(layout.socket()).unwrap();
        listener.set_nonblocking(true).unwrap();
        let (cancel, cancelled) = tokio::sync::watch::channel(false);
        let foreign = Arc::new(AtomicBool::new(false));
        let hooks = Hooks {
            layout: layout.clone(),
            families: Arc::new(Pretend(foreign.clone())),
            outputs: Arc::new(()),
            confinement: None,
            scrub: None,
        };
        let served = tasks.spawn(api::serve(listener, handle.clone(), hooks, cancelled));
        World {
            layout,
            handle: Some(handle),
            driver: Some(driver),
            serving: Some((tasks, cancel)),
            served: Some(served),
            foreign,
            _folder: folder,
        }
    }

    pub(crate) fn handle(&self) -> &Handle<Native> {
        self.handle.as_ref().unwrap()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.layout.socket()
    }

    /// From now on this process seems to have been started by some agent.
    pub(crate) fn pretend_to_be_an_agents_child(&self) {
        self.foreign.store(true, Ordering::Relaxed);
    }

    pub(crate) fn connect(&self, credentials: Credentials) -> Result<Client, api::CallError> {
        Client::connect(&self.socket(), Some(std::process::id()), credentials)
    }

    pub(crate) fn operator(&self) -> Client {
        let keys = Keys::load(&self.layout).unwrap();
        self.connect(Credentials::Operator(OperatorId::FIRST, Box::new(keys))).unwrap()
    }

    pub(crate) fn stranger(&self) -> Client {
        self.connect(Credentials::None).unwrap()
    }

    /// A client that shows the token of a run.
    pub(crate) fn agent(&self, token: &Token) -> Client {
        self.connect(Credentials::Token(token.clone())).unwrap()
    }

    /// A process that runs, with these rights.
    pub(crate) fn process(&self, name: &str, can: &[&str]) -> Token {
        let mut operator = self.operator();
        let spawn = json!({"name": name, "restart": "on_failure", "can": can});
        let receipt: Value = operator.call("process.spawn", &spawn).unwrap();
        let record: Value = operator.call("log.show", &json!({"record": receipt["seq"]})).unwrap();
        let pid = Pid::new(record["events"][0]["pid"].as_u64().unwrap()).unwrap();
        self.started(pid, Generation::FIRST)
    }

    /// A run of a process begins, known by a token.
    pub(crate) fn started(&self, pid: Pid, generation: Generation) -> Token {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&pid.get().to_be_bytes());
        secret[8..12].copy_from_slice(&generation.get().to_be_bytes());
        let token = Token::new(pid, generation, secret);
        let token_digest = Some(token.digest());
        self.report(Command::Started(Started { pid, generation, token: token_digest }));
        token
    }

    pub(crate) fn exited(&self, token: &Token, outcome: Outcome) {
        let (pid, generation) = (token.pid, token.generation);
        self.report(Command::Exited(Exited { pid, generation, outcome }));
    }

    fn report(&self, command: Command) -> Receipt {
        let handle = self.handle();
        let request = Request::new(Actor::Kernel, handle.fresh_id().unwrap(), command);
        let receipt = handle.submit(request).unwrap().unwrap();
        assert!(receipt.took_effect(), "{receipt:?}");
        receipt
    }

    /// The last `limit` records, newest first.
    pub(crate) fn latest(&self, limit: u64) -> Vec<Value> {
        let params = json!({"limit": limit, "reverse": true});
        let page: Value = self.operator().call("log.read", &params).unwrap();
        page["records"].as_array().unwrap().clone()
    }

    /// Stops the server and the kernel in order.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some((tasks, cancel)) = self.serving.take() else { return };
        cancel.send_replace(true);
        tasks.block_on(self.served.take().unwrap()).unwrap().unwrap();
        drop(tasks);
        drop(self.handle.take());
        self.driver.take().unwrap().join().unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
    }
}

/// A connection without any client: bytes out, lines in.
pub(crate) struct Raw {
    pub(crate) stream: UnixStream,
    lines: BufReader<UnixStream>,
}

impl Raw {
    pub(crate) fn connect(world: &World) -> Raw {
        let stream = UnixStream::connect(world.socket()).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream.set_write_timeout(Some(SOON)).unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap());
        Raw { stream, lines }
    }

    /// Sends bytes; the kernel may have closed already.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// The next line; `None` at the end.
    pub(crate) fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).unwrap()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("nothing came: {error}"),
        }
    }

    /// Sends a line and reads one.
    pub(crate) fn ask(&mut self, line: &str) -> Value {
        self.send(format!("{line}\n"));
        self.line().expect("an answer")
    }
}

/// The word of an error.
pub(crate) fn code(answer: &Value) -> &str {
    answer["error"]["data"]["code"].as_str().unwrap_or("none")
}
