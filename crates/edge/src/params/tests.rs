//! Rules for parameters.

use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequest;
use axum::http::{HeaderMap, Request, header};
use proptest::prelude::*;

use super::{BodyError, Fault, MAX_BODY, ParamError, Params};
use crate::listener::Patience;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn parse(query: &str, content_type: Option<&str>, body: &str) -> Result<Params, BodyError> {
    let mut headers = HeaderMap::new();
    if let Some(value) = content_type {
        headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
    }
    Params::parse(query, &headers, body.as_bytes())
}

fn json(body: &str) -> Params {
    parse("", Some(JSON), body).unwrap()
}

fn form(body: &str) -> Params {
    parse("", Some(FORM), body).unwrap()
}

#[test]
fn query_form_and_json_say_the_same() {
    let expected = form("a=bigbluebus&add_fares[regular_single_ride]=2&flag=true");
    for same in [
        parse(
            "a=bigbluebus&add_fares[regular_single_ride]=2&flag=true",
            None,
            "",
        )
        .unwrap(),
        parse(
            "a=bigbluebus",
            Some(FORM),
            "flag=true&add_fares%5Bregular_single_ride%5D=2",
        )
        .unwrap(),
        json(r#"{"a":"bigbluebus","add_fares":{"regular_single_ride":2},"flag":true}"#),
        json(r#"{"a":"bigbluebus","add_fares[regular_single_ride]":"2","flag":"true","none":null}"#),
        parse(
            "",
            Some("application/json; charset=utf-8"),
            r#" {"a":"bigbluebus","add_fares":
            {"regular_single_ride":"2"},"flag":true}"#,
        )
        .unwrap(),
        // The published cart example: a form that calls itself JSON.
        parse(
            "",
            Some(JSON),
            "a=bigbluebus&add_fares[regular_single_ride]=2&flag=true",
        )
        .unwrap(),
        parse(
            "",
            None,
            "a=bigbluebus&add_fares[regular_single_ride]=2&flag=true",
        )
        .unwrap(),
    ] {
        assert_eq!(same, expected);
        assert_eq!(
            serde_json::to_string(&same).unwrap(),
            serde_json::to_string(&expected).unwrap()
        );
    }
    assert_eq!(expected.required("a"), Ok("bigbluebus"));
    assert_eq!(
        expected
            .quantities("add_fares")
            .unwrap()
            .into_iter()
            .collect::<Vec<_>>(),
        [("regular_single_ride", 2)]
    );
    assert_eq!(expected.boolean("flag", false), Ok(true));
}

#[test]
fn the_body_counts_more_than_the_query() {
    let params = parse("a=1&b=1", Some(FORM), "a=2").unwrap();
    assert_eq!((params.required("a"), params.required("b")), (Ok("2"), Ok("1")));
    let repeated = parse("a=1&a=3", Some(FORM), "a=2").unwrap();
    assert_eq!(repeated.required("a"), Ok("2"));
}

#[test]
fn a_name_that_is_given_twice_has_no_value() {
    for params in [
        form("a=1&a=2"),
        form("a=1&a=1"),
        parse("a=1&a=2", None, "").unwrap(),
        json(r#"{"a":1,"a":2}"#),
        json(r#"{"a":"1","a":{"b":1}}"#),
    ] {
        assert_eq!(params.required("a").unwrap_err().param, "a");
        assert_eq!(params.optional("b"), Ok(None), "all else stays as it is");
    }
    for params in [
        form("a[x]=1&a[x]=2"),
        form("a[x]=1&a[x]=1"),
        json(r#"{"a":{"x":1,"x":2}}"#),
        json(r#"{"a":{"x":1},"a[x]":2}"#),
    ] {
        assert_eq!(params.quantities("a").unwrap_err().param, "a");
    }
}

#[test]
fn what_is_no_text_is_malformed_and_never_replaced() {
    for params in [
        form("a=%ff&b=1"),
        form("a=%c3&b=1"),
        parse("a=%ED%A0%80&b=1", None, "").unwrap(),
        json(r#"{"a":"\ud800","b":1}"#),
    ] {
        assert_eq!(params.required("a").unwrap_err().param, "a");
        assert_eq!(params.required("b"), Ok("1"));
    }
    assert_eq!(form("%ff=1&b=1").required("b"), Ok("1"));
    let mut raw = b"{\"a\":\"".to_vec();
    raw.extend(b"\xff\"}");
    assert_eq!(
        Params::parse("", &HeaderMap::new(), &raw),
        Err(BodyError::NotAnObject)
    );
}

#[test]
fn a_number_is_what_was_written_however_large() {
    let params = json(r#"{"a":99999999999999999999,"b":1e999,"c":-0.10,"d":{"x":1e400}}"#);
    assert_eq!(params.required("a"), Ok("99999999999999999999"));
    assert_eq!(params.required("c"), Ok("-0.10"));
    for (name, wanted) in [("a", "a whole number"), ("b", "a whole number")] {
        assert_eq!(params.parsed::<u32>(name, wanted).unwrap_err().param, name);
    }
    assert_eq!(params.quantities("d").unwrap_err().param, "d[x]");
}

#[test]
fn what_a_body_calls_itself_does_not_matter() {
    let said = form("a=1&m[x]=2");
    for label in [
        None,
        Some(FORM),
        Some(JSON),
        Some("text/plain"),
        Some("application/octet-stream"),
        Some("application/vnd.api+json"),
        Some(""),
        Some("nonsense"),
    ] {
        for body in [
            "a=1&m[x]=2",
            r#"{"a":1,"m":{"x":2}}"#,
            "\u{feff}{\"a\":\"1\",\"m\":{\"x\":2}}\r\n",
        ] {
            assert_eq!(parse("", label, body).as_ref(), Ok(&said), "{label:?} {body}");
        }
    }
}

#[test]
fn a_required_parameter_has_to_be_there_and_the_error_names_it() {
    for params in [
        form(""),
        form("a="),
        json(r#"{"a":null}"#),
        json(r#"{"a":""}"#),
        form("b=1"),
    ] {
        assert_eq!(params.optional("a"), Ok(None));
        let error = params.required("a").unwrap_err();
        assert_eq!(error, ParamError::missing("a"));
        assert_eq!(error.to_string(), "The parameter a is missing.");
    }
}

#[test]
fn what_nobody_asks_for_is_ignored_even_if_malformed() {
    let params = json(r#"{"a":"1","x":[1,2],"y":{"z":{}}}"#);
    assert_eq!(params.required("a"), Ok("1"));
    assert!(matches!(
        params.optional("x"),
        Err(ParamError {
            fault: Fault::Malformed(_),
            ..
        })
    ));
    assert!(params.map("y").is_err());
}

#[test]
fn a_map_where_one_value_is_asked_for_is_malformed_and_the_other_way_round() {
    assert_eq!(form("a[b]=1").required("a").unwrap_err().param, "a");
    assert_eq!(form("a=1").map("a").unwrap_err().param, "a");
    for mixed in [
        "a=1&a[b]=2",
        "a[b]=2&a=1",
        "a[]=1",
        "a[b][c]=1",
        "a[b=1",
        "a[b]c=1",
    ] {
        assert!(form(mixed).map("a").is_err(), "{mixed}");
        assert!(form(mixed).optional("a").is_err(), "{mixed}");
    }
    assert!(form("").map("a").unwrap().is_empty());
    assert!(form("a=").map("a").unwrap().is_empty());
}

#[test]
fn booleans_are_true_or_false() {
    for (text, value) in [
        ("true", true),
        ("True", true),
        ("1", true),
        ("false", false),
        ("FALSE", false),
        ("0", false),
    ] {
        assert_eq!(form(&format!("x={text}")).boolean("x", !value), Ok(value));
    }
    assert_eq!(form("").boolean("x", true), Ok(true));
    assert_eq!(form("x=").boolean("x", false), Ok(false));
    let error = form("x=yes").boolean("x", true).unwrap_err();
    assert_eq!(error.to_string(), "The parameter x has to be true or false.");
}

#[test]
fn an_enumerated_value_is_one_of_the_published() {
    let published = ["html_base64", "html_raw", "none"];
    assert_eq!(form("f=html_raw").one_of("f", &published), Ok(Some("html_raw")));
    assert_eq!(form("").one_of("f", &published), Ok(None));
    let error = form("f=HTML_RAW").one_of("f", &published).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The parameter f has to be one of html_base64, html_raw, none."
    );
}

#[test]
fn quantities_are_whole_numbers_and_the_error_names_the_entry() {
    for bad in ["-1", "1.5", "x", "", "99999999999"] {
        let params = form(&format!("add_fares[a]=1&add_fares[b]={bad}"));
        assert_eq!(params.quantities("add_fares").unwrap_err().param, "add_fares[b]");
    }
    assert!(json(r#"{"q":{"a":1.5}}"#).quantities("q").is_err());
}

#[test]
fn numbers_and_times_are_read_as_such() {
    let params =
        form("latitude=37.773972&timestamp=2020-03-14T17:00:01.25-07:00&plus=2020-03-14T17:00:01+01:00");
    assert_eq!(
        params
            .parsed::<f64>("latitude", "a number")
            .unwrap()
            .map(|it| it.to_string())
            .as_deref(),
        Some("37.773972")
    );
    assert!(params.parsed::<u32>("latitude", "a whole number").is_err());
    assert_eq!(
        params.timestamp("timestamp").unwrap().unwrap().to_rfc3339(),
        "2020-03-14T17:00:01.250-07:00"
    );
    // A plus sign that the client did not encode.
    assert_eq!(
        params.timestamp("plus").unwrap().unwrap().to_rfc3339(),
        "2020-03-14T17:00:01+01:00"
    );
    assert_eq!(form("t=yesterday").timestamp("t").unwrap_err().param, "t");
}

#[test]
fn a_body_that_cannot_be_read_is_refused() {
    for (content_type, body, error) in [
        (
            "multipart/form-data; boundary=x",
            "--x",
            BodyError::UnsupportedType,
        ),
        (JSON, r#"{"a":"#, BodyError::NotAnObject),
        (JSON, r#"{"a":1}{"b":2}"#, BodyError::NotAnObject),
        (JSON, r#"{"a":1} b=2"#, BodyError::NotAnObject),
        (JSON, r#"{"a":1,}"#, BodyError::NotAnObject),
        (FORM, r#"{"a":01}"#, BodyError::NotAnObject),
        (JSON, "[1]", BodyError::NotAnObject),
        (FORM, r#"["a=1"]"#, BodyError::NotAnObject),
        (JSON, r#""a=1""#, BodyError::NotAnObject),
        (JSON, "7", BodyError::NotAnObject),
        (JSON, "nonsense", BodyError::NotAnObject),
    ] {
        assert_eq!(parse("", Some(content_type), body), Err(error), "{body}");
    }
    for nothing in ["", " ", "null"] {
        assert_eq!(parse("", Some(JSON), nothing), Ok(Params::default()));
    }
}

#[test]
fn nul_is_never_let_through() {
    for params in [form("a=b%00c"), json(r#"{"a":"b\u0000c"}"#)] {
        assert!(params.optional("a").is_err());
    }
    assert!(form("a[b%00]=1").map("a").is_err());
    assert!(json(r#"{"a":{"b":"\u0000"}}"#).map("a").is_err());
}

#[test]
fn debug_shows_no_value() {
    let shown = format!("{:?}", form("email=rider@example.com&a[secret]=1"));
    assert_eq!(shown, r#"{"a", "email"}"#);
}

#[tokio::test]
async fn the_extractor_reads_query_and_body_and_no_more_than_the_bound() {
    let request = |body: Body| {
        Request::post("/cart?a=1")
            .header(header::CONTENT_TYPE, FORM)
            .body(body)
            .unwrap()
    };
    let params = Params::from_request(request(Body::from("b=2")), &())
        .await
        .unwrap();
    assert_eq!((params.required("a"), params.required("b")), (Ok("1"), Ok("2")));

    let largest = format!("b={}", "x".repeat(MAX_BODY - 2));
    assert!(
        Params::from_request(request(Body::from(largest.clone())), &())
            .await
            .is_ok()
    );
    let error = Params::from_request(request(Body::from(largest + "x")), &())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);

    let never = futures::stream::pending::<Result<&str, std::io::Error>>();
    let mut slow = request(Body::from_stream(never));
    slow.extensions_mut().insert(Patience(Duration::from_millis(1)));
    let error = Params::from_request(slow, &()).await.unwrap_err();
    assert_eq!((error.status().as_u16(), error.is_retryable()), (408, true));

    let broken = futures::stream::iter([Ok("b="), Err(std::io::Error::other("reset"))]);
    let error = Params::from_request(request(Body::from_stream(broken)), &())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(
        query in any::<Vec<u8>>(),
        body in any::<Vec<u8>>(),
        kind in 0..4_usize,
        name in "\\PC{0,6}",
    ) {
        let mut headers = HeaderMap::new();
        if let Some(value) = [FORM, JSON, "application/problem+json"].get(kind) {
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
        }
        if let Ok(params) = Params::parse(&String::from_utf8_lossy(&query), &headers, &body) {
            let _ = (params.required(&name), params.boolean(&name, true), params.one_of(&name, &["a"]));
            let _ = (params.quantities(&name), params.timestamp(&name), params.parsed::<i64>(&name, "x"));
        }
    }

    #[test]
    fn structured_noise_does_not_either(text in "[ab\\[\\]=&%{}\":,0-9]{0,60}") {
        for content_type in [FORM, JSON] {
            if let Ok(params) = parse(&text, Some(content_type), &text) {
                let _ = (params.map("a"), params.quantities("a"), params.optional("b"));
            }
        }
    }

    #[test]
    fn a_value_comes_back_as_it_was_sent(name in "[a-z_]{1,8}", value in "[^\\x00]{1,20}") {
        let body = serde_urlencoded::to_string([(&name, &value)]).unwrap();
        let sent = form(&body);
        prop_assert_eq!(sent.required(&name).unwrap(), &value);
        let body = serde_json::json!({ &name: &value }).to_string();
        let sent = json(&body);
        prop_assert_eq!(sent.required(&name).unwrap(), &value);
    }
}
