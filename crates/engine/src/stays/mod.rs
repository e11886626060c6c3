//! Stays (Coord's Parking Access API): begun, ended, billed, and paid by the money path that passes take.

mod again;
mod barcode;
mod begin;
mod bill;
mod desk;
mod end;
mod gate;
mod outcome;
mod overdue;
mod owe;
mod problem;
mod rider;
mod rule;
mod show;
mod simulate;

pub use barcode::Barcode;
pub use begin::BeginStay;
pub use desk::{DeskProblem, RenderSession};
pub use end::EndStay;
pub use gate::{GateScan, GateVerdict, RenderGateVerdict, ScanProblem, Scanned, Shown, Shut, Way};
pub use problem::StayProblem;
pub use rule::Ruling;
pub use show::{RenderStay, ShownStay};
