//! Many at once against two implementations that share no code with it, and with each other.

use crate::each::shake_one;
use crate::vector::Permutation;
use crate::{DIGEST_BYTES, Stream, shake_each, slots};
use proptest::prelude::*;

type Hashed = Vec<[u8; DIGEST_BYTES]>;

/// One after another, by the `tiny-keccak` crate.
fn by_tiny_keccak<const PARTS: usize>(prefix: &[u8], inputs: &[[&[u8]; PARTS]]) -> Hashed {
    use tiny_keccak::Hasher as _;
    let hash = |parts: &[&[u8]; PARTS]| {
        let mut hasher = tiny_keccak::Shake::v256();
        hasher.update(prefix);
        parts.iter().for_each(|part| hasher.update(part));
        let mut digest = [0; DIGEST_BYTES];
        hasher.finalize(&mut digest);
        digest
    };
    inputs.iter().map(hash).collect()
}

/// Both ways say the same, if this machine has both.
fn check<const PARTS: usize>(prefix: &[u8], inputs: &[[&[u8]; PARTS]]) {
    let expected = by_tiny_keccak(prefix, inputs);
    let one_by_one: Hashed = inputs.iter().map(|parts| shake_one(prefix, parts)).collect();
    assert_eq!(one_by_one, expected);
    assert_eq!(shake_each(prefix, inputs), expected);
    match Permutation::detect() {
        Some(permutation) => assert_eq!(slots::shake_each(permutation, prefix, inputs), expected),
        None => println!("this machine has no AVX2: one after another is all that was tested"),
    }
}

/// Every length up to some blocks, several of them at once; Miri sees those around the first end of a block.
#[test]
fn inputs_of_every_length_agree() {
    let lens = if cfg!(miri) { 130..140 } else { 0..420 };
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(lens.end).collect();
    let inputs: Vec<[&[u8]; 1]> = lens.clone().map(|len| [&bytes[..len]]).collect();
    check(b"", &inputs);
    check(b"weft/test/1", &inputs);
    let cut: Vec<[&[u8]; 2]> = lens.map(|at| bytes.split_at(at).into()).collect();
    check(b"", &cut);
}

#[test]
fn pieces_hash_as_the_whole() {
    let mut stream = Stream::default();
    [&b"ab"[..], b"", b"c"].iter().for_each(|piece| stream.update(piece));
    assert_eq!(stream.finish(), shake_one(b"", &[b"abc"]));
}

#[test]
fn none_one_and_few_inputs_agree() {
    for count in 0..10 {
        check(b"weft/test/1", &vec![[&b"the same"[..]]; count]);
        check(b"weft/test/1", &vec![[]; count]);
    }
}

/// The long one occupies its place while many short ones go past.
#[test]
fn a_long_input_beside_short_ones_keeps_its_place() {
    let long = vec![7; if cfg!(miri) { 1_000 } else { 10_000 }];
    let names: Vec<String> =
        (0..if cfg!(miri) { 10 } else { 100 }).map(|number| number.to_string()).collect();
    let mut inputs: Vec<[&[u8]; 1]> = names.iter().map(|name| [name.as_bytes()]).collect();
    inputs[1] = [&long];
    check(b"", &inputs);
}

/// The example for SHAKE-256 with a message of 1,600 bits, `a3` again and again, that NIST publishes with FIPS 202.
#[test]
fn the_published_example_comes_out() {
    let message = [0xa3; 200];
    let expected = "cd8a920ed141aa0407a22d59288652e9d9f1a7ee0c1e7c1ca699424da84a904d";
    check(b"", &[[&message[..]]; 5]);
    for digest in shake_each(b"", &[[&message[..]]; 5]) {
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 2 } else { 256 },
        // Miri has no files.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_inputs_agree(
        prefix in prop::collection::vec(any::<u8>(), 0..40),
        inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let parts: Vec<[&[u8]; 3]> = inputs
            .iter()
            .map(|input| {
                let (left, right) = input.split_at(cut.index(input.len() + 1));
                let (middle, right) = right.split_at(right.len() / 2);
                [left, middle, right]
            })
            .collect();
        check(&prefix, &parts);
    }
}
