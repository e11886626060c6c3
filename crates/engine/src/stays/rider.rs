//! A stay's part in the history of its rider.

use domain::{
    ParkingSessionId, User,
    user::{UserCommand, UserRejection},
};

use super::end::contradiction;
use crate::{Failure, handle::Change};

/// What a stay does to its rider: nothing where the rider was erased. Then the stay's own stream says how it went on.
pub(super) fn of_rider(
    user: Change<User>,
    command: UserCommand,
    session: &ParkingSessionId,
) -> Result<Change<User>, Failure> {
    let before = user.clone();
    match user.and(command)? {
        Ok(after) => Ok(after),
        Err(UserRejection::Erased) => Ok(before),
        Err(rejection) => Err(contradiction(session, &rejection)),
    }
}
