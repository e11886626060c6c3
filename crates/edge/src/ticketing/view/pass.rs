//! The Pass and PassBook objects.

use chrono::{DateTime, Utc};
use domain::{
    DeviceId, OperatorId, PurchaseId, RefundId,
    catalog::{PassTerms, Product},
    operator::Operator,
    wallet::{IssueCause, Pass, PassBook, PassStatus, Wallet},
};
use serde::Serialize;

use super::{FareOptionView, FareView, Shown, TicketFormat, local};
use crate::ticketing::{error::Language, receipts::ReceiptLinks};

/// All passes of a rider, as list, purchase and activate answer.
#[derive(Debug, Clone, Serialize)]
pub struct PassesView {
    #[serde(skip_serializing_if = "Option::is_none")]
    activated_pass_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fare_options: Option<Vec<FareOptionView>>,
    /// `null` without any, as the document prints it.
    pass_books: Option<Vec<PassBookView>>,
    passes: Vec<PassView>,
}

/// A Pass object.
#[derive(Debug, Clone, Serialize)]
pub struct PassView {
    agency_id: String,
    details: DetailsView,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_html: Option<String>,
    end_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fare: Option<FareView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_book_id: Option<String>,
    pass_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_processor: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_receipt: Option<ReceiptView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_receipt: Option<ReceiptView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_timestamp: Option<String>,
    start_timestamp: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_expiration_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    valid_time_ranges: Vec<TimeRangeView>,
}

/// A Receipt object.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptView {
    /// Where it can be read.
    pub link: String,
    /// What it is called.
    pub number: String,
}

#[derive(Debug, Clone, Serialize)]
struct DetailsView {
    agency_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert_text: Option<String>,
    description: String,
    name: String,
}

#[derive(Debug, Clone, Serialize)]
struct TimeRangeView {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_timestamp: Option<String>,
}

/// A PassBook object.
#[derive(Debug, Clone, Serialize)]
struct PassBookView {
    fare: FareView,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    pass_book_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_transfer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_processor: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purchase_receipt: Option<ReceiptView>,
    purchase_timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_receipt: Option<ReceiptView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_timestamp: Option<String>,
    unactivated_remaining_count: u32,
}

/// Who looks, when, and what they want to see.
pub(in crate::ticketing) struct Viewer<'a> {
    /// The device of the request's JWT or session.
    pub device: Option<&'a DeviceId>,
    /// Now.
    pub at: DateTime<Utc>,
    /// Most wanted first.
    pub languages: &'a [String],
    /// `ticket_format`
    pub format: TicketFormat,
    /// `omit_unusable_passes`
    pub omit_unusable: bool,
    /// `include_fare_price`, `include_fare_options`
    pub shown: Shown,
    /// The operators as they are now: names and logos are today's, terms are those of the sale.
    pub operator: &'a (dyn Fn(&OperatorId) -> Option<std::sync::Arc<Operator>> + Send + Sync),
    /// Whether this app may show an operator's tickets.
    pub shows_tickets: &'a (dyn Fn(&Operator) -> bool + Send + Sync),
    /// Where receipts can be read.
    pub receipts: ReceiptLinks<'a>,
    /// The options of every catalog in the answer, if wanted.
    pub fare_options: Option<Vec<FareOptionView>>,
    /// The purchase this answers: its passes say how they were paid.
    pub bought: Option<&'a PurchaseId>,
    /// The pass that was just activated.
    pub activated: Option<&'a domain::PassId>,
}

/// A wallet as its rider sees it.
#[must_use]
pub(in crate::ticketing) fn passes(wallet: Option<&Wallet>, viewer: &Viewer<'_>) -> PassesView {
    let books: Vec<PassBookView> = wallet
        .into_iter()
        .flat_map(|wallet| wallet.books().map(move |book| (wallet, book)))
        .filter(|(wallet, book)| viewer.keeps_book(wallet, book))
        .map(|(wallet, book)| viewer.book(wallet, book))
        .collect();
    let passes = wallet
        .into_iter()
        .flat_map(Wallet::passes)
        .filter(|pass| viewer.keeps(pass));
    PassesView {
        activated_pass_id: viewer.activated.map(ToString::to_string),
        fare_options: viewer.fare_options.clone(),
        pass_books: (!books.is_empty()).then_some(books),
        passes: passes.map(|pass| viewer.pass(pass)).collect(),
    }
}

