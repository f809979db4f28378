//! How much faster are many hashes at once than one after another?
//!
//! The floor is a loop over the same inputs with the `shake` crate, measured in turns with [`shake_each`] in the same run; medians of
//! nine rounds. The lengths are those that the kernel hashes: a leaf of the resource tree, a node of it, a core with its salt, and a
//! branch with all its children. Where the machine has no vector instructions for it, the two are the same.
//!
//! Run with `cargo bench -p weft-hashing`.

#![allow(
    // A bench is not part of the product: it may stop at the first surprise.
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::hint::black_box;
use std::time::Instant;
use weft_hashing::{Stream, shake_each};

const PREFIX: &[u8] = b"weft/bench/1";
const ROUNDS: usize = 9;

fn main() {
    // `cargo test --benches` runs this too, with `--test`: one small round shows that it works.
    let count = if std::env::args().any(|argument| argument == "--test") { 16 } else { 4_096 };
    for len in [64, 120, 176, 514] {
        let content = vec![7; len];
        let inputs = vec![[content.as_slice()]; count];
        let (mut floors, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut expected = Vec::new();
            floors.push(nanoseconds(count, || expected = one_after_another(&inputs)));
            let mut found = Vec::new();
            taken.push(nanoseconds(count, || found = shake_each(PREFIX, &inputs)));
            assert_eq!(black_box(found), black_box(expected));
        }
        let (floor, taken) = (median(floors), median(taken));
        println!(
            "{len} bytes: {taken:.0} ns each, one after another {floor:.0} ns: {:.1} ×",
            floor / taken
        );
    }
}

fn one_after_another(inputs: &[[&[u8]; 1]]) -> Vec<[u8; 32]> {
    let hash = |[input]: &[&[u8]; 1]| {
        let mut stream = Stream::default();
        stream.update(PREFIX);
        stream.update(input);
        stream.finish()
    };
    inputs.iter().map(hash).collect()
}

fn nanoseconds(count: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
