//! Prices in words, for people who decide where to park.

use chrono::{DateTime, TimeZone, Utc, Weekday};
use domain::{
    Currency, Money,
    catalog::{ParkingLocation, ParkingRate},
    tariff::{DayKind, EventRate, Period, Price, Tariff, Tax, Tier, WeekTimes},
};

use super::stay::own_words;
use crate::marketplace::time;

/// What it costs to stay, a sentence each. Events that are over by a moment are left out.
pub(super) fn wording(location: &ParkingLocation, at: DateTime<Utc>) -> Vec<String> {
    match &location.tariff {
        Some(tariff) => of_tariff(tariff, at),
        None => of_rate(&location.rate),
    }
}

fn of_rate(rate: &ParkingRate) -> Vec<String> {
    let money = |amount| Money::new(amount, rate.currency);
    let mut said = Vec::new();
    if rate.free_minutes > 0 {
        said.push(format!("The first {} minutes are free.", rate.free_minutes));
    }
    if rate.flat > 0 {
        said.push(format!("{} for each stay.", money(rate.flat)));
    }
    if let Some(interval) = rate.interval {
        said.push(format!(
            "{} for every {} minutes begun.",
            money(interval.price),
            interval.minutes
        ));
    }
    if let Some(maximum) = rate.daily_maximum {
        said.push(format!("At most {} for each 24 hours.", money(maximum)));
    }
    or_free(said)
}

fn or_free(said: Vec<String>) -> Vec<String> {
    match said.is_empty() {
        true => vec!["Free of charge.".to_owned()],
        false => said,
    }
}

fn of_tariff(tariff: &Tariff, at: DateTime<Utc>) -> Vec<String> {
    let money = |amount| Money::new(amount, tariff.currency);
    let mut said = Vec::new();
    if let Some(free) = tariff.free.filter(|free| free.minutes > 0) {
        let minutes = free.minutes;
        said.push(match free.charged_when_exceeded {
            true => format!("Stays of up to {minutes} minutes are free."),
            false => format!("The first {minutes} minutes are free."),
        });
    }
    if tariff.flat > 0 {
        said.push(format!("{} for each stay.", money(tariff.flat)));
    }
    let is_only = tariff.periods.len() == 1;
    said.extend(
        tariff
            .periods
            .iter()
            .map(|period| of_period(period, tariff, is_only)),
    );
    let events = tariff.events.iter().filter(|event| event.until > at);
    said.extend(events.map(|event| of_event(event, tariff)));
    if let Some(maximum) = tariff.day_maximum {
        let day = match maximum.day {
            DayKind::Calendar => "day",
            DayKind::FromEntry => "24 hours",
        };
        said.push(format!("At most {} for each {day}.", money(maximum.amount)));
    }
    if let Some(maximum) = tariff.stay_maximum {
        said.push(format!("At most {} for each stay.", money(maximum)));
    }
    if let Some(longest) = tariff.longest_stay_minutes {
        said.push(format!("Stays last {longest} minutes at most."));
    }
    said.extend(tariff.tax.map(of_tax));
    or_free(said)
}

fn of_period(period: &Period, tariff: &Tariff, is_only: bool) -> String {
    let price = of_price(&period.price, tariff.currency);
    if is_only {
        return format!("{price}.");
    }
    let times: Vec<String> = period.times.iter().map(of_times).collect();
    let times = match times.is_empty() {
        true => "at all other times".to_owned(),
        false => times.join(", "),
    };
    format!("{} ({times}): {price}.", own_words(&period.name))
}

fn of_event(event: &EventRate, tariff: &Tariff) -> String {
    let local = |moment: DateTime<Utc>| {
        let local = tariff.zone.from_utc_datetime(&moment.naive_utc());
        local.format("%Y-%m-%d %H:%M").to_string()
    };
    let (from, until) = (local(event.from), local(event.until));
    let price = of_price(&event.price, tariff.currency);
    let on_top = match event.beyond_maxima {
        true => ", on top of any maximum",
        false => "",
    };
    format!("{} ({from} to {until}): {price}{on_top}.", own_words(&event.name))
}

/// `Mon-Fri 08:00-18:00`
fn of_times(times: &WeekTimes) -> String {
    let mut days: Vec<Weekday> = times.days.clone();
    days.sort_by_key(Weekday::num_days_from_monday);
    days.dedup();
    let follow = days.iter().zip(days.iter().skip(1)).all(|(a, b)| a.succ() == *b);
    let days = match (days.first(), days.last()) {
        (Some(first), Some(last)) if follow && days.len() > 2 => format!("{first}-{last}"),
        _ => days.iter().map(Weekday::to_string).collect::<Vec<_>>().join(", "),
    };
    format!("{days} {}-{}", time(times.from_minute), time(times.until_minute))
}

