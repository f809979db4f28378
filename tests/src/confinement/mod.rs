//! What an agent cannot do, tried from inside of real agents: scripts that `weft shim` confines.
//!
//! These tests need user namespaces and Landlock (Linux 6.12 or later), `sh`, `python3` and `unshare`;
//! without them they fail, since nothing else would show that confinement works. [`shim`] starts the
//! agents. Each test of what Landlock alone holds runs the shim where namespaces are switched off.

mod ends;
mod files;
mod limits;
mod processes;
mod shim;
mod sockets;
