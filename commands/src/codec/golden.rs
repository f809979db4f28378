//! The bytes of every command's arguments, pinned in `fixtures/golden/commands`.

use std::{ffi::OsString, fs, path::PathBuf};

use crate::{Command, testing::samples};

/// Set to write the files that are missing; those that are there are never overwritten.
const BLESS: &str = "WEFT_BLESS";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/golden/commands")
}

fn name(command: &Command) -> String {
    format!("{:03}-{}-v1.hex", command.kind().0, command.name())
}

/// The file's form: a comment with the value, then the bytes in hex, 32 to the line.
fn written(command: &Command) -> String {
    let bytes = command.encode_arguments();
    let lines: Vec<String> = bytes.chunks(32).map(hex::encode).collect();
    format!("# {command:?}\n{}\n", lines.join("\n"))
}

fn bytes(text: &str) -> Vec<u8> {
    let digits: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    hex::decode(digits).unwrap()
}

#[test]
fn the_bytes_of_every_command_stay() {
    let samples = samples();
    let kinds: Vec<_> = samples.iter().map(Command::kind).collect();
    assert_eq!(kinds, Command::KINDS, "one sample of every kind");
    for command in samples {
        let path = folder().join(name(&command));
        if !path.exists() && std::env::var(BLESS).is_ok() {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, written(&command)).unwrap();
        }
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; make it with {BLESS}=1", path.display()));
        let bytes = bytes(&text);
        assert_eq!(command.encode_arguments(), bytes, "{}", path.display());
        assert_eq!(Command::decode_arguments(command.kind(), &bytes).unwrap(), command);
        assert_eq!(text, written(&command), "{}", path.display());
    }
    assert_no_others();
}

fn assert_no_others() {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut found: Vec<_> = names.collect();
    let samples = samples();
    let mut expected: Vec<_> =
        samples.iter().map(|command| OsString::from(name(command))).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "one file of every kind");
}
