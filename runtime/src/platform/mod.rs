//! What the kernel asks of the world: storage, a clock and entropy.

mod contract;
mod native;
mod salts;
mod sim;

pub use contract::Platform;
pub use native::Native;
pub(crate) use salts::Salts;
pub use sim::{Sim, SimClock};
