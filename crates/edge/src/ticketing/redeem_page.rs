//! `GET /r/{environment}/{code}`: the page behind `universal_url`, which shows in any browser the apps that can redeem a
//! link. It is ours; the publication only says that there is one. Whoever has the address has the code, so nothing of it
//! is kept by caches, indexed, or told to the sites that it leads to.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use engine::{Redeemer, RedemptionCode};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{error::Language, view::escaped};
use crate::{api_key::Environment, language, server::Edge};

/// Nothing is loaded from anywhere, nothing runs, and nobody puts the page into a frame.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font-family:system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;\
    line-height:1.5;color:#1b1f24;background:#fff}li{margin:.75rem 0}a{font-size:1.15rem}\
    code{word-break:break-all;background:#f2f4f7;padding:.25rem .4rem;border-radius:.3rem}";

/// The address of the page for a code.
pub(crate) fn url(public_url: &str, environment: Environment, code: &str) -> String {
    format!("{public_url}/r/{}/{code}", environment.name())
}

/// Shows the apps, or says that the link is not valid.
pub(super) async fn get(
    State(edge): State<Edge>,
    Path((environment, code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map(language::accepted)
        .unwrap_or_default();
    let words = Words::of(Language::of(&wanted));
    let environment = [Environment::Test, Environment::Live]
        .into_iter()
        .find(|known| known.name() == environment);
    let engine = environment.and_then(|environment| edge.engine(environment));
    // A code as it is, and not the link of another page within this one's.
    let code = Some(&code).filter(|code| !code.contains([':', '/', '?']));
    let (Some(engine), Some(code)) = (engine, code.and_then(|code| RedemptionCode::parse(code))) else {
        return page(StatusCode::NOT_FOUND, &words, &not_valid(&words));
    };
    match engine.redeemers(&code).await {
        Ok(Some(redeemers)) => page(StatusCode::OK, &words, &apps(&words, &redeemers, code.expose())),
        Ok(None) => page(StatusCode::NOT_FOUND, &words, &not_valid(&words)),
        Err(failure) => {
            tracing::warn!(%failure, "the apps of a link cannot be shown");
            let body = format!("<p>{}</p>", words.try_again);
            page(StatusCode::SERVICE_UNAVAILABLE, &words, &body)
        }
    }
}

struct Words {
    tag: &'static str,
    title: &'static str,
    choose: &'static str,
    by_hand: &'static str,
    invalid: &'static str,
    try_again: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                tag: "en",
                title: "Redeem your fares",
                choose: "Open this link in one of these apps:",
                by_hand: "Or enter this code in the app:",
                invalid: "This link is not valid. Please check that it is complete.",
                try_again: "Something went wrong. Please try again.",
            },
            Language::Spanish => Self {
                tag: "es",
                title: "Canjee sus tarifas",
                choose: "Abra este enlace en una de estas aplicaciones:",
                by_hand: "O introduzca este código en la aplicación:",
                invalid: "Este enlace no es válido. Compruebe que esté completo.",
                try_again: "Algo salió mal. Inténtelo de nuevo.",
            },
        }
    }
}

fn not_valid(words: &Words) -> String {
    format!("<p>{}</p>", words.invalid)
}

fn apps(words: &Words, redeemers: &[Redeemer], code: &str) -> String {
    let items: String = redeemers
        .iter()
        .map(|redeemer| {
            let name = escaped(&redeemer.name);
            match &redeemer.link {
                Some(link) => format!("<li><a href=\"{}\">{name}</a></li>", escaped(link)),
                None => format!("<li>{name}</li>"),
            }
        })
        .collect();
    format!(
        "<p>{}</p><ul>{items}</ul><p>{}</p><p><code>{}</code></p>",
        words.choose,
        words.by_hand,
        escaped(code)
    )
}

fn page(status: StatusCode, words: &Words, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{}</title>\
         <style>{STYLE}</style></head><body><h1>{}</h1>{body}</body></html>",
        words.tag, words.title, words.title
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
