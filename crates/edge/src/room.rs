//! So many requests under way, and no more: past that a server would only make everybody wait. Who comes then is told at
//! once to try again, and nothing was done. Requests that only read have room of their own, so that a rider can show a
//! pass however many others buy one.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::Method;
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room for requests. All clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    changes: Arc<Semaphore>,
    reads: Arc<Semaphore>,
}

impl Room {
    /// For so many that change something, and as many that only read.
    pub(crate) fn new(requests: usize) -> Self {
        let room = || Arc::new(Semaphore::new(requests.min(Semaphore::MAX_PERMITS)));
        Self {
            changes: room(),
            reads: room(),
        }
    }

    /// Where a request of this kind waits to be counted.
    pub(crate) fn entry(&self, method: &Method) -> Entry {
        let (room, kind) = match method.is_safe() {
            true => (&self.reads, "read"),
            false => (&self.changes, "change"),
        };
        Entry(Arc::new(Waiting {
            room: Arc::clone(room),
            kind,
            state: Mutex::new(State::Arriving),
        }))
    }
}

/// One request's way in. A request takes room from when it has arrived as a whole: whoever sends slowly keeps nobody out.
#[derive(Debug, Clone)]
pub(crate) struct Entry(Arc<Waiting>);

#[derive(Debug)]
struct Waiting {
    room: Arc<Semaphore>,
    kind: &'static str,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Arriving,
    In(#[expect(dead_code, reason = "it is given back when this is dropped")] OwnedSemaphorePermit),
    TurnedAway,
}

impl Entry {
    /// Counts the request from the end of its body on; at once, if it has none.
    pub(crate) fn count(&self, body: Body) -> Body {
        if body.is_end_stream() {
            self.enter();
            return body;
        }
        Body::new(Arriving {
            body,
            entry: self.clone(),
        })
    }

    /// Whether there was no room, so that whatever was answered is not to be told.
    pub(crate) fn is_turned_away(&self) -> bool {
        matches!(*self.state(), State::TurnedAway)
    }

    /// Whether there is room.
    fn enter(&self) -> bool {
        let mut state = self.state();
        if let State::Arriving = *state {
            *state = match Arc::clone(&self.0.room).try_acquire_owned() {
                Ok(permit) => State::In(permit),
                Err(_) => {
                    metrics::counter!("http_requests_shed_total", "kind" => self.0.kind).increment(1);
                    State::TurnedAway
                }
            };
        }
        matches!(*state, State::In(_))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that ends in an error when there is no room for its request.
struct Arriving {
    body: Body,
    entry: Entry,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(None) if !self.entry.enter() => {
                Poll::Ready(Some(Err(axum::Error::new("there is no room for the request"))))
            }
            polled => polled,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(entry: &Entry, body: &'static str) -> Result<Bytes, axum::Error> {
        let body = match body {
            "" => Body::empty(),
            body => Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>(body)])),
        };
        axum::body::to_bytes(entry.count(body), 1_000).await
    }

    #[tokio::test]
    async fn there_is_room_for_so_many_and_it_is_given_back() {
        let room = Room::new(1);
        let first = room.entry(&Method::POST);
        assert_eq!(read(&first, "a=1").await.unwrap(), "a=1");
        for body in ["b=2", ""] {
            let second = room.entry(&Method::POST);
            let _ = read(&second, body).await;
            assert!(second.is_turned_away(), "{body:?}");
        }
        assert!(!first.is_turned_away());
        drop(first);
        let third = room.entry(&Method::DELETE);
        assert!(read(&third, "").await.is_ok());
        assert!(!third.is_turned_away());
    }

    #[tokio::test]
    async fn reading_has_room_of_its_own() {
        let room = Room::new(1);
        let change = room.entry(&Method::POST);
        assert!(read(&change, "").await.is_ok());
        let look = room.entry(&Method::GET);
        assert!(read(&look, "").await.is_ok());
        assert!(!look.is_turned_away());
    }

    #[tokio::test]
    async fn what_has_not_arrived_takes_no_room() {
        let room = Room::new(1);
        let slow = room.entry(&Method::POST);
        let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        let arriving = slow.count(endless);
        let quick = room.entry(&Method::POST);
        assert!(read(&quick, "a=1").await.is_ok());
        assert!(!quick.is_turned_away());
        drop(arriving);
    }
}
