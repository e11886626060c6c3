//! The one writer of a process: folds whatever waits into one batch, answers each caller.

mod answer;
mod batch;
mod queue;
mod run;

pub(crate) use queue::Writer;
pub(crate) use run::Backend;
