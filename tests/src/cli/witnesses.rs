//! Checkpoints that witnesses have cosigned.

use super::node::Node;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs;
use weft_ledger::WitnessKey;
use weft_runtime::node::Keys;

/// A witness: its key, and what it makes of a checkpoint.
struct Witness {
    keys: Keys,
    key: WitnessKey,
}

impl Witness {
    fn new(name: &str, seed: u8) -> Witness {
        let keys = Keys::from_seeds(&[seed; 32], &[seed; 32]);
        let key = WitnessKey::new(name, &keys.operator_public()).unwrap();
        Witness { keys, key }
    }

    /// The note with one line more: `cosignature/v1` of C2SP tlog-cosignature.
    fn cosigned(&self, note: &str, unix_seconds: u64) -> String {
        let text = note.split_once("\n\n").unwrap().0;
        let message = format!("cosignature/v1\ntime {unix_seconds}\n{text}\n");
        let signature = self.keys.sign_as_operator(message.as_bytes());
        let line = [&self.key.id().to_be_bytes()[..], &unix_seconds.to_be_bytes(), &signature];
        format!("{note}\u{2014} {} {}\n", self.key.name(), STANDARD.encode(line.concat()))
    }
}

#[test]
fn a_cosigned_checkpoint_is_kept_and_found_again() {
    let node = Node::fresh();
    node.done(["tree", "put", "/docs/a"]);
    let note = node.done(["chain", "checkpoint"]);
    let (witness, other) = (Witness::new("witness.example", 5), Witness::new("other.example", 6));
    let (key, other_key) = (witness.key.to_string(), other.key.to_string());
    let file = node.outside("cosigned.checkpoint");
    let name = file.to_str().unwrap();
    let cosigned = witness.cosigned(&note, 1_700_000_000);
    fs::write(&file, &cosigned).unwrap();
    node.done(["tree", "put", "/docs/b"]);
    let kept = node.json(["chain", "cosign", name, "--witness", &key]);
    assert_eq!(
        json!([kept["size"], kept["signatures"], kept["witnesses"], kept["added"]]),
        json!([2, 2, ["witness.example"], true])
    );
    assert_eq!(node.json(["chain", "cosign", name, "--witness", &key])["added"], json!(false));
    let stored = node.data_dir().join("cosigned");
    assert_eq!(fs::read_to_string(&stored).unwrap(), cosigned);
    let seen =
        node.json(["chain", "verify", "--witness", &key])["checkpoints"]["cosignatures"].clone();
    let expected = json!({"witness": "witness.example", "size": 2, "unix_seconds": 1_700_000_000});
    assert_eq!(seen, json!([expected]));
    // One that nobody asked to be checked is kept, and said so.
    let both = other.cosigned(&cosigned, 1_700_000_100);
    fs::write(&file, &both).unwrap();
    let ran = node.weft(["chain", "cosign", name, "--witness", &key]);
    assert!(
        ran.code == 0 && ran.stderr.contains("1 cosignatures are kept unchecked"),
        "{}",
        ran.stderr
    );
    node.done(["chain", "verify", "--witness", &key, "--witness", &other_key]);
    // A backup has them, too, and a copy keeps further ones.
    let backup = node.outside("backup");
    node.done(["chain", "backup", backup.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(backup.join("cosigned")).unwrap(), format!("{cosigned}{both}"));
}

#[test]
fn what_is_not_this_log_s_or_not_cosigned_is_not_kept() {
    let (node, stranger) = (Node::fresh(), Node::fresh());
    for node in [&node, &stranger] {
        node.done(["tree", "put", "/docs/a"]);
    }
    let note = node.done(["chain", "checkpoint"]);
    let (witness, other) = (Witness::new("witness.example", 5), Witness::new("witness.example", 6));
    let (key, other_key) = (witness.key.to_string(), other.key.to_string());
    let file = node.outside("note");
    let cosigned = witness.cosigned(&note, 1_700_000_000);
    let check = |text: &str, key: &str, code: i32, words: &[&str]| {
        fs::write(&file, text).unwrap();
        node.weft(["chain", "cosign", file.to_str().unwrap(), "--witness", key]).fails(code, words);
        assert!(!node.data_dir().join("cosigned").exists(), "nothing is kept");
    };
    check(&note, &key, 6, &["not kept", "not signed by witness.example"]);
    check(&cosigned, &other_key, 6, &["not kept", "not signed by witness.example"]);
    check(&other.cosigned(&note, 1), &key, 6, &["not kept"]);
    let theirs = witness.cosigned(&stranger.done(["chain", "checkpoint"]), 1_700_000_000);
    check(&theirs, &key, 6, &["not kept", "it is of"]);
    check(&cosigned.replacen("\n2\n", "\n1\n", 1), &key, 6, &["not kept", "signature"]);
    check(&cosigned.replace("witness.example", "witness.exampl"), &key, 6, &["not kept"]);
    check("hello\n", &key, 2, &["is no checkpoint"]);
    node.weft(["chain", "cosign", "/nowhere", "--witness", &key]).fails(1, &["/nowhere"]);
    node.weft(["chain", "cosign", "/nowhere", "--witness", "x"]).fails(2, &["--witness"]);
    // Of a tree that was there once, and is not any more.
    let status = node.json(["chain", "status"]);
    assert_eq!(status["size"], json!(2));
    fs::write(&file, &note).unwrap();
    node.weft(["chain", "cosign", file.to_str().unwrap()]).fails(6, &["a witness"]);
}

#[test]
fn a_checkpoint_is_kept_beside_a_running_kernel() {
    let daemon = super::daemon::Daemon::start();
    daemon.done(["tree", "put", "/docs/a"]);
    super::moving::until("a checkpoint is signed", || {
        daemon.json(["chain", "status"])["checkpoint"]["size"].is_u64()
    });
    let note = daemon.done(["chain", "checkpoint"]);
    let witness = Witness::new("witness.example", 5);
    let key = witness.key.to_string();
    let file = daemon.outside("note");
    fs::write(&file, witness.cosigned(&note, 1_700_000_000)).unwrap();
    assert_eq!(
        daemon.json(["chain", "cosign", file.to_str().unwrap(), "--witness", &key])["added"],
        json!(true)
    );
    daemon.done(["kernel", "stop"]);
    daemon.done(["tree", "put", "/docs/b"]);
    let seen =
        daemon.json(["chain", "verify", "--witness", &key])["checkpoints"]["cosignatures"].clone();
    assert_eq!(seen[0]["unix_seconds"], json!(1_700_000_000));
}
