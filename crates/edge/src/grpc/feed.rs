//! The log, as it grows.

use std::{pin::Pin, sync::Arc, time::Duration};

use chrono::SecondsFormat;
use domain::{AppId, OperatorId};
use engine::{
    Feed, FeedFilter,
    log::{Position, Recorded, StreamId},
};
use futures::{Stream, stream};
use sha2::{Digest, Sha256};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep, sleep_until},
};
use tonic::{Code, Request, Response, Status};

use super::{
    deadline::{Until, over},
    keys::Viewer,
    pb::{
        Event, EventMetadata, FollowRequest, FollowResponse, Heartbeat, event_feed_server::EventFeed,
        follow_response::Said,
    },
    refusal::{malformed, refused},
};
use crate::{rate::Who, server::Edge};

/// How many may follow at the same time.
const FOLLOWERS: usize = 512;

/// Most values of one filter.
const MOST_VALUES: usize = 100;

/// Seconds of silence, unless it is said, and at most.
const USUAL_SILENCE: u32 = 15;
const LONGEST_SILENCE: u32 = 300;

/// `switchyard.v1.EventFeed`
pub(super) struct FeedFace {
    edge: Edge,
    stop: watch::Receiver<bool>,
    slots: Arc<Semaphore>,
}

impl FeedFace {
    pub(super) fn new(edge: &Edge, stop: watch::Receiver<bool>) -> Self {
        Self {
            edge: edge.clone(),
            stop,
            slots: Arc::new(Semaphore::new(FOLLOWERS)),
        }
    }
}

type Told = Pin<Box<dyn Stream<Item = Result<FollowResponse, Status>> + Send>>;

#[tonic::async_trait]
impl EventFeed for FeedFace {
    type FollowStream = Told;

    async fn follow(&self, request: Request<FollowRequest>) -> Result<Response<Told>, Status> {
        let viewer = Viewer::of(&self.edge, request.metadata())?;
        self.spend(&viewer)?;
        let until = request.extensions().get::<Until>().map(|until| until.0);
        let wanted = request.into_inner();
        let silence = silence(wanted.heartbeat_seconds)?;
        let filter = filter(&wanted, &viewer)?;
        let after = Position(wanted.after);
        let head = viewer.engine.log().head().await.map_err(|error| {
            tracing::warn!(%error, "the log cannot be followed");
            unavailable("The log cannot be read now.")
        })?;
        if after > head {
            let message = "The log has not come so far: this position is another log's, or of the future.";
            let status = refused(Code::OutOfRange, "position_not_reached", message, Some("after"));
            return Err(status);
        }
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| {
            let message = "Too many follow this server already.";
            refused(Code::ResourceExhausted, "too_many_followers", message, None)
        })?;
        let feed = Feed::new(Arc::clone(&viewer.engine), after, viewer.sight.clone(), filter);
        let follower = Follower {
            viewer,
            feed,
            silence,
            until,
            stop: self.stop.clone(),
            _slot: slot,
        };
        let told = stream::unfold(Some(follower), |follower| async {
            let mut follower = follower?;
            let said = follower.next().await;
            let goes_on = said.is_ok();
            Some((said, goes_on.then_some(follower)))
        });
        Ok(Response::new(Box::pin(told)))
    }
}

impl FeedFace {
    /// Following is one request of the key.
    fn spend(&self, viewer: &Viewer) -> Result<(), Status> {
        let digest = Sha256::digest(viewer.key().as_bytes()).into();
        let Some(Err(_)) = self.edge.buckets().map(|it| it.take(Who::Key(digest))) else {
            return Ok(());
        };
        let message = "Too many requests. Please try again later.";
        Err(refused(Code::ResourceExhausted, "rate_limited", message, None))
    }
}

/// Somebody at the other end of a stream. What happens next is looked up when they have room for it.
struct Follower {
    viewer: Viewer,
    feed: Feed,
    silence: Duration,
    until: Option<Instant>,
    stop: watch::Receiver<bool>,
    _slot: OwnedSemaphorePermit,
}

