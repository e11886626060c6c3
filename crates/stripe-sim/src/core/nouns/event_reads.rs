//! Reading events back. <https://docs.stripe.com/api/events>

use crate::core::error::ApiError;
use crate::core::list::{self, CreatedFilter, Page};
use crate::core::routes::{Call, Outcome};

pub(crate) fn retrieve(call: &mut Call<'_>) -> Outcome {
    let id = call.arg(0);
    let event = call
        .own()?
        .events
        .get(id)
        .ok_or_else(|| ApiError::not_found("event", id, "id"))?;
    Ok(event.render())
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let events = &call.own()?.events;
    let params = &call.params;
    if params.has("type") && params.has("types") {
        return Err(ApiError::invalid(
            "You may only specify one of these parameters: type, types.",
        ));
    }
    let mut wanted = params.list("types");
    wanted.extend(params.text("type"));
    let delivered = params.flag("delivery_success");
    let created = CreatedFilter::read(params, "created");
    let page = Page::read(params, "event", |id| events.place(id))?;
    let rows = events.newest_first().filter(|(_, event)| {
        created.fits(event.created)
            && (wanted.is_empty() || wanted.iter().any(|kind| matches(kind, &event.kind)))
            && delivered.is_none_or(|delivered| delivered == (event.pending == 0))
    });
    let (rows, has_more) = page.cut(rows);
    Ok(list::envelope(
        "/v1/events",
        rows.into_iter()
            .map(super::super::events::Event::render)
            .collect(),
        has_more,
    ))
}

/// `charge.*` stands for all types of a noun.
fn matches(pattern: &str, kind: &str) -> bool {
    pattern == "*"
        || pattern == kind
        || pattern
            .strip_suffix('*')
            .is_some_and(|start| start.ends_with('.') && kind.starts_with(start))
}
