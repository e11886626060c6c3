//! A catalog in the file's words, to be read, edited and put back.

use domain::{
    catalog::{
        Alert, CapPeriod, CatalogContent, Fare, FareCap, FareOption, FareOptionValue, Product, TimeRange,
        Validity,
    },
    operator::RefundRules,
    text::Text,
};

use super::{
    document::{
        CapDocument, CapPeriodDocument, CatalogDocument, FareDocument, FareOptionDocument,
        OptionValueDocument, PeriodDocument, TextDocument, ValidityDocument,
    },
    refunds::RefundsDocument,
};

/// What would be read as this catalog.
pub(crate) fn catalog_document(content: &CatalogContent) -> CatalogDocument {
    let fares = content.fares.iter();
    CatalogDocument {
        currency: content.currency.code().to_owned(),
        options: content.options.iter().map(option).collect(),
        fares: fares
            .map(|it| fare(it, !content.not_for_sale.contains(&it.id)))
            .collect(),
        passes_per_order: content.passes_per_order,
        caps: content.caps.iter().map(cap).collect(),
    }
}

fn option(option: &FareOption) -> FareOptionDocument {
    FareOptionDocument {
        option_type: option.option_type.clone(),
        label: text(&option.label),
        values: option.values.iter().map(value).collect(),
    }
}

fn value(value: &FareOptionValue) -> OptionValueDocument {
    let (alert_text, alert_label) = alert(value.alert.as_ref());
    OptionValueDocument {
        id: value.id.clone(),
        name: text(&value.name),
        description: value.description.as_ref().map(text),
        alert_text,
        alert_label,
    }
}

fn fare(fare: &Fare, for_sale: bool) -> FareDocument {
    let (alert_text, alert_label) = alert(fare.alert.as_ref());
    let restriction = fare.restriction.as_ref();
    let options = fare.options.iter();
    FareDocument {
        id: fare.id.to_string(),
        name: text(&fare.name),
        description: text(&fare.description),
        price: fare.price.amount,
        discounted_price: fare.discounted_price.map(|price| price.amount),
        passes_count: match fare.product {
            Product::SinglePass => None,
            Product::PassBook { passes } => Some(passes),
        },
        valid_for: match fare.validity {
            Validity::Duration { minutes } => ValidityDocument::Minutes(minutes),
            Validity::ServiceDays { days } => ValidityDocument::ServiceDays(days),
            Validity::CalendarMonths { months } => ValidityDocument::CalendarMonths(months),
        },
        usable: fare.usable.iter().map(period).collect(),
        options: options
            .map(|choice| (choice.option_type.clone(), choice.id.clone()))
            .collect(),
        restricted_label: restriction.map(|it| text(&it.label)),
        restricted_text: restriction.map(|it| text(&it.text)),
        login_required: fare.login_required,
        limit_per_order: fare.limit_per_order,
        alert_text,
        alert_label,
        cap_group: fare.cap_group.clone(),
        refunds: fare.refund_rules.map(refunds),
        transferable: fare.transferable,
        for_sale,
    }
}

fn text(text: &Text) -> TextDocument {
    if text.language.is_none() && text.translations.is_empty() {
        return TextDocument::Plain(text.default.clone());
    }
    TextDocument::Translated {
        default: text.default.clone(),
        language: text.language.clone(),
        translations: text.translations.clone(),
    }
}

fn alert(alert: Option<&Alert>) -> (Option<TextDocument>, Option<TextDocument>) {
    let label = alert.and_then(|alert| alert.label.as_ref());
    (alert.map(|alert| text(&alert.text)), label.map(text))
}

fn period(range: &TimeRange) -> PeriodDocument {
    PeriodDocument {
        from: range.start.map(|moment| moment.fixed_offset()),
        until: range.end.map(|moment| moment.fixed_offset()),
    }
}

fn cap(cap: &FareCap) -> CapDocument {
    CapDocument {
        group: cap.group.clone(),
        period: match cap.period {
            CapPeriod::ServiceDay => CapPeriodDocument::ServiceDay,
            CapPeriod::ServiceWeek => CapPeriodDocument::ServiceWeek,
            CapPeriod::CalendarMonth => CapPeriodDocument::CalendarMonth,
        },
        limit: cap.limit.amount,
        replacement: cap.replacement.to_string(),
    }
}

const fn refunds(rules: RefundRules) -> RefundsDocument {
    RefundsDocument {
        unused_for_minutes: rules.unused_for_minutes,
        returns_engine_fee: rules.returns_engine_fee,
        used: rules.gives_back_used,
        within_minutes: rules.within_minutes,
        parts_of_books: rules.gives_back_parts_of_books,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplace::catalog_of;

    /// Everything that a catalog can say.
    const FULL: &str = "
currency: PLN
passes_per_order: 7
options:
  - type: rider
    label: { default: Pasażer, language: pl, translations: { en: Rider } }
    values:
      - { id: a, name: Adult, description: All, alert_text: Careful, alert_label: Note }
  - { type: fare, label: Fare, values: [{ id: b, name: B }] }
fares:
  - id: book
    name: { default: Karnet, language: pl, translations: {} }
    description: Ten.
    price: 1000
    discounted_price: 900
    passes_count: 10
    valid_for: { calendar_months: 1 }
    usable: [{ from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }, { from: 2028-01-01T00:00:00Z }]
    options: { fare: b, rider: a }
    restricted_label: Label
    restricted_text: Text
    login_required: true
    limit_per_order: 2
    alert_text: Careful
    cap_group: local
    refunds: { unused_for_minutes: 60, used: true, within_minutes: 90, parts_of_books: true, returns_engine_fee: false }
    transferable: false
  - { id: day, name: Day, description: Day, price: 500, valid_for: { service_days: 1 }, for_sale: false }
  - { id: single, name: One, description: One, price: 0, valid_for: { minutes: 60 } }
caps:
  - { group: local, period: service_day, limit: 500, replacement: day }
";

    #[test]
    fn a_catalog_that_is_written_and_read_again_is_the_same() {
        let document: CatalogDocument = serde_saphyr::from_str(FULL).unwrap();
        let content = catalog_of(&document).unwrap();
        let written = serde_json::to_string(&catalog_document(&content)).unwrap();
        let read: CatalogDocument = serde_json::from_str(&written).unwrap();
        assert_eq!(catalog_of(&read).unwrap(), content);
    }
}