impl Follower {
    async fn next(&mut self) -> Result<FollowResponse, Status> {
        self.viewer.check()?;
        let deadline = async {
            match self.until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            // A closed channel means that whoever could tell us to stop is gone: stop.
            _ = self.stop.wait_for(|stop| *stop) => {
                Err(unavailable("The server stops. Go on from the last position."))
            }
            () = deadline => Err(over()),
            event = self.feed.next() => match event {
                Ok(event) => said(Said::Event(told(&event)?)),
                Err(failure) => {
                    tracing::error!(%failure, "the log cannot be followed");
                    match failure.is_passing() {
                        true => Err(unavailable("The log cannot be read now.")),
                        false => Err(broken()),
                    }
                }
            },
            () = sleep(self.silence) => said(Said::Heartbeat(Heartbeat {
                position: self.feed.reached().0,
            })),
        }
    }
}

fn unavailable(message: &str) -> Status {
    refused(Code::Unavailable, "unavailable", message, None)
}

fn broken() -> Status {
    let message = "The log cannot be read further.";
    refused(Code::Internal, "internal_checks_failed", message, None)
}

#[expect(clippy::unnecessary_wraps, reason = "one end of several that fail")]
const fn said(said: Said) -> Result<FollowResponse, Status> {
    Ok(FollowResponse { said: Some(said) })
}

fn told(event: &Recorded) -> Result<Event, Status> {
    let metadata = event.metadata().map_err(|error| {
        tracing::error!(position = event.position.0, %error, "metadata cannot be read");
        broken()
    })?;
    Ok(Event {
        position: event.position.0,
        stream: event.stream.to_string(),
        version: event.version,
        r#type: event.kind.clone(),
        schema: u32::from(event.schema),
        time: event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        metadata: Some(EventMetadata {
            actor: metadata.actor,
            app: metadata.app,
            causation: metadata.causation,
            correlation: metadata.correlation,
            request: metadata.request,
        }),
        data: event.data.clone().into_bytes(),
    })
}

fn silence(seconds: Option<u32>) -> Result<Duration, Status> {
    let seconds = seconds.unwrap_or(USUAL_SILENCE);
    if !(1..=LONGEST_SILENCE).contains(&seconds) {
        let message = "heartbeat_seconds is from 1 to 300.";
        return Err(malformed("heartbeat_seconds", message));
    }
    Ok(Duration::from_secs(u64::from(seconds)))
}

fn filter(wanted: &FollowRequest, viewer: &Viewer) -> Result<FeedFilter, Status> {
    let values = [
        ("categories", &wanted.categories),
        ("streams", &wanted.streams),
        ("types", &wanted.types),
    ];
    for (name, values) in values {
        if values.len() > MOST_VALUES || values.iter().any(String::is_empty) {
            let message = "A filter has at most 100 values, none of which is empty.";
            return Err(malformed(name, message));
        }
    }
    let streams: Result<_, Status> = wanted
        .streams
        .iter()
        .map(|name| {
            let parsed: Result<StreamId, _> = name.parse();
            parsed.map_err(|error| malformed("streams", &format!("{error}.")))
        })
        .collect();
    Ok(FeedFilter {
        categories: wanted.categories.iter().cloned().collect(),
        streams: streams?,
        kinds: wanted.types.iter().cloned().collect(),
        app: app(&wanted.app_id, viewer)?,
        operator: operator(&wanted.operator_id, viewer)?,
    })
}

fn app(id: &str, viewer: &Viewer) -> Result<Option<AppId>, Status> {
    if id.is_empty() {
        return Ok(None);
    }
    let known = AppId::parse(id).ok();
    let known = known.filter(|app| viewer.engine.directory().app(app).is_some());
    let missing = || {
        refused(
            Code::NotFound,
            "not_found",
            "There is no such app.",
            Some("app_id"),
        )
    };
    known.map(Some).ok_or_else(missing)
}

fn operator(id: &str, viewer: &Viewer) -> Result<Option<OperatorId>, Status> {
    if id.is_empty() {
        return Ok(None);
    }
    let known = OperatorId::parse(id).ok();
    let known = known.filter(|operator| viewer.engine.directory().operator(operator).is_some());
    let message = "There is no such operator.";
    let missing = || refused(Code::NotFound, "not_found", message, Some("operator_id"));
    known.map(Some).ok_or_else(missing)
}
