//! Whose token counts where: presented from inside of agents, and by this process, which is none.

use super::witness::{Witness, outcome};
use crate::support::root;
use serde_json::{Value, json};
use weft_runtime::api::{CallError, Client, Credentials};

/// Keeps its token where others may read it, and lives.
const KEEPER: &str = r#"echo "$WEFT_TOKEN" > "$1/token"; echo kept; exec sleep 86400"#;

/// Presents the token in a file, from a process of its own that a child started, and says what the
/// kernel says. Then asks with its own.
const THIEF: &str = r#"
import json, os, socket, sys
sys.path.insert(0, sys.argv[2])
import weft
token = open(sys.argv[1] + "/token").read().strip()
if os.fork() == 0:
    os.setsid()
    try:
        print("stolen: " + weft.connect(token=token).hello["actor"], flush=True)
    except weft.Error as error:
        print("stolen: " + error.code, flush=True)
    os._exit(0)
os.wait()
# The process that connected is gone by the time that the token is shown.
link = socket.socket(socket.AF_UNIX)
if os.fork() == 0:
    link.connect(os.environ["WEFT_SOCKET"])
    os._exit(0)
os.wait()
hello = {"jsonrpc": "2.0", "id": 1, "method": "session.hello", "params": {"token": token}}
link.sendall(json.dumps(hello).encode() + b"\n")
answer = json.loads(link.makefile().readline())
print("posthumous: " + answer.get("error", {}).get("data", {}).get("code", "accepted"), flush=True)
print("own: " + weft.connect().hello["actor"], flush=True)
print("done", flush=True)
"#;

/// In its first run keeps its token and fails; in later ones presents the token of the first.
const HEIR: &str = r#"
import os, sys, time
sys.path.insert(0, sys.argv[2])
import weft
path = sys.argv[1] + "/token"
if not os.path.exists(path):
    open(path, "w").write(os.environ["WEFT_TOKEN"])
    sys.exit(1)
try:
    print("old: " + weft.connect(token=open(path).read()).hello["actor"])
except weft.Error as error:
    print("old: " + error.code)
print("own: " + weft.connect().hello["actor"])
print("done", flush=True)
time.sleep(86400)
"#;

fn clients() -> String {
    root().join("fixtures/clients").to_str().unwrap().to_owned()
}

/// Starts a keeper, and returns its pid and the folder with its token.
fn keeper(witness: &mut Witness) -> (u64, String) {
    let folder = witness.ground.folder("keeper");
    let argv = ["sh", "-c", KEEPER, "sh", &folder];
    let pid = witness.spawn_with("keeper", &argv, &[&format!("write:{folder}")]);
    witness.printed(pid, "kept");
    (pid, folder)
}

fn present(witness: &Witness, folder: &str) -> Result<Client, CallError> {
    let text = std::fs::read_to_string(format!("{folder}/token")).unwrap();
    witness.daemon.connect(Credentials::Token(text.trim().parse().unwrap()))
}

/// The last denial is that of somebody unknown who greeted with a token.
fn check_denied(witness: &mut Witness) {
    let latest = json!({"limit": 1, "reverse": true, "verdict": "deny"});
    let page: Value = witness.operator.ask("log.read", &latest);
    let record = &page["records"][0];
    assert_eq!(record["actor"], "unauthenticated", "{page}");
    assert_eq!(record["request"]["method"], "session.hello");
}

#[test]
fn a_siblings_token_is_refused_inside_another_agent() {
    let mut witness = Witness::start();
    let (kept, folder) = keeper(&mut witness);
    // It is good where no agent is.
    assert_eq!(present(&witness, &folder).unwrap().hello().actor, format!("process:{kept}"));
    let (clients, read) = (clients(), format!("read:{folder}"));
    let can = [read.as_str(), &format!("read:{clients}")];
    let pid = witness.spawn_with("thief", &["python3", "-c", THIEF, &folder, &clients], &can);
    let printed = witness.printed(pid, "done");
    let refused = "stolen: unauthenticated\nposthumous: unauthenticated\n";
    assert_eq!(printed, format!("{refused}own: process:{pid}\ndone\n"));
    check_denied(&mut witness);
}

#[test]
fn the_token_of_an_earlier_run_is_refused() {
    let mut witness = Witness::start();
    let folder = witness.ground.folder("heir");
    let clients = clients();
    let can = [&*format!("write:{folder}"), &*format!("read:{clients}")];
    let pid = witness.spawn_with("heir", &["python3", "-c", HEIR, &folder, &clients], &can);
    let printed = witness.printed(pid, "done");
    assert_eq!(printed, format!("old: unauthenticated\nown: process:{pid}\ndone\n"));
    check_denied(&mut witness);
    assert_eq!(witness.show(pid)["generation"], 2);
    assert_eq!(present(&witness, &folder).unwrap_err().code(), "unauthenticated");
}

#[test]
fn a_token_dies_with_its_run_and_with_its_kernel() {
    let mut witness = Witness::start();
    let (pid, folder) = keeper(&mut witness);
    let mut connection = present(&witness, &folder).unwrap();
    connection.call::<Value>("ipc.receive", &json!({})).unwrap();
    witness.stop(pid);
    assert_eq!(outcome(&witness.end_of(pid, 1)), ("stopped", "exited"));
    let error = connection.call::<Value>("ipc.receive", &json!({})).unwrap_err();
    assert_eq!(error.code(), "unauthenticated");
    assert_eq!(present(&witness, &folder).unwrap_err().code(), "unauthenticated");
    check_denied(&mut witness);

    let (pid, folder) = keeper(&mut witness);
    let earlier = std::fs::read_to_string(format!("{folder}/token")).unwrap();
    assert_eq!(present(&witness, &folder).unwrap().hello().actor, format!("process:{pid}"));
    let mut witness = witness.after_a_crash();
    let error = witness.daemon.connect(Credentials::Token(earlier.trim().parse().unwrap()));
    assert_eq!(error.unwrap_err().code(), "unauthenticated");
    witness.start_of(pid, 2);
}
