//! One stay, as its row says.

use chrono::{DateTime, Utc};
use domain::{AppId, LocationId, Money, OperatorId, ParkingSessionId, PurchaseId, UserId};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

/// One stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StayRow {
    /// Which.
    pub session: ParkingSessionId,
    /// Who is paid.
    pub operator: OperatorId,
    /// Through which app.
    pub app: AppId,
    /// Who parked.
    pub rider: UserId,
    /// Where.
    pub location: LocationId,
    /// Whether it is a test user's, in which no money moves.
    pub is_simulated: bool,
    /// `awaiting_entry`, `active`, `over` or `given_up`.
    pub state: String,
    /// When it was asked for, to the microsecond, as all times here.
    pub began: DateTime<Utc>,
    /// When it began: at a gate, with the entry.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The rule by which it was closed, or `cancelled`.
    pub given_up: Option<String>,
    /// The purchase that is to pay, the newest.
    pub purchase: Option<PurchaseId>,
    /// What it cost, once that was billed.
    pub cost: Option<Money>,
    /// `none`, `due`, `paid`, `owed`, `paid_late` or `forgiven`.
    pub payment: String,
    /// How often it was tried to have it paid.
    pub attempts: u32,
    /// When the newest attempt was begun or, if it failed, when it did.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed: Stripe's code, or the reason why its purchase was given up.
    pub failure: Option<String>,
    /// When the first attempt failed.
    pub owed_since: Option<DateTime<Utc>>,
}

impl<'r, R> FromRow<'r, R> for StayRow
where
    R: Row,
    &'static str: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        let text = |column: &'static str| row.try_get::<String, _>(column);
        let perhaps = |column: &'static str| row.try_get::<Option<String>, _>(column);
        let number = |column: &'static str| row.try_get::<Option<i64>, _>(column);
        let time = |column: &'static str| match number(column)? {
            Some(micros) => {
                DateTime::from_timestamp_micros(micros).map_or_else(|| damaged(column), |at| Ok(Some(at)))
            }
            None => Ok(None),
        };
        let cost = match (number("cost")?, perhaps("currency")?) {
            (Some(amount), Some(code)) => {
                Some(Money::new(amount, code.parse().or_else(|_| damaged("currency"))?))
            }
            _ => None,
        };
        let attempts: i64 = row.try_get("attempts")?;
        Ok(Self {
            session: ParkingSessionId::parse(text("session")?).or_else(|_| damaged("session"))?,
            operator: OperatorId::parse(text("operator")?).or_else(|_| damaged("operator"))?,
            app: AppId::parse(text("app")?).or_else(|_| damaged("app"))?,
            rider: UserId::parse(text("rider")?).or_else(|_| damaged("rider"))?,
            location: LocationId::parse(text("location")?).or_else(|_| damaged("location"))?,
            is_simulated: number("is_simulated")? != Some(0),
            state: text("state")?,
            began: time("began")?.map_or_else(|| damaged("began"), Ok)?,
            started_at: time("started_at")?,
            ended_at: time("ended_at")?,
            given_up: perhaps("given_up")?,
            purchase: match perhaps("purchase")? {
                Some(id) => Some(PurchaseId::parse(id).or_else(|_| damaged("purchase"))?),
                None => None,
            },
            cost,
            payment: text("payment")?,
            attempts: u32::try_from(attempts).or_else(|_| damaged("attempts"))?,
            last_attempt_at: time("last_attempt_at")?,
            failure: perhaps("failure")?,
            owed_since: time("owed_since")?,
        })
    }
}

/// A column that holds what this program never writes. What it holds is not told.
fn damaged<T>(column: &'static str) -> Result<T, sqlx::Error> {
    Err(sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: "the row is not what this program writes".into(),
    })
}
