//! Where parking locations are, found by distance without looking at them all.
//!
//! Each operator's places are in an R-tree of their own over points in space, not over degrees: neither the poles nor
//! the antimeridian are any different there, and whoever is near in a straight line is near along the ground.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
};

use domain::{LocationId, OperatorId, operator::GeoPoint};
use rstar::{RTree, primitives::GeomWithData};

/// The mean radius of the Earth, in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

type Point = [f64; 3];
type Entry = GeomWithData<Point, Place>;

/// A location and a position that it has in one of its versions. Which version is in force is for the catalog to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) location: LocationId,
    pub(super) position: GeoPoint,
}

/// The places of all operators.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<OperatorId, RTree<Entry>>);

/// A place and how far it is, along the ground.
#[derive(Debug, Clone, Copy)]
pub(super) struct Away<'p> {
    pub(super) metres: f64,
    pub(super) operator: &'p OperatorId,
    pub(super) place: &'p Place,
}

/// The nearest place of an operator that has not been given out yet.
struct Head<'p> {
    queue: usize,
    away: Away<'p>,
}

impl Places {
    /// Takes in a position of a location, unless it is known.
    pub(super) fn put(&mut self, operator: &OperatorId, location: LocationId, position: GeoPoint) {
        let point = point(position);
        let place = Place { location, position };
        let tree = self.0.entry(operator.clone()).or_default();
        if !tree.locate_all_at_point(&point).any(|known| known.data == place) {
            tree.insert(Entry::new(point, place));
        }
    }

    /// The places of some operators within a distance, the nearest first.
    pub(super) fn nearest<'p>(
        &'p self,
        operators: impl IntoIterator<Item = &'p OperatorId>,
        centre: GeoPoint,
        radius_metres: f64,
    ) -> impl Iterator<Item = Away<'p>> {
        let centre = point(centre);
        let of_operator = |operator: &'p OperatorId| {
            let tree = self.0.get(operator)?;
            let found = tree.nearest_neighbor_iter_with_distance_2(&centre);
            Some(found.map(move |(entry, square)| Away {
                metres: along_the_ground(square),
                operator,
                place: &entry.data,
            }))
        };
        let mut queues: Vec<_> = operators.into_iter().filter_map(of_operator).collect();
        let first = queues.iter_mut().enumerate();
        let first = first.filter_map(|(queue, found)| {
            Some(Head {
                queue,
                away: found.next()?,
            })
        });
        let mut heads: BinaryHeap<Reverse<Head<'p>>> = first.map(Reverse).collect();
        std::iter::from_fn(move || {
            let Reverse(Head { queue, away }) = heads.pop()?;
            let next = queues.get_mut(queue).and_then(Iterator::next);
            heads.extend(next.map(|away| Reverse(Head { queue, away })));
            (away.metres <= radius_metres).then_some(away)
        })
    }
}

/// A point in space, in metres from the middle of the Earth.
#[expect(clippy::float_arithmetic, reason = "angles and lengths, not money")]
fn point(position: GeoPoint) -> Point {
    let radians = |microdegrees: i32| (f64::from(microdegrees) / 1e6).to_radians();
    let (latitude, longitude) = (
        radians(position.latitude_microdegrees),
        radians(position.longitude_microdegrees),
    );
    [
        EARTH * latitude.cos() * longitude.cos(),
        EARTH * latitude.cos() * longitude.sin(),
        EARTH * latitude.sin(),
    ]
}

