//! What can be wrong with a catalog. All problems are told at once, each with its place.

use std::{collections::BTreeSet, fmt};

use super::{
    event::CatalogContent,
    fare::{Alert, Fare, FareOption, Product, Validity},
    parking_rate::ParkingLocation,
};
use crate::{
    Currency, Money,
    tariff::{TariffFlaw, inspect_tariff},
    text::Text,
    wallet::MAX_BOOK_PASSES,
};

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {flaw}")]
pub struct CatalogProblem {
    /// The place in what was given: `fares[2].discounted_price`.
    pub path: String,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Flaw {
    /// Riders would see nothing.
    #[error("the text is blank")]
    BlankText,
    /// The id stands elsewhere already.
    #[error("the id is used twice")]
    DuplicateId,
    /// Nobody is paid for buying: a discount is a price, never a product.
    #[error("the amount is negative")]
    NegativeAmount,
    /// A discount that is none.
    #[error("the discounted price is above the price")]
    DiscountAbovePrice,
    /// A catalog has one currency.
    #[error("the currency is not the catalog's")]
    CurrencyDiffers,
    /// The catalog has no such option.
    #[error("there is no such option")]
    UnknownOption,
    /// The option has no such value.
    #[error("the option has no such value")]
    UnknownOptionValue,
    /// A fare has one value of each option, in the catalog's order.
    #[error("the options are repeated or out of order")]
    OptionsOutOfOrder,
    /// Nothing could be selected.
    #[error("the option has no values")]
    EmptyOption,
    /// A book without passes.
    #[error("the book is empty")]
    EmptyBook,
    /// No wallet takes in so many.
    #[error("the book has more than {MAX_BOOK_PASSES} passes")]
    BookTooLong,
    /// It could never be used.
    #[error("it is valid for no time")]
    ZeroValidity,
    /// It would end before it begins.
    #[error("the time range is empty")]
    EmptyRange,
    /// Nobody could buy it.
    #[error("the limit is zero")]
    ZeroLimit,
    /// The catalog has no such fare.
    #[error("there is no such fare")]
    UnknownFare,
    /// Nothing would ever count.
    #[error("no fare is in the group")]
    UnknownGroup,
    /// One pass cannot be replaced by a book.
    #[error("the fare is not a single pass")]
    NotASinglePass,
    /// Riders who have paid enough would have to pay again.
    #[error("the fare may end before the period does")]
    EndsBeforeThePeriod,
    /// What riders get for what they have paid must not depend on the hour.
    #[error("the fare is not usable at all times")]
    NotAlwaysUsable,
    /// Every started interval of no length.
    #[error("the interval has no length")]
    ZeroInterval,
    /// Not on Earth.
    #[error("the position is out of range")]
    PositionOutOfRange,
    /// Something about a tariff.
    #[error(transparent)]
    Tariff(TariffFlaw),
}

/// Books that would be paid for and could not be issued. Catalogs of old may hold some, so that only a new one is
/// refused for it.
pub(super) fn long_books(content: &CatalogContent) -> Vec<CatalogProblem> {
    let too_long =
        |fare: &Fare| matches!(fare.product, Product::PassBook { passes } if passes > MAX_BOOK_PASSES);
    let fares = content.fares.iter().enumerate();
    fares
        .filter(|(_, fare)| too_long(fare))
        .map(|(index, _)| CatalogProblem {
            path: format!("fares[{index}].product"),
            flaw: Flaw::BookTooLong,
        })
        .collect()
}

/// Collects problems below a path.
pub(super) struct Inspection {
    problems: Vec<CatalogProblem>,
}

impl Inspection {
    pub(super) fn must(&mut self, holds: bool, path: impl fmt::Display, flaw: Flaw) {
        if !holds {
            self.problems.push(CatalogProblem {
                path: path.to_string(),
                flaw,
            });
        }
    }

    fn text(&mut self, path: impl fmt::Display, text: &Text) {
        let shown =
            !text.default.trim().is_empty() && text.translations.values().all(|text| !text.trim().is_empty());
        self.must(shown, path, Flaw::BlankText);
    }

    fn alert(&mut self, path: &str, alert: Option<&Alert>) {
        let Some(alert) = alert else { return };
        self.text(format_args!("{path}.text"), &alert.text);
        if let Some(label) = &alert.label {
            self.text(format_args!("{path}.label"), label);
        }
    }

    pub(super) fn price(&mut self, path: impl fmt::Display, price: Money, currency: Currency) {
        self.must(price.amount >= 0, &path, Flaw::NegativeAmount);
        self.must(price.currency == currency, &path, Flaw::CurrencyDiffers);
    }

