//! A program at the socket's place that passes everything on, both ways.

use super::daemon::Daemon;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use weft_runtime::api::{Client, Credentials};

/// Listens at the first path, and passes on to the second and back what each client says.
const RELAY: &str = r#"
import socket, sys, threading
def pump(one, other):
    try:
        while data := one.recv(65536): other.sendall(data)
    except OSError: pass
    for end in (one, other):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
listener = socket.socket(socket.AF_UNIX); listener.bind(sys.argv[1]); listener.listen()
print("up", flush=True)
while True:
    client, _ = listener.accept()
    kernel = socket.socket(socket.AF_UNIX); kernel.connect(sys.argv[2])
    for ends in ((client, kernel), (kernel, client)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
"#;

struct Relay(Child);

impl Relay {
    fn between(socket: &Path, kernel: &Path) -> Relay {
        let mut relay = Command::new("python3");
        let mut child = relay
            .arg("-c")
            .arg(RELAY)
            .args([socket, kernel])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut up = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut up).unwrap();
        assert_eq!(up, "up\n");
        Relay(child)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn who_relays_gets_no_signature_and_has_no_rights() {
    let daemon = Daemon::start();
    let socket = daemon.data_dir().join("kernel.sock");
    let moved = daemon.data_dir().join("moved.sock");
    std::fs::rename(&socket, &moved).unwrap();
    let relay = Relay::between(&socket, &moved);
    let listens = format!("process {} listens", relay.0.id());
    for verb in [&["tree", "put", "/a"][..], &["ps"], &["kernel", "stop"]] {
        daemon.weft(verb).fails(7, &[&listens, "hint:"]);
    }
    // What is passed on comes from nobody: it is denied, and on the chain.
    let mut client = Client::connect(&socket, None, Credentials::None).unwrap();
    let denied = client.call::<Value>("tree.put", &json!({"path": "/a"})).unwrap_err();
    assert_eq!((denied.code(), denied.exit()), ("denied", 4));
    let seq = denied.receipt().unwrap().seq.unwrap();
    drop((client, relay));
    std::fs::remove_file(&socket).unwrap();
    std::fs::rename(&moved, &socket).unwrap();
    let record = daemon.json(["show", &seq.to_string()]);
    assert_eq!((&record["actor"], &record["verdict"]), (&json!("unauthenticated"), &json!("deny")));
    daemon.weft(["tree", "show", "/a"]).fails(3, &["not found"]);
}