impl Viewer<'_> {
    fn status(&self, pass: &Pass) -> PassStatus {
        pass.status(self.device, self.at)
    }

    /// Passes that went to somebody else are not this rider's to see.
    fn keeps(&self, pass: &Pass) -> bool {
        let status = self.status(pass);
        let gone = matches!(status, PassStatus::Transferred | PassStatus::AwaitingTransfer);
        !gone && (!self.omit_unusable || status.is_usable())
    }

    /// All books, the sent ones too, say what became of them; unless only what can still be used is wanted.
    fn keeps_book(&self, wallet: &Wallet, book: &PassBook) -> bool {
        if !self.omit_unusable {
            return true;
        }
        book.passes()
            .iter()
            .filter_map(|id| wallet.pass(id))
            .any(|pass| self.keeps(pass))
    }

    fn agency_name(&self, terms: &PassTerms, operator: Option<&Operator>) -> String {
        operator.map_or_else(
            || terms.operator.to_string(),
            |operator| operator.profile().name.in_language(self.languages).to_owned(),
        )
    }

    fn fare(&self, terms: &PassTerms, agency_name: &str) -> FareView {
        FareView::of(
            terms.operator.as_str(),
            agency_name,
            &terms.fare,
            self.shown,
            self.languages,
        )
    }

    /// Shown on what this very purchase bought, and only there.
    fn paid_with(&self, cause: &IssueCause) -> Option<String> {
        match cause {
            IssueCause::Purchase {
                purchase,
                stripe_source,
            } if Some(purchase) == self.bought => stripe_source.clone(),
            _ => None,
        }
    }

    /// One pass.
    #[must_use]
    pub(in crate::ticketing) fn pass(&self, pass: &Pass) -> PassView {
        let (terms, status) = (pass.terms(), self.status(pass));
        let operator = (self.operator)(&terms.operator);
        let agency_name = self.agency_name(terms, operator.as_deref());
        let zone = terms.calendar.zone;
        let activation = pass.activation();
        let ends_at = activation.map_or_else(|| pass.would_end_at(self.at), |it| Some(it.ends_at));
        let ticket_expires_at = activation
            .filter(|_| matches!(status, PassStatus::Active | PassStatus::ActiveOnAnotherDevice))
            .map(|it| it.ticket_expires_at);
        let in_book = pass.book().is_some();
        let receipt_of = pass.bought_by().filter(|_| !in_book);
        let stripe_source = self.paid_with(pass.cause());
        PassView {
            agency_id: terms.operator.to_string(),
            details: self.details(terms, &agency_name),
            display_html: self.ticket(pass, operator.as_deref(), &agency_name),
            end_timestamp: ends_at.map(|at| local(at, zone)),
            fare: (!in_book).then(|| self.fare(terms, &agency_name)),
            logo_url: logo(operator.as_deref()),
            pass_book_id: pass.book().map(ToString::to_string),
            pass_id: pass.id().to_string(),
            payment_processor: stripe_source.as_ref().map(|_| "Stripe"),
            purchase_receipt: receipt_of.map(|purchase| self.receipts.purchase(purchase)),
            purchase_timestamp: (!in_book).then(|| local(pass.issued_at(), zone)),
            refund_receipt: self.refund_receipt(receipt_of, pass.refund()),
            refund_timestamp: pass.refund().map(|(_, at)| local(at, zone)),
            start_timestamp: local(activation.map_or(self.at, |it| it.first_at), zone),
            status: status.as_str(),
            stripe_source,
            ticket_expiration_timestamp: ticket_expires_at.map(|at| local(at, zone)),
            valid_time_ranges: terms
                .fare
                .usable
                .iter()
                .map(|range| TimeRangeView {
                    start_timestamp: range.start.map(|at| local(at, zone)),
                    end_timestamp: range.end.map(|at| local(at, zone)),
                })
                .collect(),
        }
    }

    fn refund_receipt(
        &self,
        purchase: Option<&PurchaseId>,
        refund: Option<(&RefundId, DateTime<Utc>)>,
    ) -> Option<ReceiptView> {
        let (refund, _) = refund?;
        Some(self.receipts.refund(purchase?, refund))
    }

    fn details(&self, terms: &PassTerms, agency_name: &str) -> DetailsView {
        let alert = terms.fare.alert.as_ref();
        let words = |text: &domain::text::Text| text.in_language(self.languages).to_owned();
        let name = terms.fare.name.in_language(self.languages);
        DetailsView {
            agency_name: agency_name.to_owned(),
            alert_label: alert.and_then(|alert| alert.label.as_ref()).map(words),
            alert_text: alert.map(|alert| words(&alert.text)),
            description: terms.fare.description.in_language(self.languages).to_owned(),
            name: match terms.fare.product {
                Product::SinglePass => name.to_owned(),
                Product::PassBook { .. } => format!("{name} ({})", self.one_ride()),
            },
        }
    }

    /// What tells a ride of a book from the book, in the rider's language.
    fn one_ride(&self) -> &'static str {
        match Language::of(self.languages) {
            Language::English => "1 Ride",
            Language::Spanish => "1 viaje",
        }
    }

    fn ticket(&self, pass: &Pass, operator: Option<&Operator>, agency_name: &str) -> Option<String> {
        let allowed = operator.is_some_and(|operator| (self.shows_tickets)(operator));
        let activation = pass
            .activation()
            .filter(|_| allowed && self.status(pass) == PassStatus::Active)?;
        self.format
            .render(pass, agency_name, activation.ticket_expires_at)
    }

    fn book(&self, wallet: &Wallet, book: &PassBook) -> PassBookView {
        let terms = book.terms();
        let operator = (self.operator)(&terms.operator);
        let agency_name = self.agency_name(terms, operator.as_deref());
        let zone = terms.calendar.zone;
        let stripe_source = self.paid_with(book.cause());
        PassBookView {
            fare: self.fare(terms, &agency_name),
            logo_url: logo(operator.as_deref()),
            pass_book_id: book.id().to_string(),
            pass_transfer_id: book.transfer().map(ToString::to_string),
            payment_processor: stripe_source.as_ref().map(|_| "Stripe"),
            purchase_receipt: book.bought_by().map(|it| self.receipts.purchase(it)),
            purchase_timestamp: local(book.issued_at(), zone),
            refund_receipt: self.refund_receipt(book.bought_by(), book.refund()),
            refund_timestamp: book.refund().map(|(_, at)| local(at, zone)),
            stripe_source,
            transfer_timestamp: book.transferred_at().map(|at| local(at, zone)),
            unactivated_remaining_count: wallet.unactivated_remaining_count(book.id(), self.at),
        }
    }
}

fn logo(operator: Option<&Operator>) -> Option<String> {
    operator
        .and_then(|operator| operator.profile().logo_url.as_ref())
        .map(|url| url.as_str().to_owned())
}
