//! What is made of `proto/switchyard/v1`.

#![expect(
    clippy::large_enum_variant,
    unreachable_pub,
    clippy::pedantic,
    reason = "generated: what it says is said in the protos"
)]

tonic::include_proto!("switchyard.v1");

/// Everything about the services, comments included, for reflection.
pub(super) const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("switchyard");
