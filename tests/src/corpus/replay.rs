//! Replays the corpus, and mutations of it.

use super::made;
use crate::support::root;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, panic};
use weft_harness::{Mutator, TARGETS, Target};

/// Mutations of each target's corpus, without `WEFT_MUTATIONS`.
const MUTATIONS: u64 = 2_000;

/// Bytes of the whole corpus.
const CORPUS_BYTES_MAX: usize = 200 << 10;

/// Inputs that a fuzzer found, beside those that are made here, begin so.
const FOUND: &str = "found-";

type Corpus = BTreeMap<String, Vec<u8>>;

/// With `WEFT_BLESS=1`, writes those of the inputs first that are made.
#[test]
fn the_corpus_is_what_the_code_makes_and_what_was_found() {
    let made = made::all();
    if std::env::var_os("WEFT_BLESS").is_some() {
        for (target, name, bytes) in &made {
            fs::create_dir_all(folder(target)).unwrap();
            fs::write(folder(target).join(name), bytes).unwrap();
        }
    }
    let mut bytes_in_all = 0;
    for target in TARGETS {
        let found = corpus(target.name);
        bytes_in_all += found.values().map(Vec::len).sum::<usize>();
        let made: Corpus = made
            .iter()
            .filter(|(of, ..)| *of == target.name)
            .map(|(_, name, bytes)| ((*name).to_owned(), bytes.clone()))
            .collect();
        assert!(made.len() > 2, "{} has a corpus", target.name);
        for (name, bytes) in &found {
            let expected = made.get(name);
            let known = name.starts_with(FOUND) || expected == Some(bytes);
            assert!(known, "{}/{name} differs: run with WEFT_BLESS=1", target.name);
        }
        assert!(made.keys().all(|name| found.contains_key(name)), "{}: WEFT_BLESS=1", target.name);
    }
    assert!(bytes_in_all < CORPUS_BYTES_MAX, "{bytes_in_all} bytes");
}

#[test]
fn the_ledger_stands_the_corpus_and_mutations_of_it() {
    ["header", "body", "checkpoint", "proof"].into_iter().for_each(stand);
}

#[test]
fn frames_stand_the_corpus_and_mutations_of_it() {
    stand("frame");
}

#[test]
fn imports_stand_the_corpus_and_mutations_of_it() {
    stand("import");
}

#[test]
fn the_kernel_stands_the_corpus_and_mutations_of_it() {
    ["socket_frame", "snapshot", "constitution", "request"].into_iter().for_each(stand);
}

/// Shows a target its corpus and then, from `WEFT_SEED` on, mutations of it.
fn stand(name: &str) {
    let target = TARGETS.into_iter().find(|target| target.name == name).unwrap();
    let corpus: Vec<(String, Vec<u8>)> = corpus(name).into_iter().collect();
    for (file, bytes) in &corpus {
        show(&target, bytes, &format!("fixtures/corpus/{name}/{file}"));
    }
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let seed: u64 = number("WEFT_SEED").unwrap_or(1);
    let mutations = number("WEFT_MUTATIONS").unwrap_or(MUTATIONS);
    println!("{name}: {} inputs, {mutations} mutations from WEFT_SEED={seed} on", corpus.len());
    for seed in seed..seed + mutations {
        let mut mutator = Mutator::new(seed);
        let [base, other] = [(); 2].map(|()| {
            let chosen = mutator.below(corpus.len() as u64);
            &corpus[chosen as usize].1
        });
        let bytes = mutator.mutate(base, other);
        show(&target, &bytes, &format!("the mutation of WEFT_SEED={seed} WEFT_MUTATIONS=1"));
    }
}

fn show(target: &Target, bytes: &[u8], what: &str) {
    panic::catch_unwind(|| (target.check)(bytes)).unwrap_or_else(|panic| {
        println!("{} does not stand {what}: {}", target.name, hex::encode(bytes));
        panic::resume_unwind(panic)
    });
}

fn corpus(target: &str) -> Corpus {
    let mut corpus = Corpus::new();
    for entry in fs::read_dir(folder(target)).expect("every target has a corpus: WEFT_BLESS=1") {
        let entry = entry.unwrap();
        corpus.insert(entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
    }
    corpus
}

fn folder(target: &str) -> PathBuf {
    root().join("fixtures/corpus").join(target)
}

/// cargo-fuzz finds its targets by the manifest, and each is one line over the harness.
#[test]
fn every_target_has_its_fuzzer() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for Target { name, .. } in TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let source = root().join("fuzz/fuzz_targets").join(format!("{name}.rs"));
        let source = fs::read_to_string(source).unwrap();
        assert!(source.contains(&format!("weft_harness::{name}(data)")), "{name}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
