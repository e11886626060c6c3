//! What the engine refuses about webhook endpoints, as problems. No match has a wildcard.

use domain::endpoint::EndpointRejection;
use engine::EndpointRefusal;

use super::super::problem::Problem;

impl From<EndpointRefusal> for Problem {
    fn from(refusal: EndpointRefusal) -> Self {
        match refusal {
            EndpointRefusal::Rejected(EndpointRejection::NotKnown | EndpointRejection::Deleted) => {
                Self::not_found("There is no such webhook endpoint.")
            }
            EndpointRefusal::Rejected(EndpointRejection::Disabled) => {
                Self::conflict("The webhook endpoint is disabled.")
            }
            EndpointRefusal::Rejected(EndpointRejection::SecretOutOfTurn) => {
                Self::conflict("The secret was rotated meanwhile.")
            }
            refused @ (EndpointRefusal::Url(_)
            | EndpointRefusal::TooMany
            | EndpointRefusal::Rejected(
                EndpointRejection::EndpointDiffers
                | EndpointRejection::BadDescription
                | EndpointRejection::BadOverlap
                | EndpointRejection::TooManySecrets,
            )) => Self::unprocessable(refused.to_string()),
        }
    }
}
