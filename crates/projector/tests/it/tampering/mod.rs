//! Each rule, on a log that was made to break it.

mod log;
mod money;
mod passes;
mod privacy;
mod stays;
mod tampered;
