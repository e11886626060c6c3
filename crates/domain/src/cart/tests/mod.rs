//! The rules of carts, by name.

mod buyers;
mod changing;
mod pricing;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{
    Currency, FareId, Money, OperatorId,
    catalog::{CatalogContent, Fare, Product, Validity},
    text::Text,
};

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn id(name: &str) -> FareId {
    FareId::parse(name).unwrap()
}

fn bus() -> OperatorId {
    OperatorId::parse("bigbluebus").unwrap()
}

fn usd(amount: i64) -> Money {
    Money::new(amount, Currency::USD)
}

fn fare(name: &str, price: i64) -> Fare {
    Fare {
        id: id(name),
        name: Text::plain(name),
        description: Text::plain("A ride."),
        product: Product::SinglePass,
        price: usd(price),
        discounted_price: None,
        options: Vec::new(),
        validity: Validity::Duration { minutes: 30 },
        usable: Vec::new(),
        restriction: None,
        login_required: false,
        limit_per_order: None,
        alert: None,
        cap_group: None,
        transferable: true,
        refund_rules: None,
    }
}

fn reduced(name: &str, price: i64, discounted: i64) -> Fare {
    Fare {
        discounted_price: Some(usd(discounted)),
        ..fare(name, price)
    }
}

fn catalog(fares: Vec<Fare>) -> CatalogContent {
    CatalogContent {
        currency: Currency::USD,
        options: Vec::new(),
        fares,
        passes_per_order: None,
        not_for_sale: vec![],
        caps: vec![],
    }
}

fn cart(held: &[(&str, u32)]) -> Cart {
    Cart::empty(bus(), 1).holding(held.iter().map(|(name, quantity)| (id(name), *quantity)))
}

fn held(cart: &Cart) -> Vec<(&str, u32)> {
    let quantities = cart.quantities().iter();
    quantities
        .map(|(id, quantity)| (id.as_str(), *quantity))
        .collect()
}
