//! Which files an agent reaches.

use super::shim::{EVERYWHERE, Place, SECRET, Where, code, run, run_in};
use std::fs;
use std::os::unix::fs::symlink;

/// Looks for the keys in every way there is; each failure is expected.
fn burglary(place: &Place) -> String {
    let node = place.path("node");
    let node = node.display();
    format!(
        "for at in '' /proc/1/root /proc/self/root /proc/1/cwd /proc/$PPID/root /proc/self/cwd/../../../..; do \
           ls $at{node} $at{node}/keys; cat $at{node}/keys/operator.key; done; \
         ls {parent}; find / -name 'operator.key' -exec cat {{}} +; \
         grep -rs {pattern} {parent} /tmp /dev/shm; \
         ln {node}/keys/operator.key /tmp/hard; ln -s {node}/keys/operator.key /tmp/soft; cat /tmp/hard /tmp/soft; \
         mv {node} {parent}/taken; cat {parent}/taken/keys/operator.key; \
         umount {node}; cat {node}/keys/operator.key; true",
        parent = place.path("").display(),
        pattern = "the-operators",
    )
}

#[test]
fn the_keys_cannot_be_read_whatever_is_granted_around_them() {
    for at in EVERYWHERE {
        for grants in ["", "read", "write", "keys", "link"] {
            let place = Place::new();
            let mut plan = place.sh(&burglary(&place));
            match grants {
                "read" => plan.read = vec![place.path("")],
                "write" => plan.write = vec![place.path("")],
                "keys" => {
                    plan.read = vec![place.path("node/keys"), place.path("node/keys/operator.key")];
                }
                "link" => {
                    symlink(place.path("node"), place.path("link")).unwrap();
                    plan.read = vec![place.path("link"), place.path("link/keys")];
                }
                _ => {}
            }
            let ran = run_in(at, &plan);
            assert!(!ran.output.contains(SECRET), "{at:?} {grants}: {}", ran.output);
            assert_eq!(ran.end, code(0), "{at:?} {grants}: {}", ran.output);
            let told = ran.output.contains("not granted") || ran.output.contains("only to read");
            let is_told = match grants {
                "keys" | "link" | "write" => true,
                "read" => at == Where::WithoutNamespaces,
                _ => false,
            };
            assert_eq!(told, is_told, "{at:?} {grants}: {}", ran.output);
            assert_eq!(fs::read_to_string(place.path("node/keys/operator.key")).unwrap(), SECRET);
        }
    }
}

#[test]
fn what_is_granted_to_read_is_read_and_not_written() {
    for at in EVERYWHERE {
        let place = Place::new();
        let file = place.file("docs/a.txt", "some words");
        let folder = place.path("docs");
        let mut plan = place.sh(&format!(
            "cd {folder}; cat a.txt; ls; echo x > a.txt; echo x >> a.txt; echo x > b.txt; rm a.txt; \
             mv a.txt c.txt; mkdir d; chmod 777 a.txt .; truncate -s 0 a.txt; touch -d 1999-01-01 a.txt; exit 0",
            folder = folder.display()
        ));
        plan.read = vec![folder.clone()];
        let ran = run_in(at, &plan);
        assert!(ran.output.starts_with("some wordsa.txt\n"), "{at:?}: {}", ran.output);
        assert_eq!(fs::read_to_string(&file).unwrap(), "some words");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{at:?}");
    }
}

#[test]
fn a_file_alone_can_be_granted() {
    for at in EVERYWHERE {
        let place = Place::new();
        let (one, other) =
            (place.file("docs/a.txt", "mine"), place.file("docs/b.txt", "not-yours"));
        let mut plan = place.sh(&format!(
            "cat {} {}; echo more >> {}",
            one.display(),
            other.display(),
            one.display()
        ));
        plan.write = vec![one.clone()];
        let ran = run_in(at, &plan);
        assert!(
            ran.output.starts_with("mine") && !ran.output.contains("not-yours"),
            "{}",
            ran.output
        );
        assert_eq!(fs::read_to_string(&one).unwrap(), "minemore\n", "{at:?}: {}", ran.output);
    }
}

