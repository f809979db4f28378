//! One line that came over the socket.

use serde_json::Value;
use weft_commands::Command;
use weft_projections::State;
use weft_runtime::api::{Understood, understand};

/// A line is understood or answered with one line of JSON-RPC; a command that is understood is
/// recorded as arguments that are read as the same command.
pub fn socket_frame(data: &[u8]) {
    let line = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match understand(line, &State::default()) {
        Ok(Understood::Hello | Understood::Query) => {}
        Ok(Understood::Command(command)) => {
            let Ok(bytes) = command.encode_arguments_checked() else { return };
            let again = Command::decode_arguments(command.kind(), &bytes);
            assert_eq!(again.as_ref().ok(), Some(&*command), "a command is recorded as it is");
        }
        Err(answer) => refused(&answer),
    }
}

fn refused(answer: &[u8]) {
    let (end, text) = answer.split_last().unwrap();
    assert!(*end == b'\n' && !text.contains(&b'\n'), "one line");
    let answer: Value = serde_json::from_slice(text).expect("an answer is JSON");
    assert_eq!(answer["jsonrpc"], "2.0");
    let error = &answer["error"];
    assert!(error["code"].is_i64() && !error["message"].as_str().unwrap().is_empty(), "{answer}");
    assert!(error["data"]["exit"].is_u64() && error["data"]["code"].is_string(), "{answer}");
}
