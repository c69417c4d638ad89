//! What is true of every request, one layer a file. The order and its reasons stand in [`stack`](crate::stack).

pub mod limit;
pub mod observe;
pub mod rescue;

#[cfg(test)]
pub(crate) mod rig;