#[test]
fn what_is_granted_to_write_is_written_and_nothing_beside_it() {
    for at in EVERYWHERE {
        let place = Place::new();
        place.file("work/old.txt", "old");
        let beside = place.file("beside.txt", "beside");
        let (work, root) = (place.path("work"), place.path(""));
        let mut plan = place.sh(&format!(
            "cd {work} && echo new > new.txt && rm old.txt && mkdir d && mv new.txt d/ && cat d/new.txt || exit 1; \
             ls -a {root}; cat {root}/beside.txt; echo x > {root}/beside.txt; echo x > {root}/other.txt; exit 0",
            work = work.display(),
            root = root.display(),
        ));
        plan.write = vec![work.clone()];
        let ran = run_in(at, &plan);
        assert_eq!(ran.end, code(0), "{at:?}: {}", ran.output);
        assert_eq!(fs::read_to_string(work.join("d/new.txt")).unwrap(), "new\n");
        assert_eq!(fs::read_to_string(&beside).unwrap(), "beside");
        assert!(!place.path("other.txt").exists());
    }
}

#[test]
fn a_folder_to_write_within_one_to_read_is_written() {
    let place = Place::new();
    place.file("docs/out/a.txt", "a");
    let docs = place.path("docs");
    let mut plan =
        place.sh(&format!("cd {}; echo b > out/b.txt; echo c > c.txt; exit 0", docs.display()));
    (plan.read, plan.write) = (vec![docs.clone()], vec![docs.join("out")]);
    let ran = run(&plan);
    assert!(docs.join("out/b.txt").exists() && !docs.join("c.txt").exists(), "{}", ran.output);
}

#[test]
fn the_temporary_folder_is_its_own() {
    let place = Place::new();
    let outside = tempfile::NamedTempFile::new_in("/tmp").unwrap();
    let name = outside.path().file_name().unwrap().to_str().unwrap().to_owned();
    let script = format!(
        "ls -A /tmp /dev/shm; echo x > /tmp/of-an-agent-{name}; cat /tmp/of-an-agent-{name}; cat /tmp/{name}"
    );
    let ran = run(&place.sh(&script));
    assert!(ran.output.starts_with("/dev/shm:\n\n/tmp:\nx\n"), "{}", ran.output);
    assert!(!std::path::Path::new(&format!("/tmp/of-an-agent-{name}")).exists());
}

#[test]
fn the_rest_of_the_system_is_out_of_reach() {
    for at in EVERYWHERE {
        let ran = run_in(at, &Place::new().python(
            "import os\n\
             def tried(what, f):\n\
             \ttry: f()\n\
             \texcept OSError as e: print(what, 'fails')\n\
             \telse: print(what, 'WORKS')\n\
             for path in ('/etc/shadow', '/etc/gshadow', '/root', '/home', '/var', '/run', '/sys', '/boot', '/proc/1/root', '/proc/kcore'):\n\
             \ttried(path, lambda: os.listdir(path) if not path.endswith(('shadow', 'kcore')) else open(path, 'rb').read(1))\n\
             for path in ('/usr/x', '/etc/x', '/x', '/dev/x', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/etc/passwd', '/proc/sys/user/max_user_namespaces', '/proc/self/uid_map'):\n\
             \ttried(path, lambda: open(path, 'ab').close())\n\
             tried('chroot', lambda: os.chroot('/tmp'))\n\
             tried('mknod', lambda: os.mknod('/tmp/disk', 0o60644, os.makedev(8, 0)))\n",
        ));
        assert_eq!(ran.end, code(0), "{}", ran.output);
        assert!(
            !ran.output.contains("WORKS") && ran.output.lines().count() == 21,
            "{at:?}: {}",
            ran.output
        );
    }
}
