//! Asking for a parameter in the form in which it is needed.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset};

use super::Params;
use super::collect::Value;

/// A parameter that is not as it has to be. It names the parameter and never repeats its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamError {
    /// The parameter: `stripe_token`, or `add_fares[regular_single_ride]`.
    pub param: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is required and not there, or empty.
    Missing,
    /// It is there, but not what this asks for.
    Malformed(String),
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Missing => write!(f, "The parameter {} is missing.", self.param),
            Fault::Malformed(wanted) => write!(f, "The parameter {} has to be {wanted}.", self.param),
        }
    }
}

impl std::error::Error for ParamError {}

impl ParamError {
    /// A required parameter that is not there.
    #[must_use]
    pub fn missing(param: impl Into<String>) -> Self {
        Self {
            param: param.into(),
            fault: Fault::Missing,
        }
    }

    /// A parameter that has to be `wanted`: a noun phrase, like "a whole number".
    #[must_use]
    pub fn malformed(param: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self {
            param: param.into(),
            fault: Fault::Malformed(wanted.into()),
        }
    }
}

impl Params {
    /// The value, if there is one. An empty value is none.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, ParamError> {
        match self.0.0.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(Value::Map(_) | Value::Malformed) => Err(ParamError::malformed(name, "a single value")),
        }
    }

    /// The value, which has to be there.
    pub fn required(&self, name: &str) -> Result<&str, ParamError> {
        self.optional(name)?.ok_or_else(|| ParamError::missing(name))
    }

    /// `true` or `false` (also `1` or `0`), or `default` if it is not there.
    pub fn boolean(&self, name: &str, default: bool) -> Result<bool, ParamError> {
        match self.optional(name)? {
            None => Ok(default),
            Some(text) if text == "1" || text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text == "0" || text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(ParamError::malformed(name, "true or false")),
        }
    }

    /// One of the published values, exactly as published.
    pub fn one_of<'a>(&self, name: &str, values: &[&'a str]) -> Result<Option<&'a str>, ParamError> {
        let Some(text) = self.optional(name)? else {
            return Ok(None);
        };
        let found = values.iter().find(|value| **value == text);
        found
            .copied()
            .map(Some)
            .ok_or_else(|| ParamError::malformed(name, format!("one of {}", values.join(", "))))
    }

    /// The value read as a `T`, which the caller describes: "a whole number".
    pub fn parsed<T: FromStr>(&self, name: &str, wanted: &str) -> Result<Option<T>, ParamError> {
        let Some(text) = self.optional(name)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| ParamError::malformed(name, wanted))
    }

    /// A moment in RFC 3339, with any fraction of a second.
    pub fn timestamp(&self, name: &str) -> Result<Option<DateTime<FixedOffset>>, ParamError> {
        let Some(text) = self.optional(name)? else {
            return Ok(None);
        };
        // An unencoded "+" in a form arrives as a space.
        let parsed = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_rfc3339(&text.replacen(' ', "+", 1)));
        parsed
            .map(Some)
            .map_err(|_| ParamError::malformed(name, "a time in RFC 3339, like 2020-03-14T17:00:01-07:00"))
    }

    /// The entries of `name[key]=value`, or of an object in JSON; none if the parameter is not there.
    pub fn map(&self, name: &str) -> Result<BTreeMap<&str, &str>, ParamError> {
        match self.0.0.get(name) {
            None => Ok(BTreeMap::new()),
            Some(Value::Text(text)) if text.is_empty() => Ok(BTreeMap::new()),
            Some(Value::Map(map)) => Ok(map
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect()),
            Some(Value::Text(_) | Value::Malformed) => Err(ParamError::malformed(
                name,
                format!("a map, like {name}[key]=value"),
            )),
        }
    }

    /// A map of ids to how many of each, every one a whole number from 0.
    pub fn quantities(&self, name: &str) -> Result<BTreeMap<&str, u32>, ParamError> {
        self.map(name)?
            .into_iter()
            .map(|(key, value)| match value.parse() {
                Ok(quantity) => Ok((key, quantity)),
                Err(_) => Err(ParamError::malformed(
                    format!("{name}[{key}]"),
                    "a whole number from 0",
                )),
            })
            .collect()
    }
}
