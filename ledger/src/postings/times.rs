//! The times of a block: of every 64th record, and of the last.

use std::ops::RangeInclusive;

use crate::postings::block::{BLOCK_RECORDS, Posting};
use crate::postings::varint;

/// Records between two times that are kept.
const STRIDE: usize = 64;

const SAMPLES: usize = BLOCK_RECORDS / STRIDE;

/// Times of a block's records, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    samples: [u64; SAMPLES],
    last: u64,
}

impl Times {
    pub(super) fn of(block: &[Posting]) -> Times {
        let mut samples = [0; SAMPLES];
        let every = block.iter().step_by(STRIDE);
        samples.iter_mut().zip(every).for_each(|(sample, posting)| *sample = posting.time);
        Times { samples, last: block.last().map_or(0, |posting| posting.time) }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut previous = 0;
        for time in self.samples.iter().chain([&self.last]) {
            varint::put(&mut out, time.saturating_sub(previous));
            previous = *time;
        }
        out
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Option<Times> {
        let mut times = Times { samples: [0; SAMPLES], last: 0 };
        let mut previous = 0_u64;
        for time in times.samples.iter_mut().chain([&mut times.last]) {
            previous = previous.checked_add(varint::take(&mut bytes)?)?;
            *time = previous;
        }
        bytes.is_empty().then_some(times)
    }

    pub(super) fn first(&self) -> u64 {
        self.samples.first().copied().unwrap_or(0)
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Offsets from and before which records may have a time in the range.
    pub(super) fn narrow(&self, times: &RangeInclusive<u64>) -> (u64, u64) {
        let before = self.samples.partition_point(|sample| sample < times.start());
        let within = self.samples.partition_point(|sample| sample <= times.end());
        ((before.saturating_sub(1) * STRIDE) as u64, (within * STRIDE) as u64)
    }
}
