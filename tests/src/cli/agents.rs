//! Programs as agents.

use super::daemon::Daemon;
use super::node::{Node, Ran};
use serde_json::json;

#[test]
fn running_takes_a_kernel() {
    let node = Node::fresh();
    node.weft(["run", "a", "--", "true"]).fails(7, &["no kernel runs", "weft kernel start"]);
    node.weft(["agent", "spawn", "a", "--", "true"]).fails(7, &["no kernel runs"]);
    assert_eq!(node.size(), 1);
}

#[test]
fn an_agent_runs_prints_and_is_known_afterwards() {
    let daemon = Daemon::start();
    let receipt = daemon.run("hello", &[], "echo hello $GREETED; echo oh >&2; exit 3");
    assert_eq!(
        (&receipt["kind"], &receipt["verdict"]),
        (&json!("process.spawn"), &json!("permit"))
    );
    assert_eq!(daemon.printed("hello"), "hello\noh\n");
    let row = &daemon.json(["ps", "--all"])[0];
    assert_eq!(
        (&row["name"], &row["exit"], &row["backend"], &row["restarts"]),
        (&json!("hello"), &json!("code:3"), &json!("native"), &json!(0))
    );
    assert_eq!(daemon.json(["agent", "inspect", "hello"])["pid"], json!(1));
    assert_eq!(daemon.json(["agent", "inspect", "1"])["name"], json!("hello"));
    assert!(daemon.done(["agent", "inspect", "hello"]).contains("exited code:3"));
    assert_eq!(daemon.json(["logs", "hello"]), json!({"pid": 1, "text": "hello\noh\n"}));
    assert_eq!(daemon.done(["logs", "1", "--bytes", "3"]), "oh\n");
    daemon.weft(["logs", "nobody"]).fails(3, &["process nobody not found", "weft ps"]);
    daemon.done(["kernel", "stop"]);
    assert_eq!(daemon.done(["logs", "hello"]), "hello\noh\n", "without a kernel from the files");
    let ran = daemon.weft(["logs", "hello", "--follow"]);
    assert!(ran.code == 0 && ran.stderr.contains("nothing more will come"), "{}", ran.stderr);
    daemon.weft(["logs", "nobody"]).fails(3, &["process nobody not found"]);
}

