//! The fault matrix of docs/reliability.md, as far as no other test has it: bits, places, disks.

mod bits;
mod disks;
mod files;
mod signing;
mod writes;
