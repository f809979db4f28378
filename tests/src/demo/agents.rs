//! The programs of the demo under a kernel that knows nothing of it.

use crate::support::root;
use crate::support::{Daemon, Ground};
use serde_json::json;
use std::fs;

const ANALYST: &str = "cli/src/demo/agents/analyst.py";
const CLIENT: &str = "fixtures/clients/weft.py";

#[test]
fn a_file_that_vanished_is_reported_as_vanished() {
    let ground = Ground::fresh();
    let (files, scripts) = (ground.folder("files"), ground.folder("scripts"));
    for name in ["rust-there", "python-there"] {
        fs::write(format!("{files}/{name}"), "x y").unwrap();
    }
    for script in [ANALYST, CLIENT] {
        let name = script.rsplit('/').next().unwrap();
        fs::copy(root().join(script), format!("{scripts}/{name}")).unwrap();
    }
    let daemon = Daemon::start(&ground);
    let mut operator = daemon.operator();
    let weft = env!("CARGO_BIN_EXE_weft-under-test");
    operator.spawn(&json!({
        "name": "reporter",
        "can": ["subscribe:survey/#", "put:/apps/demo/report"],
        "argv": [weft, "demo", files, "--as-agent", "reporter"],
    }));
    operator.watch("topic.subscribe", 0, |_| true);
    let read = |folder: &str| format!("read:{folder}");
    let analysts = [
        ("rust", json!([weft, "demo", files, "--as-agent", "analyst-2"])),
        ("python", json!(["python3", "-B", format!("{scripts}/analyst.py"), files, "analyst-2"])),
    ];
    for (name, argv) in analysts {
        let can = json!(["publish:survey/counted", read(&files), read(&scripts)]);
        operator.spawn(&json!({"name": name, "can": can, "argv": argv}));
        for file in ["there", "gone"] {
            let file = format!("{name}-{file}");
            let sent = operator.done("ipc.send", &json!({"to": name, "body": file}));
            operator.watch("tree.put", sent.seq.unwrap(), |record| record["verdict"] == "permit");
            let path = format!("/apps/demo/report/{file}");
            let found = operator.ask("tree.show", &json!({"path": path}))["metadata"].clone();
            if file.ends_with("there") {
                assert_eq!((&found["words"], &found["bytes"]), (&json!("2"), &json!("3")));
            } else {
                let reason = found["unreadable"].as_str().unwrap();
                assert!(reason.contains("No such file"), "{name}: {reason}");
            }
        }
    }
    daemon.stop();
}
