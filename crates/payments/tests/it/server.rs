//! A server that writes down what it is asked and answers as told, well or badly.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What to do with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answer properly.
    Http {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Answer properly, after a pause.
    Slow(Duration, String),
    /// Announce more bytes than follow, then close.
    Truncated(String),
    /// Break the connection without a word.
    Reset,
    /// Break the connection after the head of an answer.
    ResetAfterHead,
    /// Send what is not HTTP.
    Garbage,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::Http {
            status,
            headers: vec![("request-id", "req_1".to_owned())],
            body: body.to_string(),
        }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Http {
            status,
            headers: vec![],
            body: body.to_owned(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Http { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `POST /v1/charges`
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The form's pairs, decoded as far as our values need it.
    pub(crate) fn form(&self) -> Vec<String> {
        let decoded = self
            .body
            .replace("%5B", "[")
            .replace("%5D", "]")
            .replace("%3A", ":")
            .replace("%2F", "/");
        decoded
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Answers with the replies it was given, in order, and then with 500.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&replies)));
            }
        });
        Self { url, asked }
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The one request that was sent.
    pub(crate) fn only(&self) -> Asked {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "exactly one request is sent: {asked:?}");
        asked[0].clone()
    }
}

async fn serve(mut stream: TcpStream, asked: Arc<Mutex<Vec<Asked>>>, replies: Arc<Mutex<VecDeque<Reply>>>) {
    while let Some(request) = read_request(&mut stream).await {
        asked.lock().unwrap().push(request);
        let reply = replies.lock().unwrap().pop_front();
        if !answer(
            &mut stream,
            reply.unwrap_or_else(|| Reply::text(500, "no reply is left")),
        )
        .await
        {
            return;
        }
    }
}

/// Returns whether the connection lives on.
async fn answer(stream: &mut TcpStream, reply: Reply) -> bool {
    match reply {
        Reply::Http {
            status,
            headers,
            body,
        } => {
            let lines: String = headers
                .iter()
                .map(|(name, value)| [name, ": ", value, "\r\n"].concat())
                .collect();
            let head = format!(
                "HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n{lines}",
                body.len()
            );
            write(stream, &format!("{head}\r\n{body}")).await;
            true
        }
        Reply::Slow(pause, body) => {
            tokio::time::sleep(pause).await;
            write(
                stream,
                &format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
            )
            .await;
            true
        }
        Reply::Truncated(body) => {
            let announced = body.len() + 100;
            write(
                stream,
                &format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n{body}"),
            )
            .await;
            false
        }
        Reply::Reset => {
            stream.set_zero_linger().unwrap();
            false
        }
        Reply::ResetAfterHead => {
            write(stream, "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.set_zero_linger().unwrap();
            false
        }
        Reply::Garbage => {
            write(stream, "220 mail.example ESMTP\r\n").await;
            false
        }
    }
}

async fn write(stream: &mut TcpStream, text: &str) {
    // The other side may have gone; then there is nobody left to tell.
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.flush().await;
}

async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Asked {
        line,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
