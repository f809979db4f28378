//! The program of a native process: the payload of its `process.spawn`.
//!
//! Neither the gate nor a decider reads it. Who spawns writes it, and who starts the process reads it.

use core::{convert::Infallible, fmt};
use std::collections::BTreeMap;

use minicbor::{Decode, Encoder, encode};

use crate::{Error, limits::PROGRAM_BYTES_MAX};

/// What to run, and with what around it. Stored as `{1: argv, 2: env, ? 3: cwd}`, at most 64 KiB.
#[derive(Clone, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments; the first is a path, or a name to look for.
    pub argv: Vec<String>,
    /// The environment beside what every process gets.
    pub env: BTreeMap<String, String>,
    /// The folder it starts in, an absolute path. None: wherever the one who starts it likes.
    pub cwd: Option<String>,
}

impl Program {
    /// The canonical CBOR of a program that can be run.
    ///
    /// # Errors
    /// [`Error::BadProgram`] for an empty `argv` or first argument, a NUL anywhere, a variable with an empty
    /// name or one with `=`, a relative `cwd`; [`Error::ProgramTooLong`] beyond [`PROGRAM_BYTES_MAX`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let bytes = self.to_vec();
        check_len(&bytes)?;
        Ok(bytes)
    }

    /// Reads what [`Program::encode`] wrote.
    ///
    /// # Errors
    /// Those of [`Program::encode`], and [`Error::Malformed`] and [`Error::NotCanonical`] for bytes that
    /// it never writes.
    pub fn decode(bytes: &[u8]) -> Result<Program, Error> {
        check_len(bytes)?;
        let Wire { argv, env, cwd } = minicbor::decode(bytes)
            .map_err(|source| Error::Malformed { what: "program", source })?;
        let program = Program { argv, env, cwd };
        program.check()?;
        if program.to_vec() != bytes {
            return Err(Error::NotCanonical { what: "program" });
        }
        Ok(program)
    }

    fn check(&self) -> Result<(), Error> {
        let bad = |reason| Err(Error::BadProgram { reason });
        if self.argv.first().is_none_or(String::is_empty) {
            return bad("nothing to run");
        }
        if self.texts().any(|text| text.contains('\0')) {
            return bad("a NUL");
        }
        if self.env.keys().any(|name| name.is_empty() || name.contains('=')) {
            return bad("a variable with an empty name, or '=' in its name");
        }
        if self.cwd.as_ref().is_some_and(|cwd| !cwd.starts_with('/')) {
            return bad("the folder to start in is not absolute");
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let env = self.env.iter().flat_map(|(name, value)| [name, value]);
        self.argv.iter().chain(env).chain(&self.cwd)
    }

    fn to_vec(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new());
        self.write(&mut encoder).expect("writing to memory cannot fail");
        encoder.into_writer()
    }

    fn write(&self, e: &mut Encoder<Vec<u8>>) -> Result<(), encode::Error<Infallible>> {
        e.map(2 + u64::from(self.cwd.is_some()))?.u8(1)?.encode(&self.argv)?;
        e.u8(2)?.map(self.env.len() as u64)?;
        // Keys in the order of their encoded bytes (RFC 8949 section 4.2.1), in which the length comes first.
        let mut env: Vec<_> = self.env.iter().collect();
        env.sort_by_key(|(name, _)| (name.len(), *name));
        for (name, value) in env {
            e.str(name)?.str(value)?;
        }
        if let Some(cwd) = &self.cwd {
            e.u8(3)?.str(cwd)?;
        }
        Ok(())
    }
}

/// Without the values of the environment: secrets are handed to programs in it.
impl fmt::Debug for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.env.keys().collect();
        let mut shown = out.debug_struct("Program");
        shown.field("argv", &self.argv).field("env", &names).field("cwd", &self.cwd).finish()
    }
}

/// The keys of a stored program.
#[derive(Decode)]
#[cbor(map)]
struct Wire {
    #[n(1)]
    argv: Vec<String>,
    #[n(2)]
    env: BTreeMap<String, String>,
    #[n(3)]
    cwd: Option<String>,
}

