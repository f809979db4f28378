//! The kernel's own life.

use rkyv::{Archive, Serialize};

use super::Error;
use super::parts::{number, numbered};
use crate::state::kernel::{Kernel, Last};
use crate::{Seq, Time};

#[derive(Archive, Serialize)]
pub(super) struct StoredKernel {
    phase: u8,
    boots: u32,
    last: Option<StoredLast>,
}

#[derive(Archive, Serialize)]
struct StoredLast {
    seq: u64,
    time: u64,
}

impl StoredKernel {
    pub(super) fn of(kernel: &Kernel) -> Self {
        let Kernel { phase, boots, last } = kernel;
        let last = last.map(|Last { seq, time }| StoredLast { seq: seq.0, time: time.0 });
        Self { phase: number(*phase), boots: *boots, last }
    }
}

impl ArchivedStoredKernel {
    pub(super) fn restore(&self) -> Result<Kernel, Error> {
        let Self { phase, boots, last } = self;
        let last = last.as_ref().map(|ArchivedStoredLast { seq, time }| Last {
            seq: Seq(seq.to_native()),
            time: Time(time.to_native()),
        });
        Ok(Kernel { phase: numbered("phase", *phase)?, boots: boots.to_native(), last })
    }
}
