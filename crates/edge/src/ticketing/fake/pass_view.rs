//! The Pass and PassBook objects, their members in the printed order.

use serde::Serialize;

use super::{
    catalog::{
        AGENCY, AGENCY_NAME, DESCRIPTION, FARE_OPTIONS, FareOptionView, FareView, LOGO, SINGLE_RIDE,
        THREE_RIDES,
    },
    clock::Clock,
    holdings::{BOOK, Ends, Holdings, Pass, Status},
    wanted::Wanted,
};

/// All passes, as list, purchase and activate answer.
#[derive(Debug, Serialize)]
pub(super) struct PassesView {
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_pass_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fare_options: Option<[FareOptionView; 2]>,
    /// `null` without any, as printed.
    pass_books: Option<[PassBookView; 1]>,
    passes: Vec<PassView>,
}

/// A Pass object.
#[derive(Debug, Serialize)]
pub(super) struct PassView {
    agency_id: &'static str,
    details: DetailsView,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_html: Option<String>,
    end_timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fare: Option<FareView>,
    logo_url: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_book_id: Option<&'static str>,
    pass_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_processor: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_timestamp: Option<String>,
    start_timestamp: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_expiration_timestamp: Option<String>,
}

#[derive(Debug, Serialize)]
struct DetailsView {
    agency_name: &'static str,
    description: &'static str,
    name: &'static str,
}

/// A PassBook object.
#[derive(Debug, Serialize)]
struct PassBookView {
    fare: FareView,
    logo_url: &'static str,
    pass_book_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_processor: Option<&'static str>,
    purchase_timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_source: Option<String>,
    unactivated_remaining_count: usize,
}

/// Who looks, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Viewer {
    /// What the client wants to see.
    pub(super) wanted: Wanted,
    /// When.
    pub(super) clock: Clock,
}

impl Viewer {
    /// An account, or what was just bought.
    pub(super) fn passes(self, holdings: &Holdings, bought_with: Option<&str>) -> PassesView {
        let kept = |pass: &&Pass| self.wanted.keeps(pass.status.is_usable());
        let passes = holdings.passes.iter().filter(kept);
        let passes = passes.map(|pass| self.paid_pass(pass, bought_with)).collect();
        // The book always has a usable ride, so that it is never left out.
        let book = holdings.rides_left().map(|left| self.book(left, bought_with));
        PassesView {
            activated_pass_id: None,
            fare_options: self.wanted.shown.options.then_some(FARE_OPTIONS),
            pass_books: book.map(|book| [book]),
            passes,
        }
    }

    /// The account after an activation.
    pub(super) fn activated(self, holdings: &Holdings, pass: &Pass) -> PassesView {
        PassesView {
            activated_pass_id: Some(pass.id),
            ..self.passes(holdings, None)
        }
    }

    /// One pass.
    pub(super) fn pass(self, pass: &Pass) -> PassView {
        let is_ride = pass.is_ride();
        let is_active = pass.status == Status::Active;
        let in_use = is_active || pass.status == Status::ActiveOnAnotherDevice;
        PassView {
            agency_id: AGENCY,
            details: DetailsView {
                agency_name: AGENCY_NAME,
                description: DESCRIPTION,
                name: match is_ride {
                    true => "Regular 3 Ride (1 Ride)",
                    false => SINGLE_RIDE.name,
                },
            },
            display_html: self.wanted.ticket().filter(|_| is_active),
            end_timestamp: match pass.ends {
                Ends::InHours(hours) => self.clock.in_hours(hours),
                Ends::WithTomorrow => self.clock.midnight_in(2),
            },
            fare: (!is_ride).then(|| FareView::held(&SINGLE_RIDE, self.wanted.shown)),
            logo_url: LOGO,
            pass_book_id: is_ride.then_some(BOOK),
            pass_id: pass.id,
            payment_processor: None,
            purchase_timestamp: pass.bought_hours_ago.map(|hours| self.clock.in_hours(-hours)),
            start_timestamp: self.clock.in_hours(-pass.started_hours_ago),
            status: pass.status.name(),
            stripe_source: None,
            ticket_expiration_timestamp: in_use.then(|| match pass.ends {
                Ends::InHours(hours) => self.clock.in_hours(hours),
                Ends::WithTomorrow => self.clock.midnight_in(1),
            }),
        }
    }

    fn paid_pass(self, pass: &Pass, bought_with: Option<&str>) -> PassView {
        let paid = bought_with.filter(|_| !pass.is_ride());
        PassView {
            payment_processor: paid.map(|_| "Stripe"),
            stripe_source: paid.map(str::to_owned),
            ..self.pass(pass)
        }
    }

    fn book(self, rides_left: usize, bought_with: Option<&str>) -> PassBookView {
        PassBookView {
            fare: FareView::held(&THREE_RIDES, self.wanted.shown),
            logo_url: LOGO,
            pass_book_id: BOOK,
            payment_processor: bought_with.map(|_| "Stripe"),
            purchase_timestamp: self.clock.in_hours(0),
            stripe_source: bought_with.map(str::to_owned),
            unactivated_remaining_count: rides_left,
        }
    }
}