fn of_price(price: &Price, currency: Currency) -> String {
    let money = |amount| Money::new(amount, currency);
    let mut said = Vec::new();
    if price.flat > 0 {
        said.push(money(price.flat).to_string());
    }
    let is_only = price.tiers.len() == 1;
    for (index, tier) in price.tiers.iter().enumerate() {
        said.push(of_tier(*tier, index, is_only, currency));
    }
    if said.is_empty() {
        return "free".to_owned();
    }
    let maximum = price.maximum.map(|maximum| format!("at most {}", money(maximum)));
    said.extend(maximum);
    said.join(", ")
}

fn of_tier(tier: Tier, index: usize, is_only: bool, currency: Currency) -> String {
    let price = Money::new(tier.price, currency);
    let every = tier.every_minutes;
    let rate = format!("{price} for every {every} minutes begun");
    match tier.minutes {
        _ if is_only => rate,
        Some(minutes) if minutes == every && index == 0 => format!("{price} for the first {minutes} minutes"),
        Some(minutes) if index == 0 => format!("{rate} in the first {minutes} minutes"),
        Some(minutes) => format!("then {rate} for {minutes} minutes"),
        None => format!("then {rate}"),
    }
}

/// `Tax of 9.5 % is included.`
fn of_tax(tax: Tax) -> String {
    let (whole, hundredths) = (tax.basis_points / 100, tax.basis_points % 100);
    let percent = match (hundredths, hundredths % 10) {
        (0, _) => whole.to_string(),
        (tenths, 0) => format!("{whole}.{}", tenths / 10),
        (hundredths, _) => format!("{whole}.{hundredths:02}"),
    };
    match tax.included {
        true => format!("Tax of {percent} % is included."),
        false => format!("Tax of {percent} % comes on top."),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::marketplace::{LocationDocument, location_of};

    fn said(pricing: &serde_json::Value) -> Vec<String> {
        let mut document = json!({
            "id": "garage", "name": "Garage", "location": { "latitude": 0.0, "longitude": 0.0 },
        });
        document
            .as_object_mut()
            .unwrap()
            .extend(pricing.as_object().unwrap().clone());
        let document: LocationDocument = serde_json::from_value(document).unwrap();
        let location = location_of(&document, chrono_tz::America::Los_Angeles).unwrap();
        wording(&location, "2026-06-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_simple_rate_reads_as_people_say_it() {
        let rate = json!({
            "currency": "USD", "free_minutes": 15, "interval_minutes": 30, "interval_price": 200, "daily_maximum": 1800,
        });
        assert_eq!(
            said(&json!({ "rate": rate })),
            [
                "The first 15 minutes are free.",
                "2.00 USD for every 30 minutes begun.",
                "At most 18.00 USD for each 24 hours.",
            ]
        );
        assert_eq!(
            said(&json!({ "rate": { "currency": "USD" } })),
            ["Free of charge."]
        );
    }

    #[test]
    fn a_tariff_reads_period_by_period_without_events_that_are_over() {
        let event = |name: &str, day: &str| {
            json!({
                "name": name, "from": format!("{day}T18:00:00-07:00"), "until": format!("{day}T23:00:00-07:00"),
                "price": { "flat": 2500 }, "beyond_maxima": true,
            })
        };
        let tariff = json!({
            "currency": "USD",
            "free": { "minutes": 10, "charged_when_exceeded": true },
            "periods": [
                { "name": "Days", "price": { "tiers": [
                    { "minutes": 60, "every_minutes": 60, "price": 400 },
                    { "every_minutes": 30, "price": 150 },
                ] } },
                { "name": "Nights", "price": { "flat": 500 }, "times": [
                    { "days": ["mon", "tue", "wed", "thu"], "from": "18:00", "until": "06:00" },
                    { "days": ["sat", "sun"], "from": "00:00", "until": "24:00" },
                ] },
            ],
            "events": [event("Concert", "2026-07-04"), event("Fair", "2026-05-04")],
            "day_maximum": { "amount": 2000, "day": "calendar" },
            "tax": { "basis_points": 1025, "included": false },
        });
        assert_eq!(
            said(&json!({ "tariff": tariff })),
            [
                "Stays of up to 10 minutes are free.",
                "Days (at all other times): 4.00 USD for the first 60 minutes, then 1.50 USD for every 30 minutes begun.",
                "Nights (Mon-Thu 18:00-06:00, Sat, Sun 00:00-24:00): 5.00 USD.",
                "Concert (2026-07-04 18:00 to 2026-07-04 23:00): 25.00 USD, on top of any maximum.",
                "At most 20.00 USD for each day.",
                "Tax of 10.25 % comes on top.",
            ]
        );
    }
}
