//! What is none of our calls, told in the words of this API.

use http::StatusCode;

use super::error::CoordError;

/// There is no such path.
pub(super) async fn path() -> CoordError {
    CoordError::new(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "There is no such call. /openapi.json describes all that there are.",
    )
}

/// The path is there, and the method is another.
pub(super) async fn method() -> CoordError {
    CoordError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This path is called with another method, which the header Allow names.",
    )
}
