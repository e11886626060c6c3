//! Tariffs by the rules they follow, and as laws over any of them.

mod any;
mod clocks;
mod flaws;
mod laws;
mod rules;
mod slow;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Calculation, Period, Price, Tariff, Tier};
use crate::{Currency, text::Text};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn tier(minutes: Option<u32>, every_minutes: u32, price: i64) -> Tier {
    Tier {
        minutes,
        every_minutes,
        price,
    }
}

fn by_time(tiers: &[Tier]) -> Price {
    Price {
        flat: 0,
        tiers: tiers.to_vec(),
        maximum: None,
    }
}

fn flat(amount: i64) -> Price {
    Price {
        flat: amount,
        tiers: Vec::new(),
        maximum: None,
    }
}

fn period(name: &str, price: Price) -> Period {
    Period {
        name: Text::plain(name),
        times: Vec::new(),
        price,
    }
}

/// One price at all times, on the clocks of Los Angeles.
fn tariff(price: Price) -> Tariff {
    Tariff {
        currency: Currency::USD,
        zone: chrono_tz::America::Los_Angeles,
        free: None,
        flat: 0,
        periods: vec![period("Always", price)],
        events: Vec::new(),
        day_maximum: None,
        stay_maximum: None,
        tax: None,
        longest_stay_minutes: None,
    }
}

fn priced(tariff: &Tariff, from: &str, minutes: i64) -> Calculation {
    let start = at(from);
    tariff.price(start, start + TimeDelta::minutes(minutes)).unwrap()
}

fn cost(tariff: &Tariff, from: &str, minutes: i64) -> i64 {
    priced(tariff, from, minutes).total.amount
}
