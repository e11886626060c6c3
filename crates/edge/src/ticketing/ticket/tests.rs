//! The pure parts of a ticket. How it looks is tried in a browser (`tests/it/tickets.rs`).

use super::{code::Code, initials::initials};

#[test]
fn initials_stand_for_a_name_in_any_script() {
    for (name, expected) in [
        ("Big Blue Bus", "BBB"),
        ("Linia Wiślana", "LW"),
        ("tec", "T"),
        ("Société de Transport de l’Outaouais", "SDT"),
        ("شركة النقل", "شا"),
        ("दिल्ली मेट्रो", "दम"),
        ("東京メトロ", "東"),
        ("🚌 Bus", "B"),
        ("🚌", "•"),
        ("", "•"),
        ("42nd Street", "4S"),
    ] {
        assert_eq!(initials(name), expected, "{name}");
    }
}

#[test]
fn a_code_is_surrounded_by_light_and_made_of_runs() {
    let code = Code::of("ticket").unwrap();
    assert_eq!(code.side, 21 + 8, "the smallest code and its quiet zone");
    assert!(
        code.path.starts_with("M4 4h7v1h-7z"),
        "a finder pattern begins it"
    );
    let runs = code.path.split('M').skip(1).map(|run| {
        let (at, rest) = run.split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let width: i32 = rest.split('v').next().unwrap().parse().unwrap();
        (x.parse::<i32>().unwrap(), y.parse::<i32>().unwrap(), width)
    });
    for (x, y, width) in runs {
        assert!(
            x >= 4 && y >= 4 && width > 0 && x + width <= 25 && y < 25,
            "{x} {y} {width}"
        );
    }
}

#[test]
fn what_does_not_fit_into_a_code_is_refused() {
    assert!(Code::of(&"x".repeat(2_000)).is_ok());
    assert!(Code::of(&"x".repeat(4_000)).is_err());
}
