//! Taking connections: so many and no more, and none for longer than its client makes use of it.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    response::Response,
};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Extensions, Request};
use http_body::{Frame, SizeHint};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::Service;

use crate::{limits::Limits, server::Edge, tls::Tls};

/// Longest head of a request that is read at all, in bytes. What is served is shorter; see `well_formed`.
const MAX_HEAD: usize = 64 * 1024;

/// Requests under way on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;

/// How long to wait when no connection can be taken, as when the process has run out of file descriptors.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// How long the rest of a request may take to arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(pub(crate) Duration);

impl Patience {
    /// As the connection has it.
    pub(crate) fn of(extensions: &Extensions) -> Duration {
        let given = extensions.get::<Self>();
        given.map_or(Limits::PATIENCE, |patience| patience.0)
    }
}

/// How often a quiet gRPC connection is asked whether its client is still there, and how long it may take to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_PATIENCE: Duration = Duration::from_secs(20);

/// How many times longer than over HTTP a gRPC connection may be without a call: its clients keep one open for all they do.
const LONGER_IDLE: u32 = 20;

/// Serves HTTP/1 and HTTP/2 until told to stop; what is under way is finished first.
pub async fn serve_http(
    listener: TcpListener,
    edge: Edge,
    tls: Option<Tls>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let limits = edge.limits();
    let server = Server {
        router: edge.router(),
        builder: builder(),
        limits,
        idle: limits.patience,
        streams: false,
        tls,
    };
    take(listener, server, stop).await
}

/// Serves a gRPC router in the same way. Its answers may be streams that never end, so that a call is under way until its
/// answer is over; a client that is gone is found by asking.
pub(crate) async fn serve_streams(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tls: Option<Tls>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut builder = builder().http2_only();
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_PATIENCE);
    let server = Server {
        router,
        builder,
        limits,
        idle: limits.patience.saturating_mul(LONGER_IDLE),
        streams: true,
        tls,
    };
    take(listener, server, stop).await
}

async fn take(listener: TcpListener, server: Server, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let slots = Arc::new(Semaphore::new(server.limits.connections));
    let drain = GracefulShutdown::new();
    let stopped = async move {
        // A closed channel means that whoever could tell us to stop is gone: stop.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    tokio::pin!(stopped);
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = &mut stopped => break,
        };
        // Nobody closes the semaphore.
        let Ok(slot) = slot else { break };
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut stopped => break,
        };
        match taken {
            Ok((stream, peer)) => {
                let connection = server.clone().serve(stream, peer, drain.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
    drop(listener);
    drain.shutdown().await;
    Ok(())
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().max_buf_size(MAX_HEAD);
    builder
        .http2()
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(64 * 1024);
    builder
}

/// Whether only the one connection failed, before it was taken.
fn is_the_clients(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// What every connection is served with.
#[derive(Clone)]
struct Server {
    router: Router,
    builder: Builder<TokioExecutor>,
    limits: Limits,
    /// How long a connection may be without a request under way.
    idle: Duration,
    /// Whether a request is under way until its answer was taken, and not only until it is there.
    streams: bool,
    tls: Option<Tls>,
}

impl Server {
    /// Serves a connection, after the handshake where there is one.
    async fn serve(self, stream: TcpStream, peer: SocketAddr, drain: Watcher) {
        // Answers are written whole: waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.tls.clone() else {
            return self.speak(stream, peer, drain).await;
        };
        let shaken = tls.acceptor().accept(stream);
        // How a handshake fails is the client's business.
        if let Ok(Ok(stream)) = tokio::time::timeout(self.limits.patience, shaken).await {
            self.speak(stream, peer, drain).await;
        }
    }

    /// Serves a connection until either side closes it, or its client has let it lie for too long.
    async fn speak<S>(self, stream: S, peer: SocketAddr, drain: Watcher)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let under_way = watch::Sender::new(0);
        let service = Counted {
            router: self.router,
            under_way: under_way.clone(),
            peer: Peer(peer.ip()),
            patience: Patience(self.limits.patience),
            streams: self.streams,
        };
        let connection = self
            .builder
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        tokio::select! {
            // How a connection ends is the client's business.
            _ = drain.watch(connection.into_owned()) => {}
            () = abandoned(&under_way, self.idle) => {}
        }
    }
}

/// Returns once no request has been under way for so long. A request counts from when its head is complete, so that
/// a head that dribbles in, an idle connection and an answer that nobody takes all count as none.
async fn abandoned(under_way: &watch::Sender<usize>, patience: Duration) {
    let mut count = under_way.subscribe();
    loop {
        let idle = *count.borrow_and_update() == 0;
        tokio::select! {
            changed = count.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(patience), if idle => return,
        }
    }
}

/// The router of one connection, counting what it is at.
#[derive(Clone)]
struct Counted {
    router: Router,
    under_way: watch::Sender<usize>,
    peer: Peer,
    patience: Patience,
    streams: bool,
}

/// A request under way; over when it is dropped.
struct UnderWay(watch::Sender<usize>);

impl UnderWay {
    fn begun(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count = count.saturating_add(1));
        Self(count.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl<B> Service<Request<B>> for Counted
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let under_way = UnderWay::begun(&self.under_way);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        request.extensions_mut().insert(self.patience);
        let answer = self.router.call(request);
        let streams = self.streams;
        Box::pin(async move {
            let Ok(answer) = answer.await;
            if streams {
                return Ok(answer.map(|body| {
                    Body::new(Held {
                        body,
                        _under_way: under_way,
                    })
                }));
            }
            drop(under_way);
            Ok(answer)
        })
    }
}

/// The rest of an answer, and with it the request that it answers.
struct Held {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
