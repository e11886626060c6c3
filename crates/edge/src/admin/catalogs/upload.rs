//! A feed and an overlay as a form with files.

use axum::extract::{FromRequest, Multipart, Request, multipart::MultipartError};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::admin::{once::Asked, problem::Problem};

/// How many parts a form may have: every file of a feed, and what goes with it.
const PARTS: usize = 100;

/// What was uploaded.
pub(super) struct Upload {
    /// The feed: one zip, or its files with their names.
    pub(super) feed: Vec<(String, Bytes)>,
    /// What the operator says on top of it.
    pub(super) overlay: String,
    pub(super) effective_from: Option<DateTime<Utc>>,
    pub(super) asked: Asked,
}

/// A form as it is read.
#[derive(Default)]
struct Form {
    feed: Vec<(String, Bytes)>,
    overlay: Option<Bytes>,
    effective_from: Option<Bytes>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let target = format!("{} {}", request.method(), request.uri());
        let parts = Multipart::from_request(request, state).await;
        let parts = parts.map_err(|rejection| Problem::unreadable(rejection.body_text()))?;
        let form = Form::read(parts).await?;
        let asked = {
            let named = form
                .feed
                .iter()
                .flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_ref()]);
            let rest = [&form.overlay, &form.effective_from];
            let rest = rest.map(|part| part.as_deref().unwrap_or_default());
            Asked::of_parts(&headers, &target, named.chain(rest))?
        };
        let overlay = form.overlay.unwrap_or_default();
        let effective_from = form.effective_from.as_deref().map(moment).transpose()?;
        if form.feed.is_empty() {
            return Err(Problem::unreadable("The form has no feed."));
        }
        Ok(Self {
            feed: form.feed,
            overlay: text(&overlay, "overlay")?.to_owned(),
            effective_from: effective_from.flatten(),
            asked,
        })
    }
}

impl Form {
    async fn read(mut parts: Multipart) -> Result<Self, Problem> {
        let mut form = Self::default();
        let mut count = 0_usize;
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            count = count.saturating_add(1);
            if count > PARTS {
                return Err(Problem::unreadable("The form has too many parts."));
            }
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| broken(&error))?;
            let earlier = match name.as_str() {
                "feed" => {
                    form.feed.push((file, bytes));
                    None
                }
                "overlay" => form.overlay.replace(bytes),
                "effective_from" => form.effective_from.replace(bytes),
                _ => {
                    let told = "The parts of the form are feed, overlay and effective_from.";
                    return Err(Problem::unreadable(told));
                }
            };
            if earlier.is_some() {
                return Err(Problem::unreadable("Only feed may be there more than once."));
            }
        }
        Ok(form)
    }
}

fn broken(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let told = "The form is longer than 32 MiB. Only the files about fares are needed.";
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Content Too Large", told);
    }
    Problem::unreadable(error.body_text())
}

fn text<'b>(bytes: &'b [u8], part: &str) -> Result<&'b str, Problem> {
    std::str::from_utf8(bytes).map_err(|_| Problem::unreadable(format!("{part} is not UTF-8.")))
}

/// A moment, unless the part is empty.
fn moment(bytes: &[u8]) -> Result<Option<DateTime<Utc>>, Problem> {
    let text = text(bytes, "effective_from")?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|_| Problem::unreadable("effective_from is no RFC 3339 time."))?;
    Ok(Some(moment.with_timezone(&Utc)))
}
