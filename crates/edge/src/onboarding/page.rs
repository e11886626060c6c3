//! A plain page: a heading and a sentence, and nothing fetched from anywhere.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0}\
main{max-width:32rem;margin:0 auto;padding:4rem 1rem}h1{font-size:1.5rem;margin:0 0 .5rem}";

/// Nothing but this page's own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// A page with fixed words: nothing in it came from outside.
pub(crate) fn told(status: StatusCode, heading: &'static str, sentence: &'static str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex,nofollow\"><title>{heading}</title>\
         <style>{STYLE}</style></head><body><main><h1>{heading}</h1><p>{sentence}</p></main></body></html>"
    );
    shown(status, page)
}

/// A page that was written elsewhere, under the same policy.
pub(crate) fn shown(status: StatusCode, page: String) -> Response {
    let mut response = (status, page).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
