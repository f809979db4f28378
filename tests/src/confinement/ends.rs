//! How runs end, and that nothing is left of them.

use super::shim::{
    EVERYWHERE, Place, Shim, Where, code, command, executable, marked, marked_at_least, marker,
    run, run_in, signal,
};
use std::process::Command;
use weft_runtime::shim::{Confinement, LINE_BYTES_MAX, Plan, Report, STOP};

#[test]
fn a_program_runs_confined_and_its_exit_is_reported() {
    for place in EVERYWHERE {
        let ran = run_in(place, &Place::new().sh("echo out; echo err >&2; exit 3"));
        assert_eq!((ran.end, ran.output.as_str()), (code(3), "out\nerr\n"), "{place:?}");
    }
}

#[test]
fn a_program_that_ends_at_once_is_reported_like_any_other() {
    let ran = run(&Place::new().plan(["true"]));
    assert_eq!((ran.end, ran.output.as_str()), (code(0), ""));
    assert_eq!(run(&Place::new().sh("kill -SEGV $$")).end, signal(11));
}

#[test]
fn a_program_that_is_not_there_ends_with_127_and_one_that_is_none_with_126() {
    for place in EVERYWHERE {
        let ran = run_in(place, &Place::new().plan(["no-such-program"]));
        assert_eq!(ran.end, code(127));
        assert!(ran.output.contains("cannot start no-such-program"), "{}", ran.output);
        let ran = run_in(place, &Place::new().plan(["/etc/passwd"]));
        assert_eq!(ran.end, code(126));
        assert!(ran.output.contains("Permission denied"), "{}", ran.output);
    }
}

#[test]
fn a_program_has_the_environment_and_the_folder_of_its_plan_and_no_other_file() {
    let place = Place::new();
    let folder = place.file("work/file", "").parent().unwrap().to_owned();
    let script = place.file("work/program", "#!/bin/sh\nenv; ls -l /proc/self/fd; cat; pwd");
    executable(&script);
    let mut plan = place.plan(["./program"]);
    plan.env.insert("GREETING".to_owned(), "good day".to_owned());
    plan.read = vec![folder.clone()];
    plan.cwd = Some(folder.clone());
    // The shim is started with a file that it was not meant to have.
    let weft = command(Where::Here).get_program().to_owned();
    let mut leaking = Command::new("sh");
    leaking.args(["-c", "exec 9< /etc/passwd; exec \"$0\" shim"]).arg(weft);
    let ran = Shim::tell(&serde_json::to_string(&plan).unwrap(), &mut leaking).finish();
    assert_eq!(ran.end, code(0), "{}", ran.output);
    let lines: Vec<&str> = ran.output.lines().collect();
    assert!(lines.contains(&"GREETING=good day"));
    let known = ["GREETING=", "PATH=", "PWD=", "OLDPWD=", "SHLVL=", "_="];
    let variables: Vec<_> = lines.iter().take_while(|line| !line.starts_with("total")).collect();
    assert!(
        variables.iter().all(|line| known.iter().any(|known| line.starts_with(known))),
        "{variables:?}"
    );
    assert_eq!(lines.last(), Some(&folder.to_str().unwrap()));
    // Stdin, stdout, stderr, and the folder that `ls` itself reads.
    assert_eq!(lines.iter().filter(|line| line.contains(" -> ")).count(), 4, "{lines:?}");
    assert!(!ran.output.contains("passwd"), "{}", ran.output);
}

#[test]
fn plans_that_cannot_be_read_are_refused() {
    let place = Place::new();
    let mut upwards = place.plan(["true"]);
    upwards.read = vec!["/usr/../etc".into()];
    let long = "x".repeat(2 * LINE_BYTES_MAX);
    for line in ["", "{}", "stop", &serde_json::to_string(&upwards).unwrap(), &long] {
        let mut shim = Shim::tell(line, &mut command(Where::Here));
        let Some(Report::Failed { reason }) = shim.report() else { panic!("{line:.40} is taken") };
        assert!(!reason.is_empty());
        assert_eq!(shim.report(), None);
    }
}

#[test]
fn to_stop_is_sigterm_to_the_group() {
    for place in EVERYWHERE {
        let script = "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 1; done";
        let plan = Plan { grace_ms: 60_000, ..Place::new().sh(script) };
        let mut shim = Shim::start(&plan, place);
        shim.ready();
        assert_eq!(shim.line(), "up");
        shim.stop();
        let rest = shim.rest();
        assert!(rest.ends_with("bye\n"), "{place:?}: {rest}");
        assert_eq!(shim.report(), Some(code(7)));
        assert_eq!(shim.report(), None);
    }
}

