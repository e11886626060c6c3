//! Stays (Coord's Parking Access API): begun, ended, billed, and paid by the money path that passes take.

mod begin;
mod bill;
mod end;
mod outcome;
mod owe;
mod problem;
mod show;

pub use begin::BeginStay;
pub use end::EndStay;
pub use problem::StayProblem;
pub use show::{RenderStay, ShownStay};
