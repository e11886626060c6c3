//! How long a search for parking takes among 1,000 and among 100,000 locations: `cargo bench -p engine`.
//!
//! Both directories are read from a log of their own, as a server reads it at start, and asked for the same page of 50
//! locations around the same points, in turns and in the same run. The ratio says what a hundred times as many locations
//! cost; the figures by themselves are those of one machine.
//!
//! Argument: how many searches a measurement (default 2,000).
#![allow(missing_docs, clippy::float_arithmetic, clippy::cast_precision_loss)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark reports and may give up"
)]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AppId, Currency, LocationId, OperatorId,
    catalog::{Catalog, CatalogCommand, Entry, IntervalPrice, ParkingLocation, ParkingRate},
    operator::{
        Consent, Consents, DisputedPasses, FeeTerms, GeoPoint, LinkDeclaration, Operator, OperatorCommand,
        OperatorDeclaration, OperatorKind, Profile, RefundRules, Requirements,
    },
    text::Text,
};
use engine::{Actor, Context, Directory, Near, handle::Repository};
use event_log::{Database, testing};
use tempfile::TempDir;

const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
/// Locations a page.
const PAGE: usize = 50;
/// Locations a commit.
const COMMIT: usize = 5_000;
/// How far is looked, in metres: every page is full at either size.
const RADIUS: f64 = 100_000.0;

#[tokio::main]
async fn main() {
    let words = std::env::args().skip(1).filter(|word| word != "--bench");
    let searches = words
        .into_iter()
        .find_map(|word| word.parse().ok())
        .unwrap_or(2_000);
    let (few, many) = (Side::open(FEW).await, Side::open(MANY).await);
    println!("{PAGE} locations a page, {searches} searches each, median and worst of a hundredth");
    // Whoever is measured first pays for what is cold.
    few.measure(searches / 10);
    many.measure(searches / 10);
    let (few_took, many_took) = (few.measure(searches), many.measure(searches));
    let (few_stay, many_stay) = (few.measure_priced(searches), many.measure_priced(searches));
    report("search", few_took, many_took);
    report("search and price", few_stay, many_stay);
    for side in [few, many] {
        side.database.close().await;
    }
}

/// A median and a 99th percentile.
type Took = (Duration, Duration);

fn report(what: &str, few: Took, many: Took) {
    let ratio = many.0.as_secs_f64() / few.0.as_secs_f64();
    println!(
        "  {what:<17} {FEW:>7}: {:>9.1?} {:>9.1?}   {MANY:>7}: {:>9.1?} {:>9.1?}   ratio {ratio:.2}",
        few.0, few.1, many.0, many.1
    );
}

/// A directory of so many locations.
struct Side {
    directory: Directory,
    database: Database,
    app: AppId,
    now: DateTime<Utc>,
    _folder: TempDir,
}

impl Side {
    async fn open(count: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&testing::sqlite_url(&folder)).await.unwrap();
        let repository = Repository::new(database.log());
        let app = AppId::parse("cityhop").unwrap();
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        write(&repository, &app, count, now).await;
        let began = Instant::now();
        let directory = Directory::open(database.log()).await.unwrap();
        println!("{count} locations, read from the log in {:.1?}", began.elapsed());
        Self {
            directory,
            database,
            app,
            now,
            _folder: folder,
        }
    }

    fn measure(&self, searches: u32) -> Took {
        self.time(searches, |_, _| {})
    }

    fn measure_priced(&self, searches: u32) -> Took {
        let until = self.now + TimeDelta::minutes(135);
        self.time(searches, |location, now| {
            black_box(location.price(now, until).unwrap());
        })
    }

    fn time(&self, searches: u32, each: impl Fn(&ParkingLocation, DateTime<Utc>)) -> Took {
        let mut took: Vec<Duration> = (0..searches)
            .map(|number| {
                let near = Near {
                    centre: point(number.wrapping_mul(7_919) % FEW),
                    radius_metres: RADIUS,
                    most: PAGE,
                };
                let began = Instant::now();
                let nearby = self.directory.parking_near(&self.app, &near, self.now);
                nearby
                    .found
                    .iter()
                    .for_each(|it| each(&it.version.location, self.now));
                let took = began.elapsed();
                assert_eq!(nearby.found.len(), PAGE, "a page that is not full measures less");
                took
            })
            .collect();
        took.sort_unstable();
        let at = |hundredths: usize| took.get(took.len() * hundredths / 100).copied();
        match (at(50), at(99)) {
            (Some(median), Some(worst)) => (median, worst),
            _ => panic!("nothing was measured"),
        }
    }
}

