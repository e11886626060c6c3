//! Fares and their options, from the file's words to the domain's.

use domain::{
    Currency, FareId, Money,
    catalog::{
        CatalogContent, Fare, FareOption, FareOptionValue, OptionChoice, Product, Restriction, Validity,
    },
};

use super::{
    cap::{caps_of, not_for_sale},
    convert::{Flaw, at, text_of},
    document::{CatalogDocument, FareDocument, ValidityDocument},
    notices::{range_of, warning_of},
    refunds::refund_rules_of,
};

/// A catalog, with every fare's option values in the catalog's order of options.
pub(crate) fn catalog_of(document: &CatalogDocument) -> Result<CatalogContent, Flaw> {
    let currency: Currency = at("currency", document.currency.parse())?;
    let options: Vec<FareOption> = document
        .options
        .iter()
        .map(|option| FareOption {
            option_type: option.option_type.clone(),
            label: text_of(&option.label),
            values: option
                .values
                .iter()
                .map(|value| FareOptionValue {
                    id: value.id.clone(),
                    name: text_of(&value.name),
                    description: value.description.as_ref().map(text_of),
                    alert: warning_of(value.alert_text.as_ref(), value.alert_label.as_ref()),
                })
                .collect(),
        })
        .collect();
    let order: Vec<&str> = options.iter().map(|option| option.option_type.as_str()).collect();
    let fares: Result<_, Flaw> = document
        .fares
        .iter()
        .enumerate()
        .map(|(index, fare)| fare_of(fare, currency, &order).map_err(|flaw| format!("fares[{index}].{flaw}")))
        .collect();
    Ok(CatalogContent {
        currency,
        fares: fares?,
        passes_per_order: document.passes_per_order,
        options,
        not_for_sale: not_for_sale(&document.fares)?,
        caps: caps_of(&document.caps, currency)?,
    })
}

fn fare_of(document: &FareDocument, currency: Currency, order: &[&str]) -> Result<Fare, Flaw> {
    let rank = |name: &str| {
        order
            .iter()
            .position(|known| *known == name)
            .unwrap_or(usize::MAX)
    };
    let mut options: Vec<OptionChoice> = document
        .options
        .iter()
        .map(|(option_type, id)| OptionChoice {
            option_type: option_type.clone(),
            id: id.clone(),
        })
        .collect();
    options.sort_by_key(|choice| rank(&choice.option_type));
    let restriction = match (&document.restricted_label, &document.restricted_text) {
        (Some(label), Some(text)) => Some(Restriction {
            label: text_of(label),
            text: text_of(text),
        }),
        (None, None) => None,
        _ => return Err("restricted_text: a restricted fare needs a label and a text".to_owned()),
    };
    Ok(Fare {
        id: at("id", FareId::parse(document.id.clone()))?,
        name: text_of(&document.name),
        description: text_of(&document.description),
        product: document
            .passes_count
            .map_or(Product::SinglePass, |passes| Product::PassBook { passes }),
        price: Money::new(document.price, currency),
        discounted_price: document
            .discounted_price
            .map(|amount| Money::new(amount, currency)),
        options,
        validity: match document.valid_for {
            ValidityDocument::Minutes(minutes) => Validity::Duration { minutes },
            ValidityDocument::ServiceDays(days) => Validity::ServiceDays { days },
            ValidityDocument::CalendarMonths(months) => Validity::CalendarMonths { months },
        },
        usable: document.usable.iter().map(range_of).collect(),
        restriction,
        login_required: document.login_required,
        limit_per_order: document.limit_per_order,
        alert: warning_of(document.alert_text.as_ref(), document.alert_label.as_ref()),
        cap_group: document.cap_group.clone(),
        transferable: document.transferable,
        refund_rules: document.refunds.as_ref().map(refund_rules_of),
    })
}
