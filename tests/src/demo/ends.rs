//! Nothing of the demo outlives it, however it ends.

use super::place::Place;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::yield_now;
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(20);

fn signal(name: &str, child: &Child) {
    let sent = Command::new("kill").arg(name).arg(child.id().to_string()).status().unwrap();
    assert!(sent.success());
}

/// The demo over many files, at the moment when its kernel listens.
fn begun(place: &Place) -> Child {
    let temporary = place.root.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let mut command = place.weft();
    command.env("TMPDIR", temporary).args(["demo", "-o", "json"]).arg(place.files());
    let mut demo = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !place.node().join("kernel.sock").exists() {
        assert!(begun.elapsed() < SOON && demo.try_wait().unwrap().is_none());
        yield_now();
    }
    demo
}

fn many_files() -> Place {
    let names: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    Place::with(&files)
}

#[test]
fn whoever_interrupts_the_demo_finds_nothing_left() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let place = many_files();
        let demo = begun(&place);
        signal(name, &demo);
        let output = demo.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{name}: {errors}");
        place.assert_nobody_is_left();
        assert_eq!(fs::read_dir(place.root.path().join("tmp")).unwrap().count(), 0, "{name}");
        let output = place.weft().args(["chain", "verify"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn the_kernel_stops_in_order_when_the_demo_is_gone() {
    let place = Place::with(&[("a", b"a")]);
    let output = place.weft().arg("init").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut command = place.weft();
    command.args(["demo", "--as-kernel"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut kernel = command.spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(kernel.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    assert_eq!(ready, "ready\n");
    drop(kernel.stdin.take());
    assert_eq!(kernel.wait().unwrap().code(), Some(0));
    place.assert_nobody_is_left();
    let output = place.weft().args(["log", "-o", "json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().last().unwrap().contains("kernel.shutdown"), "{text}");
}
