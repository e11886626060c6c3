//! The code that redeems a transfer or a voucher. It is derived, so that a transfer's sender can be shown it again, and
//! kept nowhere: the log holds its hash only.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{TransferId, VoucherId, app::WebUrl, transfer::CodeHash};
use sha2::{Digest, Sha256};
use vault::{Purpose, Vault};

/// Bytes of the secret part: 144 bits, twenty-four characters.
const SECRET_BYTES: usize = 18;

/// The longest link that is looked into, in bytes.
const MAX_LINK: usize = 4_096;

/// What a code opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemable {
    /// Passes that were sent.
    Transfer(TransferId),
    /// Restricted fares.
    Voucher(VoucherId),
}

impl Redeemable {
    /// Its id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Transfer(id) => id.as_str(),
            Self::Voucher(id) => id.as_str(),
        }
    }

    fn parse(id: &str) -> Option<Self> {
        let transfer = TransferId::parse(id).map(Self::Transfer);
        transfer.or_else(|_| VoucherId::parse(id).map(Self::Voucher)).ok()
    }
}

/// What opens something to whoever has it: `{id}.{secret}`. It names what it opens so that it can be found.
#[derive(Clone, PartialEq, Eq)]
pub struct RedemptionCode {
    opens: Redeemable,
    text: String,
}

impl fmt::Debug for RedemptionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedemptionCode")
            .field("opens", &self.opens)
            .finish_non_exhaustive()
    }
}

impl RedemptionCode {
    /// The code of something: always the same.
    pub(crate) fn of(vault: &Vault, opens: Redeemable) -> Self {
        let id = opens.as_str();
        let signature = vault.sign(Purpose::RedemptionLink, id.as_bytes());
        let secret: Vec<u8> = signature.into_iter().take(SECRET_BYTES).collect();
        Self {
            text: format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(secret)),
            opens,
        }
    }

    /// Takes a code as it is, or the link that carries it: apps hand on the exact link that was followed (ticketing
    /// API, "Retrieving redemption information"). A deep link ends in `/redeem` and has the code as its parameter; the
    /// page that shows all apps has it as the end of its path. Nothing if there is no code in it.
    #[must_use]
    pub fn parse(link_or_code: &str) -> Option<Self> {
        let given = Some(link_or_code.trim()).filter(|text| text.len() <= MAX_LINK)?;
        let is_link = given.contains("://") || given.contains('?');
        let text = if is_link {
            carried(given)?
        } else {
            given.to_owned()
        };
        let (id, secret) = text.rsplit_once('.')?;
        let opens = Redeemable::parse(id)?;
        (!secret.is_empty()).then_some(Self { opens, text })
    }

    /// What it claims to open.
    #[must_use]
    pub const fn opens(&self) -> &Redeemable {
        &self.opens
    }

    /// The code itself, for whoever may take the passes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What is sent to somebody: the app's deeplink with the code, or the bare code where the app has none.
    #[must_use]
    pub fn link(&self, prefix: Option<&WebUrl>) -> String {
        let Some(prefix) = prefix else {
            return self.text.clone();
        };
        let (address, fragment) = match prefix.as_str().split_once('#') {
            Some((address, fragment)) => (address, format!("#{fragment}")),
            None => (prefix.as_str(), String::new()),
        };
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}code={}{fragment}", self.text)
    }

    pub(crate) fn hash(&self) -> Option<CodeHash> {
        CodeHash::parse(hex(&Sha256::digest(self.text.as_bytes()))).ok()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)])
        .flatten()
        .collect()
}

/// The code that a link carries.
fn carried(link: &str) -> Option<String> {
    let link = link.split('#').next()?;
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let path = path.trim_end_matches('/');
    if path.ends_with("/redeem") {
        return parameter(query, "code");
    }
    // `https://{host}/r/{environment}/{code}`
    let mut segments = path.rsplit('/');
    let (code, _, page) = (segments.next()?, segments.next()?, segments.next()?);
    (page == "r").then(|| decoded(code))?
}

/// The first value of a parameter in a query, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then_some(value)
    })?;
    decoded(value)
}

/// Undoes percent-encoding; a code is plain ASCII, so anything else is none.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = value.bytes();
    let mut text = String::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        let byte = if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        };
        text.push(Some(char::from(byte)).filter(char::is_ascii_graphic)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        RedemptionCode::parse(text).map(|code| code.expose().to_owned())
    }

    #[test]
    fn a_code_is_taken_bare_or_out_of_the_link_that_carries_it() {
        let bare = "trf_1.s-e_cret";
        for given in [
            bare,
            "  trf_1.s-e_cret\n",
            "https://app.example/redeem?code=trf_1.s-e_cret",
            "https://app.example/redeem?utm=x&code=trf_1.s-e_cret&z=1#top",
            "https://app.example/redeem?code=trf%5f1%2Es-e_cret",
            "cityhop://open/here/redeem/?code=trf_1.s-e_cret",
            "https://pay.example/r/test/trf_1.s-e_cret",
            "https://pay.example/r/live/trf_1.s-e_cret?utm=x",
        ] {
            assert_eq!(code(given).as_deref(), Some(bare), "{given}");
        }
    }

    #[test]
    fn what_carries_no_code_is_none() {
        for given in [
            "",
            "trf_1",
            "trf_1.",
            "pur_1.secret",
            "https://app.example/redeem",
            "https://app.example/redeem?kode=trf_1.secret",
            "https://app.example/elsewhere?code=trf_1.secret",
            "https://app.example/redeem/more?code=trf_1.secret",
            "https://app.example/test/trf_1.secret",
            "vch_.secret",
            "https://app.example/redeem?code=trf_1%2",
            "https://app.example/redeem?code=%C3%A9trf_1.secret",
        ] {
            assert_eq!(code(given), None, "{given}");
        }
        assert_eq!(code(&"a".repeat(MAX_LINK + 1)), None);
    }

    #[test]
    fn a_code_says_what_it_opens() {
        let opens = |text: &str| RedemptionCode::parse(text).map(|code| code.opens().clone());
        let (transfer, voucher) = (TransferId::parse("trf_1"), VoucherId::parse("vch_1"));
        assert_eq!(opens("trf_1.secret"), transfer.ok().map(Redeemable::Transfer));
        assert_eq!(opens("vch_1.secret"), voucher.ok().map(Redeemable::Voucher));
    }

    #[test]
    fn a_link_keeps_what_the_apps_deeplink_has_already() {
        let code = RedemptionCode::parse("trf_1.secret").unwrap();
        for (prefix, link) in [
            (
                "https://a.example/redeem",
                "https://a.example/redeem?code=trf_1.secret",
            ),
            (
                "https://a.example/redeem?lang=en#top",
                "https://a.example/redeem?lang=en&code=trf_1.secret#top",
            ),
        ] {
            assert_eq!(code.link(Some(&WebUrl::parse(prefix).unwrap())), link);
            assert_eq!(RedemptionCode::parse(link), Some(code.clone()));
        }
        assert_eq!(code.link(None), "trf_1.secret");
    }

    #[test]
    fn a_code_shows_itself_to_nobody_who_prints_it() {
        let code = RedemptionCode::parse("trf_1.secret").unwrap();
        assert!(!format!("{code:?}").contains("secret"));
    }
}
