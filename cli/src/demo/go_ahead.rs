//! What the operator tells the reader, so that a crash finds the work unfinished for certain.

use serde::{Deserialize, Serialize};

/// How far the reader may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GoAhead {
    /// Files to hand out, counted from the first; those that are handed out already count, too.
    pub(crate) files: usize,
}

impl GoAhead {
    /// The first one of two: half of the files, and never all of them.
    pub(crate) const fn half(files: usize) -> GoAhead {
        GoAhead { files: if files == 1 { 0 } else { files.div_ceil(2) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_never_everything() {
        for (files, half) in [(1, 0), (2, 1), (3, 2), (23, 12), (1_000, 500)] {
            assert_eq!(GoAhead::half(files), GoAhead { files: half });
        }
    }
}
