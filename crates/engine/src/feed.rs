//! Following everything that happens, as far as somebody may see it.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use domain::{
    AppId, OperatorId, User, UserId, parking::ParkingSession, purchase::Purchase, series::Series,
    transfer::Transfer, voucher::Voucher,
};
use event_log::{Filter, Position, Recorded, StreamId, Tail};

use crate::{Engine, Failure, handle::Loaded};

/// How many events are read at a time: all that a follower ever holds.
const WINDOW: usize = 64;

/// Of how many streams it is remembered whose they are.
const REMEMBERED: usize = 4_096;

/// Whose events somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everybody's.
    Everything,
    /// An app's.
    App(AppId),
    /// An operator's.
    Operator(OperatorId),
}

/// Which of them are wanted. Everything that is given has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedFilter {
    /// Kinds of streams; any, if none is given.
    pub categories: BTreeSet<String>,
    /// Streams; any, if none is given.
    pub streams: BTreeSet<StreamId>,
    /// What happened; anything, if none is given.
    pub kinds: BTreeSet<String>,
    /// What is an app's.
    pub app: Option<AppId>,
    /// What is an operator's.
    pub operator: Option<OperatorId>,
}

/// Whom an event concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Parties {
    app: Option<AppId>,
    operator: Option<OperatorId>,
}

impl Sight {
    fn reaches(&self, parties: &Parties) -> bool {
        match self {
            Self::Everything => true,
            Self::App(app) => parties.app.as_ref() == Some(app),
            Self::Operator(operator) => parties.operator.as_ref() == Some(operator),
        }
    }
}

impl FeedFilter {
    /// The categories that can hold anything of it, as far as that is known beforehand.
    fn in_log(&self) -> Filter {
        let of_streams = self.streams.iter().map(StreamId::category);
        match (self.categories.is_empty(), self.streams.is_empty()) {
            (true, true) => Filter::All,
            (false, _) => Filter::categories(self.categories.iter().cloned()),
            (true, false) => Filter::categories(of_streams.collect::<BTreeSet<_>>()),
        }
    }

    fn fits(&self, event: &Recorded) -> bool {
        let categories = &self.categories;
        (categories.is_empty() || categories.contains(event.stream.category()))
            && (self.streams.is_empty() || self.streams.contains(&event.stream))
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind))
    }

    fn concerns(&self, parties: &Parties) -> bool {
        let is = |wanted: &Option<AppId>| wanted.is_none() || *wanted == parties.app;
        is(&self.app) && (self.operator.is_none() || self.operator == parties.operator)
    }
}

/// Somebody who follows. Nothing is read before it is asked for, and no more than a small window.
pub struct Feed {
    engine: Arc<Engine>,
    sight: Sight,
    filter: FeedFilter,
    tail: Tail,
    waiting: VecDeque<Recorded>,
    reached: Position,
    streams: HashMap<StreamId, Parties>,
}

impl Feed {
    /// Follows the log from just after a position.
    #[must_use]
    pub fn new(engine: Arc<Engine>, after: Position, sight: Sight, filter: FeedFilter) -> Self {
        let tail = Tail::new(Arc::clone(engine.log()), after, filter.in_log());
        Self {
            engine,
            sight,
            filter,
            tail,
            waiting: VecDeque::new(),
            reached: after,
            streams: HashMap::new(),
        }
    }

    /// Everything up to here was handed out or is not for this follower.
    #[must_use]
    pub const fn reached(&self) -> Position {
        self.reached
    }

    /// The next event. Waits as long as there is none.
    ///
    /// Cancel safe: an event leaves the window only when it is handed out or found to be for others.
    pub async fn next(&mut self) -> Result<Recorded, Failure> {
        loop {
            while let Some(event) = self.waiting.front() {
                let event = event.clone();
                let is_theirs = self.shows(&event).await?;
                self.waiting.pop_front();
                self.reached = event.position;
                if is_theirs {
                    return Ok(event);
                }
            }
            // What the log's own filter leaves out is passed over, too.
            self.reached = self.reached.max(self.tail.position());
            self.waiting = self.tail.next_batch(WINDOW).await?.into();
        }
    }

    async fn shows(&mut self, event: &Recorded) -> Result<bool, Failure> {
        if !self.filter.fits(event) {
            return Ok(false);
        }
        let asks_nobody = self.filter.app.is_none() && self.filter.operator.is_none();
        if self.sight == Sight::Everything && asks_nobody {
            return Ok(true);
        }
        let parties = self.parties(event).await?;
        Ok(self.sight.reaches(&parties) && self.filter.concerns(&parties))
    }

    /// A stream that is an app's is nobody else's, whoever acted in it; in others, what is done through an app is its own.
    async fn parties(&mut self, event: &Recorded) -> Result<Parties, Failure> {
        let of_stream = match self.streams.get(&event.stream) {
            Some(known) => known.clone(),
            None => {
                let found = self.engine.parties_of(&event.stream).await?;
                if self.streams.len() >= REMEMBERED {
                    self.streams.clear();
                }
                self.streams.insert(event.stream.clone(), found.clone());
                found
            }
        };
        if of_stream.app.is_some() {
            return Ok(of_stream);
        }
        let metadata = event.metadata();
        let metadata = metadata.map_err(|error| Failure::Corrupt(error.to_string()))?;
        Ok(Parties {
            app: metadata.app.and_then(|app| AppId::parse(app).ok()),
            ..of_stream
        })
    }
}

impl Engine {
    /// Whose stream it is. That never changes.
    async fn parties_of(&self, stream: &StreamId) -> Result<Parties, Failure> {
        let id = stream.id();
        let of_app = |app: Option<AppId>| Parties { app, operator: None };
        let of_operator = |operator| Parties { app: None, operator };
        Ok(match stream.category() {
            "app" => of_app(AppId::parse(id).ok()),
            "operator" | "catalog" | "occupancy" => of_operator(OperatorId::parse(id).ok()),
            "user" | "wallet" => {
                let user: Option<User> = match UserId::parse(id) {
                    Ok(user) => self.rider(&user).await?,
                    Err(_) => None,
                };
                of_app(user.map(|user| user.app().clone()))
            }
            "purchase" => {
                let loaded: Loaded<Purchase> = self.repository().load(id).await?;
                let order = loaded.state().map(Purchase::order);
                Parties {
                    app: order.map(|order| order.app.clone()),
                    operator: order.map(|order| order.operator.clone()),
                }
            }
            "parking" => {
                let loaded: Loaded<ParkingSession> = self.repository().load(id).await?;
                let stay = loaded.state().map(ParkingSession::stay);
                Parties {
                    app: stay.map(|stay| stay.app.clone()),
                    operator: stay.map(|stay| stay.operator.clone()),
                }
            }
            "transfer" => {
                let loaded: Loaded<Transfer> = self.repository().load(id).await?;
                of_app(loaded.state().map(|transfer| transfer.app().clone()))
            }
            "series" => of_operator(self.operator_of_series(id).await?),
            "voucher" => {
                let loaded: Loaded<Voucher> = self.repository().load(id).await?;
                let series = loaded.state().map(|voucher| voucher.series().clone());
                match series {
                    Some(series) => of_operator(self.operator_of_series(series.as_str()).await?),
                    None => Parties::default(),
                }
            }
            _ => Parties::default(),
        })
    }

    async fn operator_of_series(&self, id: &str) -> Result<Option<OperatorId>, Failure> {
        let loaded: Loaded<Series> = self.repository().load(id).await?;
        Ok(loaded.state().map(|series| series.operator().clone()))
    }
}
