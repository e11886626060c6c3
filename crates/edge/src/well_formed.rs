//! What is wrong with the head of a request, in the published words instead of a library's.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Uri};

use crate::ticketing::TicketingError;

/// Most headers of a request. The document knows of eight; browsers and proxies add two dozen.
const MAX_HEADERS: usize = 64;

/// Most bytes in the names and values of headers together: a JWT, cookies, and what proxies add.
const MAX_HEADER_BYTES: usize = 24 * 1024;

/// Longest path and query, in bytes. Parameters may come in the query, but large ones belong into the body.
const MAX_URI: usize = 16 * 1024;

/// Refuses what no handler could make sense of.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    match flaw(request.uri(), request.headers()) {
        Some(flaw) => TicketingError::bad_request(flaw).into_response(),
        None => next.run(request).await,
    }
}

fn flaw(uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let line = uri.path_and_query().map_or("", |line| line.as_str());
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len().saturating_add(value.len()))
        .sum();
    if line.len() > MAX_URI {
        Some("The URL is too long.")
    } else if headers.len() > MAX_HEADERS {
        Some("The request has too many headers.")
    } else if bytes > MAX_HEADER_BYTES {
        Some("The headers are too large.")
    } else if !is_encoded(uri.path()) {
        Some("The path is not well encoded.")
    } else {
        None
    }
}

/// Whether every percent sign is followed by two hexadecimal digits, and what comes out is text without NUL.
fn is_encoded(path: &str) -> bool {
    let digits = |piece: &str| {
        piece
            .as_bytes()
            .get(..2)
            .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    path.split('%').skip(1).all(digits) && decoded.is_ok_and(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn of(path: &str) -> Option<&'static str> {
        flaw(&path.parse().unwrap(), &HeaderMap::new())
    }

    #[test]
    fn a_path_is_encoded_text() {
        for good in [
            "/",
            "/agency/bigbluebus",
            "/agency/a%20b",
            "/agency/%c3%a9",
            "/a?x=%zz",
        ] {
            assert_eq!(of(good), None, "{good}");
        }
        for bad in [
            "/agency/%",
            "/agency/%z1",
            "/agency/%c3",
            "/agency/%ff",
            "/agency/a%00b",
            "/%e",
        ] {
            assert!(of(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_head_is_of_a_bounded_size() {
        assert_eq!(of(&format!("/{}", "a".repeat(MAX_URI - 1))), None);
        assert!(of(&format!("/{}", "a".repeat(MAX_URI))).is_some());
        let root = Uri::from_static("/");
        let mut headers = HeaderMap::new();
        for _ in 0..MAX_HEADERS {
            headers.append("x", HeaderValue::from_static("y"));
        }
        assert_eq!(flaw(&root, &headers), None);
        headers.append("x", HeaderValue::from_static("y"));
        assert!(flaw(&root, &headers).is_some());
        let mut large = HeaderMap::new();
        large.append(
            "x",
            HeaderValue::try_from("y".repeat(MAX_HEADER_BYTES - 1)).unwrap(),
        );
        assert_eq!(flaw(&root, &large), None);
        large.append("x", HeaderValue::from_static(""));
        assert!(flaw(&root, &large).is_some());
    }
}
