//! A kernel with its socket, in the process of the bench.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use weft_commands::Command;
use weft_commands::requests::process::{GrantRequest, Spawn, Started};
use weft_commands::requests::tree::Put;
use weft_projections::events::{Backend, Restart};
use weft_projections::{Actor, Generation, Name, OperatorId, Pid, ResourceKind, TreePath};
use weft_runtime::api::{self, Client, Credentials, Hooks, Token};
use weft_runtime::node::{Birth, DEFAULT_ORIGIN, Keys, Layout, init};
use weft_runtime::{Driver, Handle, Kernel, Native, OpenOptions, Request, boot};

/// A running kernel.
pub(crate) struct Node {
    layout: Layout,
    handle: Handle<Native>,
    driver: Driver,
    tasks: Runtime,
    cancel: watch::Sender<bool>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Node {
    pub(crate) fn start(folder: &Path) -> Node {
        let layout = Layout::new(folder.join("node"));
        let constitution = weft_projections::DEFAULT_CONSTITUTION.to_owned();
        let birth = Birth { origin: DEFAULT_ORIGIN.to_owned(), constitution, command_id: None };
        init(&layout, birth).expect("a node");
        let platform = Native::new(layout.data_dir());
        let (mut kernel, _) = Kernel::open(platform, OpenOptions::writer()).expect("it opens");
        boot(&mut kernel).expect("it boots");
        let (driver, handle) = Driver::start(kernel).expect("threads start");
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads start");
        // The path of a socket is short, and the data may lie deep.
        let socket = socket(&layout);
        let listener = UnixListener::bind(&socket).expect("a socket");
        listener.set_nonblocking(true).expect("a socket");
        let (cancel, cancelled) = watch::channel(false);
        let hooks = Hooks {
            layout: layout.clone(),
            families: Arc::new(()),
            outputs: Arc::new(()),
            confinement: None,
            scrub: None,
        };
        let served = tasks.spawn(api::serve(listener, handle.clone(), hooks, cancelled));
        Node { layout, handle, driver, tasks, cancel, served }
    }

    pub(crate) fn handle(&self) -> &Handle<Native> {
        &self.handle
    }

    /// A process that runs and may put resources.
    pub(crate) fn process(&self, number: u64) -> Token {
        let name = Name::new(&format!("client-{number}")).expect("a name");
        let scope = "put:/apps/bench".parse().expect("a right");
        let can = vec![GrantRequest { scope, delegable: false, expires: None }];
        let spawn = Spawn { name, restart: Restart::Never, can, backend: Backend::Embedded };
        self.submit(Actor::Operator(OperatorId::FIRST), Command::Spawn(spawn));
        let (pid, generation) = (Pid::new(number + 1).expect("a pid"), Generation::FIRST);
        let token = Token::new(pid, generation, [number as u8; 32]);
        let started = Started { pid, generation, token: Some(token.digest()) };
        self.submit(Actor::Kernel, Command::Started(started));
        token
    }

    pub(crate) fn agent(&self, token: &Token) -> Client {
        self.connect(Credentials::Token(token.clone()))
    }

    pub(crate) fn operator(&self) -> Client {
        let keys = Keys::load(&self.layout).expect("keys");
        self.connect(Credentials::Operator(OperatorId::FIRST, Box::new(keys)))
    }

    pub(crate) fn stop(self) {
        self.cancel.send_replace(true);
        self.tasks.block_on(self.served).expect("it ends").expect("it served");
        drop(self.tasks);
        drop(self.handle);
        self.driver.join().expect("the kernel ends in order");
        std::fs::remove_file(socket(&self.layout)).expect("the socket goes");
    }

    fn connect(&self, credentials: Credentials) -> Client {
        Client::connect(&socket(&self.layout), None, credentials).expect("a connection")
    }

    fn submit(&self, actor: Actor, command: Command) {
        let id = self.handle.fresh_id().expect("an id");
        let answer = self.handle.submit(Request::new(actor, id, command)).expect("it runs");
        assert!(answer.expect("a receipt").took_effect());
    }
}

fn socket(layout: &Layout) -> std::path::PathBuf {
    let beside = layout.socket();
    if beside.as_os_str().len() < 100 {
        return beside;
    }
    std::env::temp_dir().join(format!("weft-bench-{}.sock", std::process::id()))
}

/// What the clients ask for.
pub(crate) fn put(token: &Token, number: u64) -> Command {
    let path =
        TreePath::new(&format!("/apps/bench/{}/{}", token.pid, number % 997)).expect("a path");
    let kind = ResourceKind::new("file").expect("a kind");
    Command::Put(Put { path, kind, meta_keys: Vec::new() })
}
