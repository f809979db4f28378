//! Backups beside a kernel, and what may be restored where.

use super::daemon::Daemon;
use super::moving::{
    at_work, endless_blob, files, json_within, kill, roots, standing, story, until, within,
};
use super::node::Node;
use serde_json::json;
use std::fs;
use std::path::Path;

fn copy_keys(from: &Node, to: &Path) {
    fs::create_dir_all(to.join("keys")).unwrap();
    for key in ["log.key", "operator.key"] {
        fs::copy(from.data_dir().join("keys").join(key), to.join("keys").join(key)).unwrap();
    }
}

#[test]
fn a_backup_beside_a_kernel_has_what_was_acknowledged() {
    let daemon = Daemon::start();
    daemon.done(["tree", "put", "/docs/a", "--meta", "k=v"]);
    let last = daemon.json(["tree", "put", "/docs/b"]);
    let backup = daemon.outside("backups/today");
    let done = daemon.json(["chain", "backup", backup.to_str().unwrap()]);
    assert_eq!(
        json!([done["head"]["link"], done["size"]]),
        json!([last["link"], last["seq"].as_u64().unwrap() + 1])
    );
    assert!(!backup.join("keys").exists(), "keys are kept apart");
    let status = daemon.json(["chain", "status"]);
    assert_eq!(standing(&json_within(&daemon, &backup, &["chain", "status"])), standing(&status));
    daemon.done(["tree", "put", "/docs/later"]);
    // It stays good, however the log goes on.
    assert_eq!(json_within(&daemon, &backup, &["chain", "verify"])["verified"], json!(true));
    within(&daemon, &backup, &["tree", "put", "/x"]).fails(1, &["read-only copy"]);
    daemon.weft(["chain", "backup", backup.to_str().unwrap()]).fails(1, &["exists"]);
}

#[test]
fn a_lost_log_comes_back_and_goes_on() {
    let node = story();
    let backup = node.outside("backup");
    let name = backup.to_str().unwrap().to_owned();
    node.done(["chain", "backup", &name]);
    let (status, before) = (node.json(["chain", "status"]), roots(&node.data_dir()));
    // The disk is gone, and so is everything but the keys that were kept apart.
    fs::rename(node.data_dir().join("keys"), node.outside("keys")).unwrap();
    fs::remove_dir_all(node.data_dir()).unwrap();
    fs::create_dir(node.data_dir()).unwrap();
    fs::rename(node.outside("keys"), node.data_dir().join("keys")).unwrap();
    node.weft(["log"]).fails(6, &["is gone", "weft chain restore"]);
    let restored = node.json(["chain", "restore", &name]);
    assert_eq!(json!([restored["size"], restored["head"]]), json!([8, status["head"]]));
    assert_eq!(standing(&node.json(["chain", "status"])), standing(&status));
    assert_eq!(roots(&node.data_dir()), before);
    node.done(["tree", "put", "/docs/on"]);
    let verified = node.json(["chain", "verify"]);
    assert_eq!(json!([verified["size"], verified["guard"]]), json!([9, "holds"]));
}

#[test]
fn without_its_keys_a_restored_log_is_read_only() {
    let (node, there) = (story(), Node::nowhere());
    let backup = node.outside("backup");
    node.done(["chain", "backup", backup.to_str().unwrap()]);
    let ran = there.weft(["chain", "restore", backup.to_str().unwrap()]);
    assert!(ran.code == 0 && ran.stderr.contains("read-only copy"), "{}", ran.stderr);
    there.weft(["tree", "put", "/x"]).fails(1, &["read-only copy"]);
    copy_keys(&node, &there.data_dir());
    there.done(["tree", "put", "/x"]);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let (node, there) = (story(), Node::nowhere());
    let backup = node.outside("backup");
    let name = backup.to_str().unwrap();
    node.done(["chain", "backup", name]);
    for file in ["log/00000000000000000000.seg", "checkpoints"] {
        let path = backup.join(file);
        let whole = fs::read(&path).unwrap();
        // The very end of the checkpoints may look like a write that was cut short.
        for at in (0..whole.len() - 100).step_by(whole.len() / 11) {
            let mut bad = whole.clone();
            bad[at] ^= 0x10;
            fs::write(&path, bad).unwrap();
            there.weft(["chain", "restore", name]).fails(6, &[name]);
            assert!(!there.data_dir().exists(), "{file} byte {at}");
        }
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        if file != "checkpoints" {
            there.weft(["chain", "restore", name]).fails(6, &[]);
        }
        fs::write(&path, &whole).unwrap();
    }
    there.weft(["chain", "restore", "/nowhere"]).fails(3, &["/nowhere"]);
    there.done(["chain", "restore", name]);
}

#[test]
fn nothing_is_restored_over_a_log_and_nothing_older_than_its_guard() {
    let node = story();
    let backup = node.outside("backup");
    let name = backup.to_str().unwrap();
    node.done(["chain", "backup", name]);
    let restore = |words: &[&str], code| {
        let before = files(&node.data_dir());
        node.weft(["chain", "restore", name]).fails(code, words);
        assert!(files(&node.data_dir()) == before, "nothing was changed");
    };
    restore(&["same log", "8 of the backup's 8"], 1);
    node.done(["tree", "put", "/docs/later"]);
    restore(&["has 9 records", "only 8"], 1);
    // The log is lost, and its guard knows how far it was.
    let lost = node.outside("lost");
    fs::rename(node.data_dir(), &lost).unwrap();
    fs::create_dir(node.data_dir()).unwrap();
    restore(&["contradicts its guard", "it has 8 records and had 9", "weft fork"], 6);
    // It can be gone on with as what it is: another log.
    let into = node.data_dir();
    within(&node, &backup, &["fork", "@", "--into", into.to_str().unwrap()]);
    node.done(["tree", "put", "/docs/anew"]);
    // Another log in its place is left alone, too.
    let id = json_within(&node, &backup, &["chain", "status"])["log_id"].clone();
    restore(&["the backup is of", id.as_str().unwrap()], 1);
}

#[test]
fn a_backup_and_a_restore_that_are_killed_are_done_again() {
    let (node, there) = (story(), Node::nowhere());
    let backup = node.outside("backup");
    let name = backup.to_str().unwrap();
    let killed = |source: &Path, by: &Node, arguments: &[&str], target: &Path| {
        let blob = endless_blob(source);
        let child = at_work(by, arguments);
        let staged = target.join("log/00000000000000000000.seg.tmp");
        // Blobs are copied once the log and its checkpoints are staged.
        until("the log is staged", || staged.exists() && target.join("checkpoints").exists());
        kill(child);
        fs::remove_dir_all(source.join("blobs")).unwrap();
        let _ = blob;
        assert!(!target.join("log/00000000000000000000.seg").exists());
        within(by, target, &["chain", "verify"])
            .fails(1, &["has not come to its end", "run it again"]);
    };
    killed(&node.data_dir(), &node, &["chain", "backup", name], &backup);
    node.done(["chain", "backup", name]);
    killed(&backup, &there, &["chain", "restore", name], &there.data_dir());
    there.done(["chain", "restore", name]);
    let status = node.json(["chain", "status"]);
    assert_eq!(standing(&there.json(["chain", "status"])), standing(&status));
    assert_eq!(there.json(["chain", "verify"])["verified"], json!(true));
}
