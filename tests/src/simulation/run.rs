//! How many storms, and that each is a function of its seed.

use super::report::Report;
use super::storm::Storm;
use std::panic;

/// Seeds of the whole suite, cut into four tests so that both cores have work.
const SEEDS: u64 = 1_200;

/// Every how many seeds a storm is run twice.
const TWICE_EVERY: u64 = 40;

#[test]
fn storms_in_the_first_quarter() {
    run(0);
}

#[test]
fn storms_in_the_second_quarter() {
    run(1);
}

#[test]
fn storms_in_the_third_quarter() {
    run(2);
}

#[test]
fn storms_in_the_last_quarter() {
    run(3);
}

fn run(quarter: u64) {
    if let Some(seed) = std::env::var("WEFT_SEED").ok().and_then(|seed| seed.parse().ok()) {
        println!("{:#?}", storm(seed));
        return;
    }
    let mut total = Report::default();
    for seed in (0..SEEDS).filter(|seed| seed % 4 == quarter) {
        let report = storm(seed);
        if seed % TWICE_EVERY == quarter {
            assert_eq!(storm(seed), report, "seed {seed} gives other bytes the second time");
        }
        total.add(&report);
    }
    println!("{total:#?}");
    total.assert_everything_happened();
}

fn storm(seed: u64) -> Report {
    panic::catch_unwind(|| Storm::new(seed).run()).unwrap_or_else(|panic| {
        println!("storm {seed} failed: run it alone with WEFT_SEED={seed}");
        panic::resume_unwind(panic)
    })
}