/// The length of an arc, given the square of its chord.
#[expect(clippy::float_arithmetic, reason = "angles and lengths, not money")]
fn along_the_ground(square: f64) -> f64 {
    2.0 * EARTH * (square.sqrt() / (2.0 * EARTH)).min(1.0).asin()
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_distance = self.away.metres.total_cmp(&other.away.metres);
        by_distance.then(self.queue.cmp(&other.queue))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head<'_> {}

#[cfg(test)]
#[expect(clippy::float_arithmetic, reason = "angles and lengths, not money")]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn at(latitude_microdegrees: i32, longitude_microdegrees: i32) -> GeoPoint {
        GeoPoint {
            latitude_microdegrees,
            longitude_microdegrees,
        }
    }

    fn operator(name: &str) -> OperatorId {
        OperatorId::parse(name).unwrap()
    }

    fn location(name: &str) -> LocationId {
        LocationId::parse(name).unwrap()
    }

    fn names(places: &Places, centre: GeoPoint, radius_metres: f64) -> Vec<String> {
        let lots = operator("lots");
        let found = places.nearest([&lots], centre, radius_metres);
        found.map(|away| away.place.location.to_string()).collect()
    }

    /// By the haversine formula, which has nothing in common with chords.
    fn metres(a: GeoPoint, b: GeoPoint) -> f64 {
        let radians = |microdegrees: i32| (f64::from(microdegrees) / 1e6).to_radians();
        let (here, there) = (radians(a.latitude_microdegrees), radians(b.latitude_microdegrees));
        let wide = radians(b.longitude_microdegrees - a.longitude_microdegrees);
        let half =
            ((there - here) / 2.0).sin().powi(2) + here.cos() * there.cos() * (wide / 2.0).sin().powi(2);
        2.0 * EARTH * half.min(1.0).sqrt().asin()
    }

    #[test]
    fn neighbours_are_neighbours_across_the_antimeridian_and_around_the_poles() {
        let mut places = Places::default();
        places.put(&operator("lots"), location("east"), at(-17_000_000, 179_999_000));
        places.put(&operator("lots"), location("west"), at(-17_000_000, -179_999_000));
        places.put(&operator("lots"), location("pole"), at(89_999_000, 10_000_000));
        places.put(
            &operator("lots"),
            location("beyond"),
            at(89_999_000, -170_000_000),
        );
        assert_eq!(
            names(&places, at(-17_000_000, 179_999_500), 500.0),
            ["east", "west"]
        );
        assert_eq!(
            names(&places, at(-17_000_000, -179_999_500), 500.0),
            ["west", "east"]
        );
        assert_eq!(
            names(&places, at(89_999_500, 10_000_000), 500.0),
            ["pole", "beyond"]
        );
        assert_eq!(names(&places, at(90_000_000, 0), 500.0).len(), 2);
    }

    #[test]
    fn a_location_that_moved_is_known_in_both_places_and_once_in_each() {
        let mut places = Places::default();
        for latitude in [1, 2, 1, 2] {
            places.put(&operator("lots"), location("van"), at(latitude, 0));
        }
        assert_eq!(names(&places, at(0, 0), 500.0), ["van", "van"]);
    }

    #[test]
    fn operators_that_are_not_asked_for_are_not_looked_at() {
        let mut places = Places::default();
        places.put(&operator("others"), location("near"), at(1, 0));
        assert_eq!(names(&places, at(0, 0), 500.0), Vec::<String>::new());
    }

    fn position() -> impl Strategy<Value = GeoPoint> {
        let latitude = prop_oneof![
            -90_000_000..=90_000_000,
            Just(90_000_000),
            89_990_000..=90_000_000
        ];
        let longitude = prop_oneof![
            -180_000_000..=180_000_000,
            179_990_000..=180_000_000,
            -180_000_000..=-179_990_000,
        ];
        (latitude, longitude).prop_map(|(latitude, longitude)| at(latitude, longitude))
    }

    proptest! {
        #[test]
        fn the_index_answers_as_a_scan_does(
            lots in vec(position(), 0..120),
            garages in vec(position(), 0..60),
            centre in position(),
            radius in prop_oneof![1.0..2_000.0, 1.0..20_100_000.0_f64],
        ) {
            let mut places = Places::default();
            let mut scanned = Vec::new();
            let both = [("lots", lots), ("garages", garages)];
            for (name, positions) in &both {
                for (number, position) in positions.iter().enumerate() {
                    places.put(&operator(name), location(&number.to_string()), *position);
                    scanned.push((metres(centre, *position), (*name).to_owned(), number.to_string()));
                }
            }
            let asked = [operator("garages"), operator("lots")];
            let found: Vec<_> = places.nearest(&asked, centre, radius).collect();
            prop_assert!(found.is_sorted_by(|a, b| a.metres <= b.metres));
            let found: Vec<(f64, String, String)> = found
                .into_iter()
                .map(|away| (away.metres, away.operator.to_string(), away.place.location.to_string()))
                .collect();
            // The two formulas agree to a few millimetres, or metres on the other side of the Earth.
            for (distance, operator, location) in &scanned {
                let hit = found.iter().find(|(_, o, l)| (o, l) == (operator, location));
                let tolerance = 0.01 + distance / 1e6;
                match hit {
                    Some((known, ..)) => prop_assert!((known - distance).abs() <= tolerance),
                    None => prop_assert!(*distance > radius - tolerance),
                }
            }
            prop_assert!(found.len() <= scanned.len());
        }
    }
}
