//! Stays (Coord's Parking Access API): begun, ended, billed, and paid by the money path that passes take.

mod again;
mod barcode;
mod begin;
mod bill;
mod cancel;
mod desk;
mod end;
mod forgive;
mod gate;
mod outcome;
mod overdue;
mod owe;
mod problem;
mod rider;
mod show;
mod simulate;

pub use barcode::Barcode;
pub use begin::BeginStay;
pub use desk::{DeskProblem, RenderSession};
pub use end::EndStay;
pub use gate::{GateScan, RenderVerdict, ScanProblem, Scanned, Shown, Shut, Verdict, Way};
pub use problem::StayProblem;
pub use show::{RenderStay, ShownStay};
