//! A vehicle's plate, as Coord's Users API writes it: `{"text": "123abc", "country": "us", "subdivision": "ny"}`.

use serde::{Deserialize, Serialize};

/// Longest text of a plate, in characters. No country issues longer ones.
const LONGEST_TEXT: usize = 16;

/// Countries whose states or provinces issue plates of their own, so that a text without one names several vehicles.
const BY_SUBDIVISION: [&str; 3] = ["au", "ca", "us"];

/// Every country of ISO 3166-1 by its alpha-2 code, in lower case as the publication prints it.
const COUNTRIES: &str = "\
    ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz \
    ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr \
    ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it \
    je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly \
    ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om \
    pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz \
    tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

/// A licence plate. Personal: it goes into events sealed, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicensePlate {
    text: String,
    country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subdivision: Option<String>,
}

/// Why it is no plate, in the order in which the reasons are looked for. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlate {
    /// Empty, too long, or with signs that stand on no plate.
    #[error(
        "text has to be 1 to 16 letters and digits, which spaces, dots, dashes and apostrophes may part."
    )]
    Text,
    /// No country of ISO 3166-1, or not in lower case.
    #[error("country has to be an ISO 3166-1 alpha-2 code in lower case, as us.")]
    Country,
    /// Not one to three letters and digits.
    #[error(
        "subdivision has to be the part of an ISO 3166-2 code that follows the country, in lower case, as ny."
    )]
    Subdivision,
    /// The country's plates are told apart by subdivision.
    #[error("subdivision is needed with this country, where each subdivision issues plates of its own.")]
    SubdivisionMissing,
}

impl InvalidPlate {
    /// Where it is wrong.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Text => "license_plate.text",
            Self::Country => "license_plate.country",
            Self::Subdivision | Self::SubdivisionMissing => "license_plate.subdivision",
        }
    }
}

impl LicensePlate {
    /// Takes a plate as it was written down, without spaces around its text.
    pub fn parse(text: &str, country: &str, subdivision: Option<&str>) -> Result<Self, InvalidPlate> {
        let text = text.trim();
        let is_sign = |sign: char| sign.is_alphanumeric() || " .-'·".contains(sign);
        let is_text = text.chars().any(char::is_alphanumeric) && text.chars().all(is_sign);
        if !is_text || text.chars().count() > LONGEST_TEXT {
            return Err(InvalidPlate::Text);
        }
        if !COUNTRIES.split(' ').any(|known| known == country) {
            return Err(InvalidPlate::Country);
        }
        match subdivision {
            Some(code) if !is_subdivision(code) => return Err(InvalidPlate::Subdivision),
            None if BY_SUBDIVISION.contains(&country) => return Err(InvalidPlate::SubdivisionMissing),
            Some(_) | None => {}
        }
        Ok(Self {
            text: text.to_owned(),
            country: country.to_owned(),
            subdivision: subdivision.map(str::to_owned),
        })
    }

    /// What stands on it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// ISO 3166-1 alpha-2, lower case.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.country
    }

    /// What follows the country in ISO 3166-2, lower case.
    #[must_use]
    pub fn subdivision(&self) -> Option<&str> {
        self.subdivision.as_deref()
    }
}

fn is_subdivision(code: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=3).contains(&code.len()) && code.bytes().all(plain)
}

impl std::fmt::Debug for LicensePlate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LicensePlate(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_plate_is_one() {
        let plate = LicensePlate::parse(" 123abc ", "us", Some("ny")).unwrap();
        let parts = (plate.text(), plate.country(), plate.subdivision());
        assert_eq!(parts, ("123abc", "us", Some("ny")));
        assert_eq!(format!("{plate:?}"), "LicensePlate(…)");
    }

    #[test]
    fn a_text_is_short_and_holds_what_plates_hold() {
        for good in [
            "1",
            "WA 12345",
            "M-AB 1234",
            "А123ВС",
            "O'HARE",
            "1234567890123456",
        ] {
            assert!(LicensePlate::parse(good, "pl", None).is_ok(), "{good}");
        }
        for bad in ["", "   ", "--", "12345678901234567", "<b>", "a\nb", "a_b", "a;b"] {
            assert_eq!(
                LicensePlate::parse(bad, "pl", None),
                Err(InvalidPlate::Text),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_country_is_one_of_iso_3166_in_lower_case() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        for bad in ["", "US", "xx", "usa", "uk", "u", "us pl"] {
            let refused = LicensePlate::parse("1", bad, Some("ny"));
            assert_eq!(refused, Err(InvalidPlate::Country), "{bad:?}");
        }
    }

    #[test]
    fn a_subdivision_is_needed_where_plates_are_issued_by_it() {
        for country in BY_SUBDIVISION {
            let refused = LicensePlate::parse("1", country, None);
            assert_eq!(refused, Err(InvalidPlate::SubdivisionMissing), "{country}");
        }
        assert!(LicensePlate::parse("1", "pl", None).is_ok());
        for bad in ["", "NY", "newy", "n-y", "é"] {
            let refused = LicensePlate::parse("1", "us", Some(bad));
            assert_eq!(refused, Err(InvalidPlate::Subdivision), "{bad:?}");
        }
    }

    proptest! {
        /// Whatever is taken is taken again as it stands, so that an answer can be sent back.
        #[test]
        fn a_plate_that_was_taken_is_taken_as_it_stands(text in ".{0,20}", country in "[a-z]{2}", sub in "[a-z0-9]{0,4}") {
            let sub = Some(sub.as_str()).filter(|sub| !sub.is_empty());
            if let Ok(plate) = LicensePlate::parse(&text, &country, sub) {
                prop_assert_eq!(LicensePlate::parse(plate.text(), plate.country(), plate.subdivision()), Ok(plate.clone()));
                let stored = serde_json::to_string(&plate).unwrap();
                prop_assert_eq!(serde_json::from_str::<LicensePlate>(&stored).unwrap(), plate);
            }
        }
    }
}
