//! Tariffs, from the file's words to the domain's and back.

use chrono::{NaiveTime, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use domain::tariff::{
    DayKind, DayMaximum, EventRate, FreeMinutes, Period, Price, Tariff, Tax, Tier, WeekTimes,
};

use super::{
    convert::{Flaw, at, text_of},
    document::{
        DayKindDocument, DayMaximumDocument, EventRateDocument, FreeDocument, TariffDocument,
        TariffPeriodDocument, TariffPriceDocument, TaxDocument, TierDocument, WeekTimesDocument,
    },
    render::text,
};

const DAY_MINUTES: u16 = 1_440;

/// The tariff that a document describes, by the clocks of a zone.
pub(super) fn tariff_of(document: &TariffDocument, zone: Tz) -> Result<Tariff, Flaw> {
    let periods: Result<Vec<_>, Flaw> = document
        .periods
        .iter()
        .enumerate()
        .map(|(index, period)| period_of(period).map_err(|flaw| format!("periods[{index}].{flaw}")))
        .collect();
    Ok(Tariff {
        currency: at("currency", document.currency.parse())?,
        zone,
        free: document.free.map(|free| FreeMinutes {
            minutes: free.minutes,
            charged_when_exceeded: free.charged_when_exceeded,
        }),
        flat: document.flat,
        periods: periods?,
        events: document.events.iter().map(event_of).collect(),
        day_maximum: document.day_maximum.map(|maximum| DayMaximum {
            amount: maximum.amount,
            day: match maximum.day {
                DayKindDocument::Calendar => DayKind::Calendar,
                DayKindDocument::FromEntry => DayKind::FromEntry,
            },
            restarts: maximum.restarts,
        }),
        stay_maximum: document.stay_maximum,
        tax: document.tax.map(|tax| Tax {
            basis_points: tax.basis_points,
            included: tax.included,
        }),
        longest_stay_minutes: document.longest_stay_minutes,
    })
}

fn period_of(document: &TariffPeriodDocument) -> Result<Period, Flaw> {
    let times: Result<_, Flaw> = document
        .times
        .iter()
        .enumerate()
        .map(|(index, times)| times_of(times).map_err(|flaw| format!("times[{index}].{flaw}")))
        .collect();
    Ok(Period {
        name: text_of(&document.name),
        times: times?,
        price: price_of(&document.price),
    })
}

fn times_of(document: &WeekTimesDocument) -> Result<WeekTimes, Flaw> {
    let day = |(index, name): (usize, &String)| {
        let day = name.parse::<Weekday>();
        day.map_err(|_| format!("days[{index}]: has to be mon, tue, wed, thu, fri, sat or sun"))
    };
    let days: Result<_, Flaw> = document.days.iter().enumerate().map(day).collect();
    Ok(WeekTimes {
        days: days?,
        from_minute: minute_of("from", &document.from)?,
        until_minute: minute_of("until", &document.until)?,
    })
}

fn minute_of(field: &str, time: &str) -> Result<u16, Flaw> {
    if time == "24:00" && field == "until" {
        return Ok(DAY_MINUTES);
    }
    let time = NaiveTime::parse_from_str(time, "%H:%M");
    let time = time.map_err(|_| format!("{field}: has to be a time of day, like 08:00"))?;
    at(field, u16::try_from(time.hour() * 60 + time.minute()))
}

fn price_of(document: &TariffPriceDocument) -> Price {
    let tiers = document.tiers.iter().map(|tier| Tier {
        minutes: tier.minutes,
        every_minutes: tier.every_minutes,
        price: tier.price,
    });
    Price {
        flat: document.flat,
        tiers: tiers.collect(),
        maximum: document.maximum,
    }
}

fn event_of(document: &EventRateDocument) -> EventRate {
    EventRate {
        name: text_of(&document.name),
        from: document.from.with_timezone(&Utc),
        until: document.until.with_timezone(&Utc),
        price: price_of(&document.price),
        beyond_maxima: document.beyond_maxima,
    }
}

/// What a file would say of a tariff.
pub(super) fn tariff_document(tariff: &Tariff) -> TariffDocument {
    TariffDocument {
        currency: tariff.currency.code().to_owned(),
        free: tariff.free.map(|free| FreeDocument {
            minutes: free.minutes,
            charged_when_exceeded: free.charged_when_exceeded,
        }),
        flat: tariff.flat,
        periods: tariff.periods.iter().map(period_document).collect(),
        events: tariff.events.iter().map(event_document).collect(),
        day_maximum: tariff.day_maximum.map(|maximum| DayMaximumDocument {
            amount: maximum.amount,
            day: match maximum.day {
                DayKind::Calendar => DayKindDocument::Calendar,
                DayKind::FromEntry => DayKindDocument::FromEntry,
            },
            restarts: maximum.restarts,
        }),
        stay_maximum: tariff.stay_maximum,
        tax: tariff.tax.map(|tax| TaxDocument {
            basis_points: tax.basis_points,
            included: tax.included,
        }),
        longest_stay_minutes: tariff.longest_stay_minutes,
    }
}

fn period_document(period: &Period) -> TariffPeriodDocument {
    let times = period.times.iter().map(|times| WeekTimesDocument {
        days: times
            .days
            .iter()
            .map(|day| day.to_string().to_lowercase())
            .collect(),
        from: time(times.from_minute),
        until: time(times.until_minute),
    });
    TariffPeriodDocument {
        name: text(&period.name),
        times: times.collect(),
        price: price_document(&period.price),
    }
}

/// A minute of the day as a clock shows it.
pub(crate) fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn price_document(price: &Price) -> TariffPriceDocument {
    let tiers = price.tiers.iter().map(|tier| TierDocument {
        minutes: tier.minutes,
        every_minutes: tier.every_minutes,
        price: tier.price,
    });
    TariffPriceDocument {
        flat: price.flat,
        tiers: tiers.collect(),
        maximum: price.maximum,
    }
}

fn event_document(event: &EventRate) -> EventRateDocument {
    EventRateDocument {
        name: text(&event.name),
        from: event.from.fixed_offset(),
        until: event.until.fixed_offset(),
        price: price_document(&event.price),
        beyond_maxima: event.beyond_maxima,
    }
}
