//! Moving logs about: exports, backups, forks, and the power going in between.

mod backup;
mod crash;
mod export;
mod hostile;
mod refork;
pub(super) mod support;
