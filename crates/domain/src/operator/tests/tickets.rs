//! What tickets look like: colours, logos and the marks of days.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use proptest::prelude::*;

use super::super::*;
use crate::OperatorId;

const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==";

fn svg(body: &str) -> String {
    format!("data:image/svg+xml;base64,{}", STANDARD.encode(body))
}

fn plain(inside: &str) -> String {
    svg(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{inside}</svg>"#
    ))
}

fn day(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number).unwrap()
}

#[test]
fn a_colour_is_six_hexadecimal_digits() {
    assert_eq!(Rgb::parse("#0055A4"), Ok(Rgb(0, 0x55, 0xa4)));
    assert_eq!(Rgb(0, 0x55, 0xa4).to_string(), "#0055a4");
    for text in ["", "0055a4", "#0055a", "#0055a4f", "#+055a4", "#0055ag", "blue"] {
        assert_eq!(Rgb::parse(text), Err(NotAColour), "{text}");
    }
}

#[test]
fn contrast_is_as_wcag_measures_it() {
    let near = |one: f64, two: f64| (one - two).abs() < 0.01;
    assert!(near(Rgb::WHITE.contrast(Rgb::BLACK), 21.0));
    assert!(near(Rgb::BLACK.contrast(Rgb::BLACK), 1.0));
    assert!(near(Rgb(0x77, 0x77, 0x77).contrast(Rgb::WHITE), 4.48));
}

#[test]
fn colours_that_can_be_read_are_the_operators_own() {
    let style = TicketStyle {
        background: Rgb(0, 0x55, 0xa4),
        foreground: Rgb::WHITE,
        ..TicketStyle::default()
    };
    let legible = style.legible();
    assert_eq!(
        (legible.background, legible.text),
        (style.background, style.foreground)
    );
}

#[test]
fn weak_text_gives_way_before_the_background_does() {
    let yellow = Rgb(0xff, 0xe0, 0x00);
    let legible = Legible::on(yellow, Rgb::WHITE);
    assert_eq!((legible.background, legible.text), (yellow, Rgb::BLACK));
}

#[test]
fn a_logo_is_a_small_png_or_a_plain_svg() {
    assert!(TicketLogo::parse(DOT).is_ok());
    assert!(TicketLogo::parse(plain("<path d='M0 0h8v8z' fill='url(#a)'/>")).is_ok());
    let declared = r#"<?xml version="1.0"?><!-- by hand --><svg xmlns="http://www.w3.org/2000/svg"></svg>"#;
    assert!(TicketLogo::parse(svg(declared)).is_ok());
    let remote = "https://bus.example/logo.png";
    assert_eq!(TicketLogo::parse(remote), Err(LogoProblem::NotADataUri));
    let script = "data:text/html;base64,PHNjcmlwdD4=";
    assert_eq!(TicketLogo::parse(script), Err(LogoProblem::NotADataUri));
    let unencoded = "data:image/svg+xml,<svg></svg>";
    assert_eq!(TicketLogo::parse(unencoded), Err(LogoProblem::NotADataUri));
    let large = plain(&"<g/>".repeat(MAX_LOGO_BYTES / 4));
    assert_eq!(TicketLogo::parse(large), Err(LogoProblem::TooLarge));
}

#[test]
fn a_png_is_whole_and_not_huge_when_unpacked() {
    let png = STANDARD
        .decode(DOT.strip_prefix("data:image/png;base64,").unwrap())
        .unwrap();
    let as_logo = |png: &[u8]| TicketLogo::parse(format!("data:image/png;base64,{}", STANDARD.encode(png)));
    assert!(as_logo(&png).is_ok());
    assert_eq!(as_logo(&png[..png.len() - 1]), Err(LogoProblem::NotAPng));
    assert_eq!(as_logo(b"GIF89a"), Err(LogoProblem::NotAPng));
    for (at, side) in [(16, 1_025_u32), (20, 65_536), (16, 0)] {
        let mut huge = png.clone();
        huge[at..at + 4].copy_from_slice(&side.to_be_bytes());
        assert_eq!(as_logo(&huge), Err(LogoProblem::NotAPng), "{side}");
    }
}

#[test]
fn an_svg_that_does_more_than_show_is_refused() {
    for inside in [
        "<script>alert(1)</script>",
        "<SCRIPT/>",
        "<a href='javascript:alert(1)'/>",
        "<image href='https://evil.example/a.png'/>",
        "<foreignObject/>",
        "<style>@import 'a'</style>",
        "<g onload='alert(1)'/>",
        "<g onclick = 'alert(1)'/>",
        "<g id=\"a\"onbegin='alert(1)'/>",
    ] {
        assert_eq!(
            TicketLogo::parse(plain(inside)),
            Err(LogoProblem::NotAPlainSvg),
            "{inside}"
        );
    }
    for whole in [
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg></svg>",
        "<html><svg></svg></html>",
        "<svg>",
        "not a picture",
    ] {
        assert_eq!(
            TicketLogo::parse(svg(whole)),
            Err(LogoProblem::NotAPlainSvg),
            "{whole}"
        );
    }
}

#[test]
fn what_a_day_mark_hashes_names_operator_and_day() {
    let (bus, tram) = (
        OperatorId::parse("bus").unwrap(),
        OperatorId::parse("tram").unwrap(),
    );
    let messages: BTreeSet<String> = [(&bus, 1), (&bus, 2), (&tram, 1), (&tram, 2)]
        .into_iter()
        .map(|(operator, number)| DayMark::message(operator, day(number)))
        .collect();
    assert_eq!(messages.len(), 4);
}

proptest! {
    /// Whatever an operator wishes for.
    #[test]
    fn the_main_facts_can_always_be_read(background: (u8, u8, u8), foreground: (u8, u8, u8)) {
        let rgb = |(red, green, blue)| Rgb(red, green, blue);
        let legible = Legible::on(rgb(background), rgb(foreground));
        prop_assert!(legible.background.contrast(legible.text) >= LEGIBLE_CONTRAST);
    }

    /// Whatever the hashes are.
    #[test]
    fn a_day_never_looks_like_the_day_before(number in 1..3_000_000_i32, one: [u8; 32], two: [u8; 32]) {
        let (today, tomorrow) = (DayMark::of(day(number), &one), DayMark::of(day(number + 1), &two));
        prop_assert_ne!(today.word, tomorrow.word);
        prop_assert_ne!(today.colour, tomorrow.colour);
        prop_assert_eq!(today, DayMark::of(day(number), &one));
        prop_assert!(!today.word.is_empty());
        prop_assert!(today.colour.contrast(today.colour.black_or_white()) >= LEGIBLE_CONTRAST);
    }

    /// A store may be fed anything.
    #[test]
    fn nothing_that_is_no_logo_breaks_the_check(bytes: Vec<u8>) {
        for kind in ["image/png", "image/svg+xml"] {
            let logo = format!("data:{kind};base64,{}", STANDARD.encode(&bytes));
            prop_assert!(TicketLogo::parse(logo).is_err());
        }
    }
}
