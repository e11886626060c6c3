//! `/admin/v1/{environment}/operators/{operator_id}/gate-scans`: what the gates of an operator see.

use std::sync::Arc;

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{DateTime, Utc};
use domain::{LocationId, ParkingSessionId};
use engine::{Answer, GateScan, GateVerdict, ScanProblem, Shown, Way};
use serde::{Deserialize, Serialize};

use super::{
    admin_key::Admin,
    once::{self, Asked},
    permit::OperatorAdmin,
    problem::Problem,
};
use crate::server::Edge;

/// Longest id of a scan, in bytes.
const LONGEST_ID: usize = 128;

pub(super) fn router() -> Router<Edge> {
    Router::new().route(
        "/admin/v1/{environment}/operators/{operator_id}/gate-scans",
        post(scan),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScanDocument {
    scan_id: String,
    direction: Direction,
    location_id: String,
    barcode: Option<String>,
    session_id: Option<String>,
    at: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Entry,
    Exit,
}

/// What the gate is to do.
#[derive(Serialize)]
struct VerdictView<'a> {
    scan_id: &'a str,
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a ParkingSessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// Takes in what a gate saw. The scan's id is its key: the same scan is answered the same for ever.
async fn scan(admin: OperatorAdmin, asked: Asked) -> Response {
    match take_in(&admin, &asked).await {
        Ok(answer) => once::response(answer),
        Err(problem) => problem.into_response(),
    }
}

async fn take_in(admin: &Admin, asked: &Asked) -> Result<Answer, Problem> {
    let document: ScanDocument = asked.read()?;
    let operator = admin.operator()?;
    let scope = format!("gate:{}:{operator}", admin.environment.name());
    let claim = asked.claim_in(scope, id_of(&document)?);
    let scan_id = claim.key.clone();
    let render = move |verdict: &GateVerdict| {
        once::success(&VerdictView {
            scan_id: &scan_id,
            open: verdict.is_ok(),
            session_id: verdict.as_ref().ok(),
            reason: verdict.as_ref().err().map(|shut| shut.as_str()),
        })
    };
    let scan = scan_of(document)?;
    let scanned = admin
        .engine
        .scan_gate(&admin.context, &operator, &scan, &claim, &render)
        .await?;
    if let Some(session) = scanned.ended {
        let (engine, context) = (Arc::clone(&admin.engine), admin.context.clone());
        // What becomes of it is in the log; whatever stops it, the resolver goes on with.
        tokio::spawn(async move {
            if let Err(failure) = engine.pay_stay(&context, &session).await {
                tracing::warn!(%session, %failure, "a stay's payment is left to the resolver");
            }
        });
    }
    Ok(scanned.answer)
}

fn id_of(document: &ScanDocument) -> Result<String, Problem> {
    let id = document.scan_id.trim();
    match (1..=LONGEST_ID).contains(&id.len()) {
        true => Ok(id.to_owned()),
        false => Err(Problem::unprocessable("scan_id: has to be 1 to 128 bytes.")),
    }
}

fn scan_of(document: ScanDocument) -> Result<GateScan, Problem> {
    let location = LocationId::parse(document.location_id)
        .map_err(|_| Problem::unprocessable("location_id: has to be the id of one of your locations."))?;
    let shown = match (document.barcode, document.session_id) {
        (Some(barcode), None) => Shown::Barcode(barcode),
        (None, Some(session)) => ParkingSessionId::parse(session)
            .map(Shown::Session)
            .map_err(|_| Problem::unprocessable("session_id: has to be the id of a session, prk_…."))?,
        _ => {
            return Err(Problem::unprocessable(
                "Name the barcode that was scanned, or the session_id where a gate was opened by hand.",
            ));
        }
    };
    Ok(GateScan {
        location,
        way: match document.direction {
            Direction::Entry => Way::Entry,
            Direction::Exit => Way::Exit,
        },
        shown,
        at: document.at,
    })
}

impl From<ScanProblem> for Problem {
    fn from(problem: ScanProblem) -> Self {
        match problem {
            ScanProblem::KeyReused => Self::conflict("scan_id: was used for another scan."),
            ScanProblem::Failure(failure) => failure.into(),
        }
    }
}
