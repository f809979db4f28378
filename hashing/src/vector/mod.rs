//! Keccak-f\[1600\] of several states at once, with vector instructions.
//!
//! A machine without any has no [`Permutation`].

#[cfg(not(target_arch = "x86_64"))]
mod none;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use self::none::Permutation;
#[cfg(target_arch = "x86_64")]
pub(crate) use self::x86_64::Permutation;
