//! Rate lines: what a time costs.

use domain::{
    Currency,
    tariff::{LONGEST_STAY_MINUTES, Price, Tier},
};
use serde_json::Value;

use super::{
    reader::{Flaws, Object},
    words::{amount, minutes},
};

/// A line as it was read.
struct Line {
    path: String,
    sequence: i64,
    kind: Kind,
    value: i64,
    start: Option<u32>,
    end: Option<u32>,
    increment: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Once.
    Flat,
    /// For every period begun.
    Incrementing,
    /// Once between two lengths of stay.
    Tier,
}

/// The price that lines make up.
pub(super) fn read(lines: Vec<(String, &Value)>, currency: Currency, flaws: &mut Flaws) -> Price {
    let mut lines: Vec<Line> = lines
        .into_iter()
        .filter_map(|(path, line)| line_of(line, path, currency, flaws))
        .collect();
    lines.sort_by_key(|line| line.sequence);
    let mut price = Price {
        flat: 0,
        tiers: Vec::new(),
        maximum: None,
    };
    let mut reached = Some(0);
    for (index, line) in lines.iter().enumerate() {
        if line.kind == Kind::Flat {
            if index > 0 || line.start.is_some_and(|start| start > 0) || line.end.is_some() {
                flaws.add(
                    &line.path,
                    "a flatRate has to be the first line, for a stay of any length",
                );
            }
            price.flat = line.value;
            continue;
        }
        price.tiers.extend(tier_of(line, &mut reached, flaws));
    }
    price
}

fn line_of(value: &Value, path: String, currency: Currency, flaws: &mut Flaws) -> Option<Line> {
    let mut line = Object::of(value, &path, flaws)?;
    line.get("id");
    let kind = match line.text("rateLineType", flaws) {
        Some("flatRate") => Some(Kind::Flat),
        Some("incrementingRate") => Some(Kind::Incrementing),
        Some("flatRateTier") => Some(Kind::Tier),
        Some(_) => {
            let reason = "has to be flatRate, incrementingRate or flatRateTier";
            flaws.add(&line.at("rateLineType"), reason);
            None
        }
        None => {
            flaws.add(&line.at("rateLineType"), "is missing");
            None
        }
    };
    let sequence = line.required("sequence", flaws).and_then(Value::as_i64);
    let at = line.at("value");
    let value = line.required("value", flaws);
    let value = value.and_then(|value| amount(value, currency, &at, flaws));
    let mut length = |name: &str, flaws: &mut Flaws| {
        let at = line.at(name);
        line.get(name).and_then(|value| minutes(value, &at, flaws))
    };
    let (start, end) = (length("durationStart", flaws), length("durationEnd", flaws));
    let increment = length("incrementPeriod", flaws);
    match line.text("usageCondition", flaws) {
        None | Some("unlimited") => {}
        Some("once") if kind != Some(Kind::Incrementing) => {}
        Some(_) => flaws.add(&line.at("usageCondition"), "has to be unlimited, if it is there"),
    }
    let held = "a line has no bounds of its own here: maxValue belongs to the rateLineCollection";
    line.refuse("maxValue", held, flaws);
    line.refuse("minValue", held, flaws);
    line.finish(flaws);
    Some(Line {
        path,
        sequence: sequence?,
        kind: kind?,
        value: value?,
        start,
        end,
        increment,
    })
}

/// A line as a tier, which has to begin where the one before it ends.
fn tier_of(line: &Line, reached: &mut Option<u32>, flaws: &mut Flaws) -> Option<Tier> {
    let start = line.start.or(*reached).unwrap_or_default();
    let Some(begins) = *reached else {
        flaws.add(&line.path, "follows a line that has no end");
        return None;
    };
    if start != begins {
        flaws.add(
            &format!("{}.durationStart", line.path),
            "does not follow the line before it: between them nothing would have a price, or two things would",
        );
    }
    *reached = line.end;
    let length = line.end.map(|end| end.saturating_sub(start));
    if length == Some(0) {
        flaws.add(
            &format!("{}.durationEnd", line.path),
            "is not after durationStart",
        );
        return None;
    }
    let every = match (line.kind, line.increment, length) {
        (Kind::Incrementing, Some(increment), _) => increment,
        (Kind::Incrementing | Kind::Flat, None, _) => {
            flaws.add(&format!("{}.incrementPeriod", line.path), "is missing");
            return None;
        }
        (Kind::Tier | Kind::Flat, _, Some(length)) => length,
        (Kind::Tier | Kind::Flat, _, None) => LONGEST_STAY_MINUTES,
    };
    Some(Tier {
        minutes: length,
        every_minutes: every,
        price: line.value,
    })
}
