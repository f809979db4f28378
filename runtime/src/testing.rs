//! What the unit tests of several modules need.

use crate::kernel::Genesis;
use weft_projections::DEFAULT_CONSTITUTION;

/// The birth of a node under the default constitution, with keys that nobody holds.
pub(crate) fn genesis() -> Genesis {
    Genesis {
        origin: "test".to_owned(),
        constitution: DEFAULT_CONSTITUTION.to_owned(),
        log_key: [1; 32],
        operator_key: [2; 32],
        entropy: [3; 32],
    }
}