    fn options(&mut self, options: &[FareOption]) {
        let (mut types, mut values) = (BTreeSet::new(), BTreeSet::new());
        for (index, option) in options.iter().enumerate() {
            let path = format!("options[{index}]");
            self.must(
                types.insert(&option.option_type),
                format_args!("{path}.type"),
                Flaw::DuplicateId,
            );
            self.must(
                !option.option_type.trim().is_empty(),
                format_args!("{path}.type"),
                Flaw::BlankText,
            );
            self.text(format_args!("{path}.label"), &option.label);
            self.must(
                !option.values.is_empty(),
                format_args!("{path}.values"),
                Flaw::EmptyOption,
            );
            for (index, value) in option.values.iter().enumerate() {
                let path = format!("{path}.values[{index}]");
                self.must(
                    values.insert(&value.id),
                    format_args!("{path}.id"),
                    Flaw::DuplicateId,
                );
                self.must(
                    !value.id.trim().is_empty(),
                    format_args!("{path}.id"),
                    Flaw::BlankText,
                );
                self.text(format_args!("{path}.name"), &value.name);
                self.alert(&format!("{path}.alert"), value.alert.as_ref());
            }
        }
    }

    fn fare(&mut self, path: &str, fare: &Fare, content: &CatalogContent) {
        self.text(format_args!("{path}.name"), &fare.name);
        let empty_book = matches!(fare.product, Product::PassBook { passes: 0 });
        self.must(!empty_book, format_args!("{path}.product"), Flaw::EmptyBook);
        self.price(format_args!("{path}.price"), fare.price, content.currency);
        if let Some(discounted) = fare.discounted_price {
            let path = format!("{path}.discounted_price");
            self.price(&path, discounted, content.currency);
            self.must(
                discounted.amount <= fare.price.amount,
                path,
                Flaw::DiscountAbovePrice,
            );
        }
        self.choices(path, fare, &content.options);
        let lasts = match fare.validity {
            Validity::Duration { minutes: number }
            | Validity::ServiceDays { days: number }
            | Validity::CalendarMonths { months: number } => number > 0,
        };
        self.must(lasts, format_args!("{path}.validity"), Flaw::ZeroValidity);
        for (index, range) in fare.usable.iter().enumerate() {
            let possible = range.start.zip(range.end).is_none_or(|(start, end)| start < end);
            self.must(possible, format_args!("{path}.usable[{index}]"), Flaw::EmptyRange);
        }
        if let Some(restriction) = &fare.restriction {
            self.text(format_args!("{path}.restriction.label"), &restriction.label);
            self.text(format_args!("{path}.restriction.text"), &restriction.text);
        }
        self.must(
            fare.limit_per_order != Some(0),
            format_args!("{path}.limit_per_order"),
            Flaw::ZeroLimit,
        );
        self.alert(&format!("{path}.alert"), fare.alert.as_ref());
    }

    fn choices(&mut self, path: &str, fare: &Fare, options: &[FareOption]) {
        let mut before = None;
        for (index, choice) in fare.options.iter().enumerate() {
            let path = format!("{path}.options[{index}]");
            let place = options
                .iter()
                .position(|option| option.option_type == choice.option_type);
            let Some((place, option)) = place.and_then(|place| Some((place, options.get(place)?))) else {
                self.must(false, format_args!("{path}.type"), Flaw::UnknownOption);
                continue;
            };
            let known = option.values.iter().any(|value| value.id == choice.id);
            self.must(known, format_args!("{path}.id"), Flaw::UnknownOptionValue);
            self.must(
                before.is_none_or(|before| before < place),
                format_args!("{path}.type"),
                Flaw::OptionsOutOfOrder,
            );
            before = Some(place);
        }
    }
}

/// Everything wrong with a catalog.
#[must_use]
pub fn inspect(content: &CatalogContent) -> Vec<CatalogProblem> {
    let mut inspection = Inspection { problems: Vec::new() };
    inspection.options(&content.options);
    inspection.must(
        content.passes_per_order != Some(0),
        "passes_per_order",
        Flaw::ZeroLimit,
    );
    let mut ids = BTreeSet::new();
    for (index, fare) in content.fares.iter().enumerate() {
        let path = format!("fares[{index}]");
        inspection.must(ids.insert(&fare.id), format_args!("{path}.id"), Flaw::DuplicateId);
        inspection.fare(&path, fare, content);
    }
    inspection.caps(content);
    inspection.problems
}

/// Everything wrong with a parking location.
#[must_use]
pub fn inspect_location(location: &ParkingLocation) -> Vec<CatalogProblem> {
    let mut inspection = Inspection { problems: Vec::new() };
    inspection.text("name", &location.name);
    inspection.must(
        location.position.is_on_earth(),
        "position",
        Flaw::PositionOutOfRange,
    );
    if let Some(address) = &location.address {
        inspection.text("address", address);
    }
    let rate = &location.rate;
    inspection.must(rate.flat >= 0, "rate.flat", Flaw::NegativeAmount);
    if let Some(interval) = rate.interval {
        inspection.must(interval.minutes > 0, "rate.interval.minutes", Flaw::ZeroInterval);
        inspection.must(interval.price >= 0, "rate.interval.price", Flaw::NegativeAmount);
    }
    inspection.must(
        rate.daily_maximum.is_none_or(|maximum| maximum >= 0),
        "rate.daily_maximum",
        Flaw::NegativeAmount,
    );
    if let Some(tariff) = &location.tariff {
        let same = tariff.currency == rate.currency;
        inspection.must(same, "tariff.currency", Flaw::CurrencyDiffers);
        for problem in inspect_tariff(tariff) {
            let path = format_args!("tariff.{}", problem.path);
            inspection.must(false, path, Flaw::Tariff(problem.flaw));
        }
    }
    inspection.problems
}
