//! The canonical bytes: the same records give the same bytes, and the bytes keep to RFC 8949 section 4.2.1.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use proptest::prelude::*;

use crate::testing::{Story, operator, record, stored};
use crate::{Record, State, evolve};

fn fold(records: &[Record]) -> State {
    let mut state = State::default();
    records.iter().for_each(|record| evolve(&mut state, record));
    state
}

proptest! {
    #[test]
    fn batches_do_not_show(records in prop::collection::vec(record(), 0..60), seals in prop::collection::vec(any::<bool>(), 60)) {
        let mut pieces = State::default();
        let mut published = Vec::new();
        for (record, seal) in records.iter().zip(seals) {
            evolve(&mut pieces, record);
            if seal {
                pieces.seal();
                published.push((pieces.clone(), pieces.to_canonical_cbor()));
            }
        }
        let mut whole = fold(&records);
        prop_assert_eq!(pieces.to_canonical_cbor(), whole.to_canonical_cbor());
        prop_assert_eq!(pieces.root(), whole.root());
        prop_assert_eq!(pieces.seal(), whole.seal());
        for (state, bytes) in published {
            prop_assert_eq!(state.to_canonical_cbor(), bytes, "what was published does not change");
        }
    }

    #[test]
    fn bytes_are_deterministic_cbor(records in prop::collection::vec(record(), 0..60)) {
        let bytes = fold(&records).to_canonical_cbor();
        let (mut d, mut again) = (Decoder::new(&bytes), Encoder::new(Vec::new()));
        copy_item(&mut d, &mut again);
        prop_assert_eq!(d.position(), bytes.len());
        prop_assert_eq!(again.into_writer(), bytes, "integers and lengths are the shortest");
    }
}

/// Writes an item as an encoder would. Maps have ascending integer keys; there are no floats, tags or indefinite lengths.
#[expect(clippy::wildcard_enum_match_arm, reason = "minicbor's types are not ours to enumerate")]
fn copy_item(d: &mut Decoder<'_>, e: &mut Encoder<Vec<u8>>) {
    match d.datatype().unwrap() {
        Type::Array => {
            let len = d.array().unwrap().expect("a definite length");
            e.array(len).unwrap();
            (0..len).for_each(|_| copy_item(d, e));
        }
        Type::Map => copy_map(d, e),
        Type::Bytes => drop(e.bytes(d.bytes().unwrap()).unwrap()),
        Type::String => drop(e.str(d.str().unwrap()).unwrap()),
        Type::Bool => drop(e.bool(d.bool().unwrap()).unwrap()),
        Type::Null => {
            d.null().unwrap();
            e.null().unwrap();
        }
        number => {
            assert!(
                [Type::U8, Type::U16, Type::U32, Type::U64].contains(&number),
                "{number} has no place in State"
            );
            e.u64(d.u64().unwrap()).unwrap();
        }
    }
}

fn copy_map(d: &mut Decoder<'_>, e: &mut Encoder<Vec<u8>>) {
    let len = d.map().unwrap().expect("a definite length");
    e.map(len).unwrap();
    let mut last = None;
    for _ in 0..len {
        let key = d.u64().unwrap();
        assert!(last < Some(key), "key {key} after {last:?}");
        last = Some(key);
        e.u64(key).unwrap();
        copy_item(d, e);
    }
}

#[test]
fn resources_stored_in_another_order_give_the_same_tree() {
    let paths = ["/apps/a", "/apps/a/b", "/apps/a-b", "/apps/c", "/x/y/z"];
    let seal = |paths: &mut dyn Iterator<Item = &&str>| {
        let mut story = Story::begin();
        paths.for_each(|path| {
            story.add(operator(), stored(path));
        });
        story.state.seal().unwrap()
    };
    assert_eq!(seal(&mut paths.iter()), seal(&mut paths.iter().rev()));
}

#[test]
fn the_bytes_after_genesis_are_pinned() {
    let mut story = Story::begin();
    insta::assert_snapshot!(story.state.root(), @"3621accff8212017055f292b2ea7b9c841b15514af5508d16cbe7e15b99efc10");
    insta::assert_snapshot!(story.state.seal().unwrap(), @"f1b0e9977cb83a59bb88519cedfaebea42ca272b5fd0cdce1a8d2a5f952e74d1");
    insta::assert_snapshot!(hex::encode(State::default().to_canonical_cbor()), @"a9010202a20100020003a20101028004a20180028005a1018006a1018007a1018008aa01000258200000000000000000000000000000000000000000000000000000000000000000030204838500000000008500000000008500000000000580068007600858200000000000000000000000000000000000000000000000000000000000000000098200800a0009a3018003800400");
}