fn check_len(bytes: &[u8]) -> Result<(), Error> {
    let (len, len_max) = (bytes.len() as u64, u64::from(PROGRAM_BYTES_MAX));
    if len > len_max {
        return Err(Error::ProgramTooLong { len, len_max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::btree_map, collection::vec, option, prelude::*};

    fn program(argv: &[&str], env: &[(&str, &str)], cwd: Option<&str>) -> Program {
        Program {
            argv: argv.iter().map(|text| (*text).to_owned()).collect(),
            env: env
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            cwd: cwd.map(str::to_owned),
        }
    }

    #[test]
    fn the_bytes_of_a_program_are_pinned() {
        let pinned = |program: &Program, hex: &str| {
            assert_eq!(hex::encode(program.encode().unwrap()), hex);
            assert_eq!(Program::decode(&hex::decode(hex).unwrap()).unwrap(), *program);
        };
        pinned(&program(&["sh"], &[], None), "a20181627368 02a0".replace(' ', "").as_str());
        pinned(
            &program(&["sh", ""], &[("AA", "1"), ("B", "é"), ("A", "")], Some("/srv")),
            "a3018262736860 02a36141606142 62c3a9 624141613103642f737276".replace(' ', "").as_str(),
        );
    }

    #[test]
    fn what_cannot_be_run_is_no_program() {
        let refused = |program: &Program, reason: &str| {
            let message = format!("no program: {reason}");
            assert_eq!(program.encode().unwrap_err().to_string(), message);
            assert_eq!(Program::decode(&program.to_vec()).unwrap_err().to_string(), message);
        };
        refused(&program(&[], &[], None), "nothing to run");
        refused(&program(&["", "x"], &[], None), "nothing to run");
        refused(&program(&["sh", "a\0b"], &[], None), "a NUL");
        refused(&program(&["sh"], &[("A", "\0")], None), "a NUL");
        refused(&program(&["sh"], &[], Some("/\0")), "a NUL");
        let bad_name = "a variable with an empty name, or '=' in its name";
        refused(&program(&["sh"], &[("", "x")], None), bad_name);
        refused(&program(&["sh"], &[("A=B", "x")], None), bad_name);
        refused(&program(&["sh"], &[], Some("srv")), "the folder to start in is not absolute");
    }

    #[test]
    fn a_program_takes_64_kib_at_most() {
        let framing = program(&["sh", &"x".repeat(60_000)], &[], None).to_vec().len() - 60_000;
        let longest = "x".repeat(PROGRAM_BYTES_MAX as usize - framing);
        let bytes = program(&["sh", &longest], &[], None).encode().unwrap();
        assert_eq!(bytes.len(), PROGRAM_BYTES_MAX as usize);
        assert!(Program::decode(&bytes).is_ok());
        let longer = program(&["sh", &format!("{longest}x")], &[], None);
        let message = "the program takes 65537 bytes, at most 65536 allowed";
        assert_eq!(longer.encode().unwrap_err().to_string(), message);
        assert_eq!(Program::decode(&longer.to_vec()).unwrap_err().to_string(), message);
    }

    #[test]
    fn other_forms_of_the_same_program_are_refused() {
        let refused = |hex: &str| {
            let bytes = hex::decode(hex.replace(' ', "")).unwrap();
            assert!(Program::decode(&bytes).is_err(), "{hex}");
        };
        refused("a2 01 81 627368 02 a2 624141 60 6141 60");
        refused("a2 01 81 627368 02 a2 6141 60 6141 60");
        refused("a2 02 a0 01 81 627368");
        refused("a3 01 81 627368 02 a0 03 f6");
        refused("a3 01 81 627368 02 a0 04 00");
        refused("bf 01 81 627368 02 a0 ff");
        refused("a2 01 81 627368 02 a0 00");
        refused("a1 01 81 627368");
    }

    #[test]
    fn no_value_of_the_environment_is_shown() {
        let shown = format!("{:?}", program(&["sh"], &[("KEY", "hunter2")], None));
        assert_eq!(shown, r#"Program { argv: ["sh"], env: ["KEY"], cwd: None }"#);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn programs_read_back(
            argv in vec("[a-z]{1,4}", 1..4), env in btree_map("[A-Z]{1,3}", "[a-zé]{0,3}", 0..5), cwd in option::of("/[a-z]{0,3}")
        ) {
            let program = Program { argv, env, cwd };
            let bytes = program.encode().unwrap();
            prop_assert_eq!(Program::decode(&bytes).unwrap(), program);
        }

        #[test]
        fn damaged_programs_are_an_error_or_another_one(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = program(&["sh", "-c"], &[("A", "x"), ("BC", "y")], Some("/srv")).encode().unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(other) = Program::decode(&bytes) {
                prop_assert_eq!(other.encode().unwrap(), bytes);
            }
        }

        #[test]
        fn garbage_is_an_error(bytes in vec(any::<u8>(), 0..100)) {
            if let Ok(program) = Program::decode(&bytes) {
                prop_assert_eq!(program.encode().unwrap(), bytes);
            }
        }
    }
}
