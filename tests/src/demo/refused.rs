//! What cannot work is said, with its exit code, and nothing is made.

use super::place::{Place, weft};
use std::fs;
use std::path::Path;
use std::process::Output;

fn check_said(output: &Output, code: i32, said: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert!(errors.contains(said) && errors.contains("hint: "), "{errors}");
    assert!(output.stdout.is_empty());
}

fn check(place: &Place, folder: &Path, code: i32, said: &str) {
    check_said(&place.weft().arg("demo").arg(folder).output().unwrap(), code, said);
}

#[test]
fn what_cannot_work_is_said_with_its_exit_code() {
    let empty = Place::with(&[]);
    check(&empty, &empty.files(), 3, "no file to count");
    check(&empty, &empty.files().join("missing"), 3, "no folder");
    let filled = Place::with(&[("a", b"a")]);
    check(&filled, &filled.files().join("a"), 2, "is not a folder");
    assert!(!empty.node().exists() && !filled.node().exists(), "nothing was made");

    let occupied = filled.node().join("precious");
    fs::create_dir(filled.node()).unwrap();
    fs::write(&occupied, b"precious").unwrap();
    check(&filled, &filled.files(), 1, "is not empty");
    assert_eq!(fs::read(&occupied).unwrap(), b"precious");

    let names: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let many = Place::with(&many);
    check(&many, &many.files(), 9, "more than 1000 files");
}

#[test]
fn a_node_whose_socket_has_no_room_is_not_made() {
    let place = Place::with(&[("a", b"a")]);
    let long = place.root.path().join("long".repeat(30));
    let output =
        weft().arg("--data-dir").arg(&long).arg("demo").arg(place.files()).output().unwrap();
    check_said(&output, 2, "at most 107 are possible");
    assert!(!long.exists(), "nothing was made");
}

#[test]
fn an_agent_is_nobody_without_a_kernel() {
    let output = weft()
        .env_remove("WEFT_TOKEN")
        .args(["demo", "--as-agent", "reader", "/tmp"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("WEFT_TOKEN"), "{errors}");
}
