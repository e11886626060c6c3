//! gRPC, `switchyard.v1`: another face of the same commands. What it may do and how it ends is decided where HTTP has it
//! decided; only the event feed has no counterpart there.

mod accounts;
mod bridge;
mod catalog;
mod deadline;
mod feed;
mod keys;
mod parking;
mod passes;
mod pb;
mod purchases;
mod refusal;
mod serve;
mod transfers;
mod users;

pub use serve::serve_grpc;