#[test]
fn a_program_that_ignores_sigterm_is_killed_after_the_grace() {
    for place in EVERYWHERE {
        let marker = marker();
        let script =
            format!("trap '' TERM; setsid sleep {marker} & echo up; while :; do sleep 1; done");
        let mut shim = Shim::start(&Place::new().sh(&script), place);
        shim.ready();
        assert_eq!(shim.line(), "up");
        shim.stop();
        shim.stop();
        assert_eq!(shim.report(), Some(signal(9)));
        assert_eq!(marked(&marker), [0; 0]);
    }
}

/// A program that makes four children, each in another way to leave them behind.
fn clinging(marker: &str) -> String {
    format!(
        "setsid sh -c 'sleep {marker} & setsid sleep {marker} & exec sleep {marker}' & \
         (setsid sleep {marker} &) ; echo up;"
    )
}

#[test]
fn nothing_outlives_the_program() {
    for place in EVERYWHERE {
        let marker = marker();
        let mut shim = Shim::start(
            &Place::new().sh(&format!("{} sleep 0.2; exit 4", clinging(&marker))),
            place,
        );
        shim.ready();
        assert_eq!(shim.line(), "up");
        assert_eq!(shim.report(), Some(code(4)));
        assert_eq!(marked(&marker), [0; 0], "{place:?}");
    }
}

#[test]
fn nothing_outlives_the_kernel() {
    for place in EVERYWHERE {
        let marker = marker();
        let script = format!("trap '' TERM HUP; {} sleep {marker}", clinging(&marker));
        let mut shim = Shim::start(&Place::new().sh(&script), place);
        shim.ready();
        assert_eq!(shim.line(), "up");
        marked_at_least(&marker, 5);
        shim.lose_the_kernel();
        assert_eq!(shim.report(), Some(signal(9)));
        assert_eq!(marked(&marker), [0; 0], "{place:?}");
    }
}

#[test]
fn nothing_outlives_the_shim() {
    for place in EVERYWHERE {
        let marker = marker();
        let script = format!("trap '' TERM HUP; {} sleep {marker}", clinging(&marker));
        let mut shim = Shim::start(&Place::new().sh(&script), place);
        shim.ready();
        assert_eq!(shim.line(), "up");
        marked_at_least(&marker, 5);
        shim.kill();
        assert_eq!(shim.report(), None);
        // The pipe ends once the last process has gone that could print into it.
        assert_eq!(shim.rest(), "");
        assert_eq!(marked(&marker), [0; 0], "{place:?}");
    }
}

#[test]
fn a_flood_of_output_comes_out_whole() {
    let bytes = 50_000_000;
    let ran = run(&Place::new().sh(&format!("yes | head -c {bytes}")));
    assert_eq!((ran.end, ran.output.len()), (code(0), bytes));
}

#[test]
fn the_probe_finds_out_whether_there_are_namespaces() {
    let probe = |mut command: Command| command.arg("probe").output().unwrap().stdout;
    assert_eq!(probe(command(Where::Here)), b"yes");
    let mut bare = command(Where::WithoutNamespaces);
    bare.env("PATH", "/usr/bin:/bin");
    assert_eq!(probe(bare), b"");
}

#[test]
fn a_program_that_has_to_be_confined_runs_confined_or_not_at_all() {
    let place = Place::new();
    let plan = Plan { confinement: Confinement::Required, ..place.sh("echo ran") };
    assert_eq!(run(&plan).output, "ran\n");
    let mut shim = Shim::start(&plan, Where::WithoutNamespaces);
    let printed = shim.rest();
    assert!(printed.contains("has to be confined here, and cannot be"), "{printed}");
    assert!(!printed.contains("ran"), "{printed}");
    shim.ready();
    assert_eq!(shim.report(), Some(Report::Exited { code: Some(126), signal: None }));
}

#[test]
fn a_stop_that_comes_with_the_plan_is_obeyed() {
    for place in EVERYWHERE {
        let plan = Place::new().sh("sleep 1000");
        let line = format!("{}\n{STOP}", serde_json::to_string(&plan).unwrap());
        let mut shim = Shim::tell(&line, &mut command(place));
        shim.ready();
        assert_eq!(shim.report(), Some(signal(15)), "{place:?}");
    }
}