#[test]
fn rights_to_relative_files_begin_where_they_are_named() {
    let daemon = Daemon::start();
    let work = daemon.outside("work");
    std::fs::create_dir_all(work.join("docs")).unwrap();
    std::fs::write(work.join("docs/a.md"), "one two\n").unwrap();
    std::fs::write(work.join("count.sh"), "#!/bin/sh\nwc -w < a.md\n").unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(work.join("count.sh"), executable).unwrap();
    let mut run = daemon.command([
        "run",
        "counter",
        "--can",
        "read:./docs",
        "--cwd",
        "docs",
        "--env",
        "A=1",
        "--",
        "./count.sh",
    ]);
    let ran = Ran::from(run.current_dir(&work).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(daemon.printed("counter").trim(), "2");
    let docs = work.join("docs").canonicalize().unwrap();
    let grants = &daemon.json(["agent", "inspect", "counter", "--at", "3"])["grants"];
    assert_eq!(grants[0]["scope"], json!(format!("read:{}", docs.display())));
}

#[test]
fn arguments_that_make_no_sense_are_2() {
    let daemon = Daemon::start();
    let wrong: [&[&str]; 9] = [
        &["run", "a"],
        &["run", "a", "true"],
        &["run", "NOT A NAME", "--", "true"],
        &["run", "a", "--can", "fly:moon", "--", "true"],
        &["run", "a", "--can", "read:./no such file", "--", "true"],
        &["run", "a", "--env", "novalue", "--", "true"],
        &["run", "a", "--env", "A=1", "--env", "A=2", "--", "true"],
        &["run", "a", "--restart", "always", "--", "true"],
        &["run", "a", "--", ""],
    ];
    for arguments in wrong {
        daemon.weft(arguments).fails(2, &["error"]);
    }
    daemon
        .weft(["run", "a", "--cwd", "/no/such/folder", "--", "true"])
        .fails(1, &["/no/such/folder"]);
    assert_eq!(daemon.size(), 2, "none of this was worth a record");
}

#[test]
fn a_rehearsal_runs_nothing_and_a_taken_name_is_refused() {
    let daemon = Daemon::start();
    let ran = daemon.weft(["run", "a", "--dry-run", "--", "true"]);
    assert!(
        ran.code == 0 && ran.stdout.contains("process.spawned"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(daemon.json(["ps", "--all"]), json!([]));
    daemon.agent("a", &[]);
    daemon.weft(["run", "a", "--", "true"]).fails(1, &["process.spawn rejected"]);
}

#[test]
fn what_fails_is_started_again_until_it_is_stopped() {
    let daemon = Daemon::start();
    let mut follower = daemon.follow();
    daemon.run_with("weak", &[], &["--restart", "on-failure"], "exit 1");
    follower.until(|record| {
        record["kind"] == "process.started" && record["request"]["generation"] == 3
    });
    assert!(daemon.json(["ps"])[0]["restarts"].as_u64() >= Some(2));
    daemon.done(["agent", "stop", "weak"]);
    assert_eq!(daemon.json(["ps", "--all"])[0]["name"], json!("weak"));
    daemon.weft(["agent", "stop", "nobody"]).fails(3, &["no process nobody"]);
}

#[test]
fn a_program_that_is_not_there_exits_with_127() {
    let daemon = Daemon::start();
    daemon.done(["run", "none", "--", "/no/such/program"]);
    let printed = daemon.printed("none");
    assert_eq!(daemon.json(["ps", "--all"])[0]["exit"], json!("code:127"), "{printed}");
}

#[test]
fn an_agent_acts_as_itself_from_a_shell_script() {
    let daemon = Daemon::start();
    let script = "\"$0\" tree put /work/a >/dev/null; echo $?; \"$0\" tree put /other 2>/dev/null >&2; echo $?; \
                  \"$0\" ps -o json | grep -c own";
    daemon.run("own", &["put:/work", "observe:*"], script);
    assert_eq!(daemon.printed("own"), "0\n4\n1\n");
    let record = daemon.json(["log", "--kind", "tree.put", "--limit", "1", "--verdict", "deny"]);
    assert_eq!(record["actor"], json!("process:1"));
}

#[test]
fn a_token_makes_an_agent_and_a_named_node_an_operator() {
    let daemon = Daemon::start();
    let agent = daemon.agent("reader", &[]);
    agent.weft(["tree", "put", "/a"]).fails(4, &["tree.put denied", "holds no grant of put:/a"]);
    agent.weft(["tree", "list"]).fails(4, &["denied", "observe:*"]);
    agent.weft(["ps", "--at", "@"]).fails(2, &["--at reads the files"]);
    assert_eq!(daemon.json(["show", "@"])["actor"], json!("process:1"));
    let mut named = agent.command(["tree", "put", "/a", "--data-dir"]);
    let ran = Ran::from(named.arg(daemon.data_dir()).output().unwrap());
    assert_eq!((ran.code, daemon.json(["show", "@"])["actor"].clone()), (0, json!("operator:1")));
    let with =
        |token: &str| Ran::from(agent.command(["ps"]).env("WEFT_TOKEN", token).output().unwrap());
    with("secret").fails(2, &["WEFT_TOKEN holds no token"]);
    let other = format!("1.1.{}", "00".repeat(32));
    with(&other).fails(4, &["error", "WEFT_TOKEN"]);
    let lost = Ran::from(agent.command(["ps"]).env_remove("WEFT_SOCKET").output().unwrap());
    lost.fails(2, &["WEFT_SOCKET"]);
    let nowhere = Ran::from(agent.command(["ps"]).env("WEFT_SOCKET", "/nowhere").output().unwrap());
    nowhere.fails(7, &["/nowhere"]);
    let mut follower = daemon.follow();
    daemon.done(["agent", "stop", &agent.name]);
    follower.until(|record| record["kind"] == "process.exited");
    agent.weft(["ps"]).fails(4, &["WEFT_TOKEN"]);
}
