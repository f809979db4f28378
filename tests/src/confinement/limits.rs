//! What an agent can use up.

use super::shim::{Place, Shim, Where, code, marked, marker, run};
use weft_runtime::shim::{Limits, TMP_BYTES_MAX};

#[test]
fn processes_are_bounded() {
    let place = Place::new();
    let marker = marker();
    let mut plan = place.python(&format!(
        "import os\n\
         count = 0\n\
         try:\n\
         \twhile count < 5000:\n\
         \t\tif os.fork() == 0: os.execvp('sleep', ['sleep', '{marker}'])\n\
         \t\tcount += 1\n\
         except OSError: print('made', count)\n"
    ));
    plan.limits.processes = 40;
    let ran = run(&plan);
    let made: u64 = ran.output.trim().strip_prefix("made ").expect(&ran.output).parse().unwrap();
    // A limit on the user does not hold root: there the numbers of the namespace run out, 300 later.
    assert!((20..=340).contains(&made), "{made}");
    assert_eq!(marked(&marker), [0; 0]);
}

#[test]
fn a_fork_bomb_is_over_when_the_kernel_says_so() {
    let mut plan = Place::new().sh("bomb() { bomb | bomb & }; echo up; bomb; sleep 1000");
    plan.limits.processes = 60;
    let mut shim = Shim::start(&plan, Where::Here);
    shim.ready();
    assert_eq!(shim.line(), "up");
    shim.lose_the_kernel();
    shim.rest();
    assert!(shim.report().is_some());
}

#[test]
fn open_files_are_bounded() {
    let mut plan = Place::new().python(
        "files = []\n\
         try:\n\
         \twhile True: files.append(open('/dev/null'))\n\
         except OSError as e: print(max(f.fileno() for f in files) + 1)\n",
    );
    plan.limits.open_files = 50;
    assert_eq!(run(&plan).output, "50\n");
}

#[test]
fn files_and_core_dumps_are_bounded() {
    let place = Place::new();
    let work = place.path("work");
    std::fs::create_dir(&work).unwrap();
    let script = "ulimit -c; head -c 3000000 /dev/zero > big; wc -c < big; sh -c 'kill -SEGV $$'; ls; exit 0";
    let mut plan = place.sh(script);
    (plan.write, plan.cwd) = (vec![work.clone()], Some(work.clone()));
    plan.limits = Limits { file_bytes: 1 << 20, ..plan.limits };
    let ran = run(&plan);
    assert_eq!(ran.end, code(0), "{}", ran.output);
    assert!(ran.output.starts_with("0\n"), "{}", ran.output);
    assert!(ran.output.lines().any(|line| line == "1048576"), "{}", ran.output);
    assert_eq!(std::fs::read_dir(&work).unwrap().count(), 1);
}

#[test]
fn the_temporary_folder_is_bounded() {
    let ran = run(&Place::new().sh("head -c 200000000 /dev/zero > /tmp/a; wc -c < /tmp/a; rm /tmp/a; head -c 10 /dev/zero > /tmp/b; wc -c < /tmp/b"));
    let sizes: Vec<u64> = ran.output.lines().filter_map(|line| line.parse().ok()).collect();
    assert_eq!(sizes, [TMP_BYTES_MAX, 10], "{}", ran.output);
}
