//! The page itself. Escaping is the template's: what is not marked as safe cannot break out of its place.

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Offset, Utc};
use domain::{
    operator::{Legible, Operator, Rgb, TicketStyle},
    wallet::{Activation, Pass},
};
use sha2::{Digest, Sha256};

use super::{TicketSigner, code::Code, initials::initials, labels::Labels};
use crate::api_key::Environment;

/// Why a ticket could not be made. None of it is the rider's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// The operator's calendar has no such day.
    #[error("the service day of a ticket cannot be told")]
    NoDay,
    /// The code could not be signed.
    #[error("the code of a ticket cannot be signed")]
    Unsigned,
    /// The code does not fit into a picture.
    #[error("the code of a ticket is too long")]
    CodeTooLong,
    /// The template could not be filled in.
    #[error("a ticket cannot be drawn")]
    Undrawn,
}

/// What a ticket is made of.
#[derive(Debug, Clone, Copy)]
pub struct Ticket<'a> {
    /// What was bought.
    pub pass: &'a Pass,
    /// Its use, which the ticket proves.
    pub activation: &'a Activation,
    /// Who honours it, as it is now.
    pub operator: &'a Operator,
    /// Now, by the server's clock.
    pub at: DateTime<Utc>,
    /// The rider's, most wanted first.
    pub languages: &'a [String],
    /// Who signs.
    pub signer: &'a TicketSigner,
}

/// `templates/ticket.js`, the same on every ticket.
const SCRIPT: &str = include_str!("../../../templates/ticket.js");

/// Countries whose clocks strike twelve twice.
const TWELVE_HOURS: [&str; 6] = ["US", "CA", "AU", "NZ", "IN", "PH"];

#[derive(Template)]
#[template(path = "ticket.html")]
struct Page<'a> {
    policy: String,
    style: &'a str,
    script: &'static str,
    labels: &'static Labels,
    operator: &'a str,
    pass: &'a str,
    logo: Option<&'a str>,
    initials: String,
    initials_size: u32,
    made_ms: i64,
    ends_ms: i64,
    zone: &'static str,
    offset_seconds: i32,
    twelve_hours: bool,
    until_time: String,
    until_date: String,
    until_machine: String,
    word: &'static str,
    code: Code,
    pass_id: &'a str,
    is_test: bool,
}

/// Colours and durations in style sheets; nothing that anybody wrote.
#[derive(Template)]
#[template(path = "ticket.css", escape = "none")]
struct Style {
    main: Legible,
    brand: Rgb,
    on_brand: Rgb,
    accent: Rgb,
    day: Rgb,
    on_day: Rgb,
    seconds_left: i64,
}

impl Ticket<'_> {
    /// Draws the page.
    pub fn page(&self) -> Result<String, TicketError> {
        let mark = self
            .signer
            .mark_of(self.pass, self.at)
            .ok_or(TicketError::NoDay)?;
        let signed = self.signer.sign(self.pass, self.activation, mark);
        let code = Code::of(&signed.map_err(|_| TicketError::Unsigned)?);
        let own = self.operator.ticket_style().cloned().unwrap_or_default();
        let style = self.style(&own, mark.colour)?;
        let terms = self.pass.terms();
        let ends = self.activation.ticket_expires_at;
        let local = ends.with_timezone(&terms.calendar.zone);
        let country = self.operator.profile().country.as_deref();
        let twelve_hours = country.is_some_and(|country| TWELVE_HOURS.contains(&country));
        let operator = self.operator.profile().name.default.as_str();
        let initials = initials(operator);
        let page = Page {
            policy: policy(&style),
            style: &style,
            script: SCRIPT,
            labels: Labels::of(self.languages),
            operator,
            pass: &terms.fare.name.default,
            logo: own.logo.as_ref().map(domain::operator::TicketLogo::as_str),
            initials_size: if initials.chars().count() > 2 { 30 } else { 40 },
            initials,
            made_ms: self.at.timestamp_millis(),
            ends_ms: ends.timestamp_millis(),
            zone: terms.calendar.zone.name(),
            offset_seconds: local.offset().fix().local_minus_utc(),
            twelve_hours,
            until_time: local
                .format(if twelve_hours { "%-I:%M\u{202f}%p" } else { "%H:%M" })
                .to_string(),
            until_date: local.format("%Y-%m-%d %Z").to_string(),
            until_machine: local.to_rfc3339(),
            word: mark.word,
            code: code.map_err(|_| TicketError::CodeTooLong)?,
            pass_id: self.pass.id().as_str(),
            is_test: self.signer.environment() != Environment::Live,
        };
        page.render().map_err(|_| TicketError::Undrawn)
    }

    fn style(&self, own: &TicketStyle, day: Rgb) -> Result<String, TicketError> {
        let left = self.activation.ticket_expires_at - self.at;
        let style = Style {
            main: own.legible(),
            brand: own.background,
            on_brand: own.background.black_or_white(),
            accent: own.accent,
            day,
            on_day: day.black_or_white(),
            seconds_left: left.num_seconds().max(0),
        };
        style.render().map_err(|_| TicketError::Undrawn)
    }
}

/// Nothing is fetched from anywhere, and only this very style and script run. Pictures are those in the page.
fn policy(style: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(style),
        hash(SCRIPT)
    )
}
