//! Checkpoints: one note, and a file of them.

use weft_ledger::{
    CHECKPOINTS_FILE, Checkpoint, Memory, NOTE_BYTES_MAX, Notes, VerifierKey, latest_checkpoint,
};

/// A note that is read is written as the same bytes; the notes of a file lie end to end, and reading
/// them from its end finds the same last one.
pub fn checkpoint(data: &[u8]) {
    if let Ok(note) = Checkpoint::parse(data) {
        one(&note, data);
    }
    let disk = Memory::new();
    disk.write(CHECKPOINTS_FILE, data);
    let mut end = 0;
    let mut last = None;
    for note in Notes::open(&disk, CHECKPOINTS_FILE).unwrap().expect("the file is there") {
        let Ok((at, note)) = note else { return };
        assert_eq!(at as usize, end, "notes lie end to end");
        assert!(data[end..].starts_with(note.as_bytes()));
        end += note.as_bytes().len();
        last = Some(note);
    }
    let Some(last) = last else { return };
    let latest = latest_checkpoint(&disk, last.origin(), u64::MAX);
    assert_eq!(latest.expect("every note was read"), Some(last), "the last one, read from the end");
}

fn one(note: &Checkpoint, data: &[u8]) {
    assert_eq!(note.as_bytes(), data, "a note comes out as it went in");
    assert!(data.len() <= NOTE_BYTES_MAX && note.signatures() > 0);
    assert!(data.starts_with(format!("{}\n{}\n", note.origin(), note.head().size).as_bytes()));
    assert_eq!(note.joined(note).as_ref(), Ok(note), "nothing new comes of a note and itself");
    if let Some(key) = VerifierKey::new(note.origin(), &KEY) {
        assert!(note.verify(&key).is_err(), "nobody has the secret of this key");
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    for len in [data.len() - 1, data.len() / 2] {
        assert!(Checkpoint::parse(&data[..len]).is_err(), "a note that is cut is none");
    }
}

/// The base point of the curve: a valid public key whose secret would be 1 before clamping, which no
/// seed gives.
const KEY: [u8; 32] = {
    let mut key = [0x66; 32];
    key[0] = 0x58;
    key
};
