//! `weft_harness::socket_frame` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| weft_harness::socket_frame(data));
