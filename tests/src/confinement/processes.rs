//! Which processes an agent reaches.

use super::shim::{
    EVERYWHERE, Place, Shim, Where, code, marked, marked_at_least, marker, run, run_in,
};

#[test]
fn an_agent_sees_its_own_processes_only() {
    let ran = run(&Place::new().sh("echo $$; ls /proc | grep '^[0-9]' | sort -n | tr '\\n' ' '"));
    let lines: Vec<&str> = ran.output.lines().collect();
    let pids: Vec<u32> = lines[1].split_whitespace().map(|pid| pid.parse().unwrap()).collect();
    // The second stage, the shell, and what the shell runs to look.
    assert!(pids.contains(&1) && pids.iter().all(|pid| *pid < 20), "{}", ran.output);
}

#[test]
fn a_sibling_cannot_be_read_or_signalled() {
    for place in EVERYWHERE {
        let (node, marker) = (Place::new(), marker());
        let mut plan = node.sh(&format!("echo up; exec sleep {marker}"));
        plan.env.insert("WEFT_TOKEN".to_owned(), "the-token-of-the-sibling".to_owned());
        let mut sibling = Shim::start(&plan, place);
        let (pid, _) = sibling.ready();
        assert_eq!(sibling.line(), "up");
        assert_eq!(marked_at_least(&marker, 1), [pid], "the pid of the report is the one outside");
        let ran = run_in(place, &node.sh(&format!(
            "for pid in {pid} {own}; do \
               cat /proc/$pid/environ /proc/$pid/cmdline; ls /proc/$pid/fd /proc/$pid/root /proc/$pid/cwd; \
               kill -0 $pid && echo REACHED; kill -9 $pid && echo REACHED; kill -9 -$pid && echo REACHED; done; \
             cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep TOKEN; \
             exit 0",
            own = std::process::id(),
        )));
        assert_eq!(ran.end, code(0), "{}", ran.output);
        for word in ["REACHED", "the-token", &marker] {
            assert!(!ran.output.contains(word), "{place:?}: {}", ran.output);
        }
        assert_eq!(marked(&marker), [pid], "{place:?}");
    }
}

#[test]
fn a_signal_to_everybody_reaches_its_own_only() {
    for place in EVERYWHERE {
        let (node, marker) = (Place::new(), marker());
        let mut sibling = Shim::start(&node.plan(["sleep", &marker]), place);
        sibling.ready();
        let mut agent = Shim::start(&node.sh("sleep 1000 & kill -9 -1; echo sent; exit 2"), place);
        agent.ready();
        agent.rest();
        // Whether the shell itself is among everybody depends on the namespace.
        assert!(agent.report().is_some());
        assert_eq!(marked(&marker).len(), 1, "{place:?}");
    }
}

#[test]
fn an_agent_reaches_neither_its_shim_nor_any_right() {
    for place in EVERYWHERE {
        let ran = run_in(
            place,
            &Place::new().python(
                "import os, signal\n\
             parent = os.getppid()\n\
             for name in ('environ', 'fd/0', 'fd/1', 'mem', 'maps', 'cwd', 'root', 'exe'):\n\
             \tpath = f'/proc/{parent}/{name}'\n\
             \ttry: os.listdir(path) if name in ('cwd', 'root') else open(path, 'rb').read(1)\n\
             \texcept OSError: pass\n\
             \telse: print('READ', path)\n\
             for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, 0):\n\
             \ttry: os.kill(parent, number)\n\
             \texcept OSError: pass\n\
             \telse: print('SENT', number)\n\
             import ctypes\n\
             libc = ctypes.CDLL(None, use_errno=True)\n\
             if libc.ptrace(16, parent, 0, 0) == 0: print('TRACED')\n\
             if libc.unshare(0x10000000) == 0: print('NEW USER NAMESPACE')\n\
             if libc.unshare(0x00020000) == 0: print('NEW MOUNT NAMESPACE')\n\
             if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: print('MOUNTED')\n\
             if libc.prctl(39, 0, 0, 0, 0) != 1: print('NEW PRIVILEGES')\n\
             for number in range(64):\n\
             \tif libc.prctl(23, number, 0, 0, 0) == 1: print('CAPABILITY', number)\n\
             if libc.capset is None: print('no capset')\n\
             print('tried')\n",
            ),
        );
        let bounds = if place == Where::Here { "tried\n" } else { ran.output.as_str() };
        assert_eq!(ran.output, bounds);
        assert!(ran.output.ends_with("tried\n"), "{}", ran.output);
        for word in ["READ", "SENT", "TRACED", "NEW", "MOUNTED"] {
            assert!(!ran.output.contains(word), "{place:?}: {}", ran.output);
        }
        assert_eq!(ran.end, code(0));
    }
}
