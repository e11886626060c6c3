//! Stays (Coord's Parking Access API): begun, ended, billed, and paid by the money path that passes take.

mod again;
mod begin;
mod bill;
mod cancel;
mod desk;
mod end;
mod forgive;
mod outcome;
mod owe;
mod problem;
mod rider;
mod show;

pub use begin::BeginStay;
pub use desk::{DeskProblem, RenderSession};
pub use end::EndStay;
pub use problem::StayProblem;
pub use show::{RenderStay, ShownStay};