/// Points spread over a square of about a degree, the same for the same number at either size.
fn point(number: u32) -> GeoPoint {
    // Weyl sequences: neighbours in number are no neighbours in space, and no two points coincide.
    let spread = |factor: u64| {
        let fraction = (u64::from(number) * factor) % 1_000_003;
        i32::try_from(fraction).unwrap_or_default()
    };
    GeoPoint {
        latitude_microdegrees: 34_000_000 + spread(618_034),
        longitude_microdegrees: -119_000_000 + spread(414_214),
    }
}

async fn write(repository: &Repository, app: &AppId, count: u32, now: DateTime<Utc>) {
    let operator = OperatorId::parse("lots").unwrap();
    let context = Context::of_request(Actor::Admin, None, "benchmark");
    let loaded = repository.load::<Operator>(operator.as_str()).await.unwrap();
    let declare = OperatorCommand::Declare {
        declaration: Box::new(declaration(&operator, app, now)),
        at: now,
    };
    let change = loaded.decide(declare).unwrap().unwrap();
    let writes = vec![change.write().unwrap()];
    repository.commit(&context, now, writes, vec![]).await.unwrap();
    let mut catalog = repository.load::<Catalog>(operator.as_str()).await.unwrap();
    let numbers: Vec<u32> = (0..count).collect();
    for some in numbers.chunks(COMMIT) {
        let mut change = catalog.unchanged();
        for number in some {
            let publish = CatalogCommand::PublishRates {
                operator: operator.clone(),
                location: Box::new(location(*number)),
                effective_from: None,
                at: now,
            };
            change = change.and(publish).unwrap().unwrap();
        }
        let writes = vec![change.write().unwrap()];
        repository.commit(&context, now, writes, vec![]).await.unwrap();
        catalog = change.stored();
    }
}

fn location(number: u32) -> ParkingLocation {
    ParkingLocation {
        id: LocationId::parse(format!("lot_{number}")).unwrap(),
        name: Text::plain(format!("Lot {number}")),
        position: point(number),
        address: None,
        entry: Entry::Open,
        capacity: Some(40),
        rate: ParkingRate {
            currency: Currency::USD,
            free_minutes: 10,
            flat: 0,
            interval: Some(IntervalPrice {
                minutes: 30,
                price: 150,
            }),
            daily_maximum: Some(2_000),
        },
        tariff: None,
    }
}

fn declaration(operator: &OperatorId, app: &AppId, now: DateTime<Utc>) -> OperatorDeclaration {
    let consent = |by: &str| Consent {
        by: by.to_owned(),
        at: now,
    };
    OperatorDeclaration {
        operator: operator.clone(),
        kind: OperatorKind::Parking,
        profile: Profile {
            name: Text::plain("Lots"),
            logo_url: None,
            country: None,
            timezone: chrono_tz::America::Los_Angeles,
            region: None,
            website: None,
            phone_number: None,
            email: None,
            location: None,
            service_day_cutoff_minutes: 0,
        },
        account: None,
        charging: None,
        requirements: Requirements::default(),
        refund_rules: RefundRules::default(),
        disputed_passes: DisputedPasses::default(),
        ticket_style: None,
        links: vec![LinkDeclaration {
            app: app.clone(),
            fee: FeeTerms::default(),
            consents: Consents {
                app: consent("app"),
                operator: consent("operator"),
            },
            shows_tickets: false,
        }],
    }
}
