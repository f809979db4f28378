//! The allocator of the program: docs/decisions/0007 says why it is not the system's.

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
