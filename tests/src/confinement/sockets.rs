//! Which sockets an agent reaches.

use super::shim::{EVERYWHERE, Place, code, marker, run, run_in};
use std::io::{Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;

fn connecting(address: &str) -> String {
    format!(
        "import socket\n\
         s = socket.socket(socket.AF_UNIX)\n\
         try: s.connect({address})\n\
         except OSError as e: print('refused', type(e).__name__)\n\
         else:\n\
         \ts.sendall(b'hello\\n')\n\
         \tprint('said', s.recv(100))\n"
    )
}

#[test]
fn the_socket_of_the_kernel_is_there() {
    for place in EVERYWHERE {
        let node = Place::new();
        let plan = node.python(&connecting(&format!("{:?}", plan_socket(&node))));
        let listener = UnixListener::bind(plan_socket(&node)).unwrap();
        let answering = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heard = [0; 6];
            stream.read_exact(&mut heard).unwrap();
            stream.write_all(b"welcome").unwrap();
            heard
        });
        let ran = run_in(place, &plan);
        assert_eq!((ran.end, ran.output.as_str()), (code(0), "said b'welcome'\n"), "{place:?}");
        assert_eq!(&answering.join().unwrap(), b"hello\n");
    }
}

#[test]
fn the_socket_of_the_kernel_is_all_that_is_seen_of_the_node() {
    let node = Place::new();
    let _listener = UnixListener::bind(plan_socket(&node)).unwrap();
    for grants in [Vec::new(), vec![node.path("")]] {
        let mut plan = node.sh(&format!("ls -A {}", node.path("node").display()));
        plan.read = grants;
        assert_eq!(run(&plan).output, "kernel.sock\n");
    }
}

#[test]
fn the_socket_is_found_by_a_name_over_a_link_too() {
    let node = Place::new();
    let _listener = UnixListener::bind(plan_socket(&node)).unwrap();
    std::os::unix::fs::symlink(node.path("node"), node.path("by-link")).unwrap();
    let mut plan = node.sh(&format!("ls {}", node.path("by-link").display()));
    plan.socket = node.path("by-link/kernel.sock");
    assert_eq!(run(&plan).output, "kernel.sock\n");
}

#[test]
fn another_socket_outside_is_not_there() {
    let node = Place::new();
    let path = node.path("privileged.sock");
    let listener = UnixListener::bind(&path).unwrap();
    listener.set_nonblocking(true).unwrap();
    let ran = run(&node.python(&connecting(&format!("{path:?}"))));
    assert_eq!(ran.output, "refused FileNotFoundError\n");
    assert!(listener.accept().is_err());
}

#[test]
fn an_abstract_socket_outside_is_refused() {
    for place in EVERYWHERE {
        let name = format!("weft-tests-{}", marker());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let ran = run_in(place, &Place::new().python(&connecting(&format!("'\\0{name}'"))));
        assert_eq!(ran.output, "refused PermissionError\n", "{place:?}");
        assert!(listener.accept().is_err());
    }
}

fn plan_socket(node: &Place) -> std::path::PathBuf {
    let socket = node.plan(["true"]).socket;
    assert!(socket.starts_with(Path::new("/")));
    socket
}
