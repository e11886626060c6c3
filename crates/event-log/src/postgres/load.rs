//! Loading streams: what several callers want at the same time is fetched by one query.
//!
//! A load is short, and most of its price is the way to the server and back. Folded, sixteen callers
//! pay it once, as they do for their appends.

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{PgConnection, Row};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::read::recorded;
use super::session;
use crate::convert::to_sql;
use crate::{ReadError, Recorded, StreamId, Version};

/// Connections, so that a long stream does not hold up everybody.
const LOADERS: usize = 2;
/// Streams fetched by one query at most.
const MOST: usize = 64;
/// Callers that may wait; more wait to be let in.
const QUEUE: usize = 1024;

type Events = Result<Vec<Recorded>, ReadError>;

#[derive(Debug)]
struct Request {
    stream: StreamId,
    after: Version,
    reply: oneshot::Sender<Events>,
}

/// Handle to the loading tasks; they end with it.
#[derive(Debug)]
pub(super) struct Loader(mpsc::Sender<Request>);

impl Loader {
    pub(super) fn start(options: &PgConnectOptions) -> Self {
        let (requests, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..LOADERS {
            tokio::spawn(run(options.clone(), Arc::clone(&waiting)));
        }
        Self(requests)
    }

    pub(super) async fn load(&self, stream: &StreamId, after: Version) -> Events {
        let gone = || ReadError::Unavailable("the log's reader is gone".into());
        let (reply, events) = oneshot::channel();
        let request = Request {
            stream: stream.clone(),
            after,
            reply,
        };
        self.0.send(request).await.map_err(|_| gone())?;
        events.await.unwrap_or_else(|_| Err(gone()))
    }
}

async fn run(options: PgConnectOptions, waiting: Arc<Mutex<mpsc::Receiver<Request>>>) {
    let mut conn = None;
    loop {
        let mut requests = Vec::new();
        if waiting.lock().await.recv_many(&mut requests, MOST).await == 0 {
            return;
        }
        let outcome = match fetch(&options, &mut conn, &requests).await {
            // The connection may have died while idle; asking again does no harm.
            Err(ReadError::Unavailable(_)) => fetch(&options, &mut conn, &requests).await,
            outcome => outcome,
        };
        match outcome {
            Ok(streams) => {
                for (request, events) in requests.into_iter().zip(streams) {
                    let _ = request.reply.send(Ok(events));
                }
            }
            Err(error) => {
                for request in requests {
                    let _ = request.reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// The events of each request, in order. The connection is kept only if all went well.
async fn fetch(
    options: &PgConnectOptions,
    conn: &mut Option<PgConnection>,
    requests: &[Request],
) -> Result<Vec<Vec<Recorded>>, ReadError> {
    let mut open = match conn.take() {
        Some(open) => open,
        None => session::reader(options).await?,
    };
    let names: Vec<&str> = requests.iter().map(|request| request.stream.as_str()).collect();
    let after: Vec<i64> = requests.iter().map(|request| to_sql(request.after)).collect();
    let query = sqlx::query(
        "SELECT e.position, e.stream, e.version, e.kind, e.schema, e.at, e.metadata, e.data, s.slot
           FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS s(name, after, slot)
          CROSS JOIN LATERAL (
                SELECT i.* FROM log.events AS i
                 WHERE i.stream = s.name AND i.version > s.after ORDER BY i.version) AS e",
    )
    .bind(names)
    .bind(after);
    let rows = tokio::time::timeout(session::READING, query.fetch_all(&mut open))
        .await
        .map_err(|_| ReadError::Unavailable("the server did not answer in time".into()))??;
    *conn = Some(open);

    let mut streams: Vec<Vec<Recorded>> = requests.iter().map(|_| Vec::new()).collect();
    for row in &rows {
        let slot = usize::try_from(row.try_get::<i64, _>(8)? - 1).ok();
        let events = slot.and_then(|slot| streams.get_mut(slot));
        events
            .ok_or_else(|| ReadError::Corrupt("an answer nobody asked for".into()))?
            .push(recorded(row)?);
    }
    // Each stream comes in order from its index; SQL only promises that within the inner query.
    for events in &mut streams {
        if !events.is_sorted_by_key(|event| event.version) {
            events.sort_unstable_by_key(|event| event.version);
        }
    }
    Ok(streams)
}
