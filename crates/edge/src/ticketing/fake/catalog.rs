//! What Big Blue Bus sells, as printed.

use serde::Serialize;

use crate::ticketing::view::Shown;

/// The one agency.
pub(super) const AGENCY: &str = "bigbluebus";

/// Its name.
pub(super) const AGENCY_NAME: &str = "Big Blue Bus";

/// Its logo.
pub(super) const LOGO: &str = "https://storage.googleapis.com/token-transit.appspot.com/myzToIABwReXJuY3z6e4KEGPXx1vOEAP3ZbYD9isQlE-logo.png";

/// The description of every fare and pass.
pub(super) const DESCRIPTION: &str =
    "Valid on all local Big Blue Bus routes. Single ride is valid for 30 minutes after use.";

const RESTRICTED_LABEL: &str = "Restricted";
const RESTRICTED_TEXT: &str = "This pass is restricted. Riders must be pre-authorized by the transit agency to purchase it. For more information, please contact the transit agency.";

/// A fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fare {
    /// `fare_id`
    pub(super) id: &'static str,
    /// `fare_name`
    pub(super) name: &'static str,
    rider: &'static str,
    kind: &'static str,
    /// Cents.
    pub(super) price: i64,
    /// How many passes a book has.
    passes: Option<u32>,
    /// Whether nobody may buy it.
    pub(super) restricted: bool,
}

/// One ride.
pub(super) const SINGLE_RIDE: Fare = Fare {
    id: "regular_single_ride",
    name: "Regular Single Ride",
    rider: "rider_regular",
    kind: "fare_single_ride",
    price: 125,
    passes: None,
    restricted: false,
};

/// One ride, for those who are authorized.
pub(super) const REDUCED_SINGLE_RIDE: Fare = Fare {
    id: "reduced_single_ride",
    name: "S/D/M Single Ride",
    rider: "rider_reduced",
    kind: "fare_single_ride",
    price: 50,
    passes: None,
    restricted: true,
};

/// Three rides in a book.
pub(super) const THREE_RIDES: Fare = Fare {
    id: "regular_3_ride",
    name: "Regular 3 Ride",
    rider: "rider_regular",
    kind: "fare_3_ride",
    price: 350,
    passes: Some(3),
    restricted: false,
};

/// Three rides in a book, for those who are authorized. The printed option is `fare_13_ride`.
pub(super) const REDUCED_THREE_RIDES: Fare = Fare {
    id: "reduced_3_ride",
    name: "S/D/M 3 Ride",
    rider: "rider_reduced",
    kind: "fare_13_ride",
    price: 140,
    passes: Some(3),
    restricted: true,
};

/// All fares, in the printed order.
pub(super) const FARES: [Fare; 4] = [SINGLE_RIDE, REDUCED_SINGLE_RIDE, THREE_RIDES, REDUCED_THREE_RIDES];

/// The fare of this id.
pub(super) fn fare(id: &str) -> Option<&'static Fare> {
    FARES.iter().find(|fare| fare.id == id)
}

/// A Price object.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct PriceView {
    amount: i64,
    currency: &'static str,
}

impl PriceView {
    /// Cents.
    pub(super) const fn of(amount: i64) -> Self {
        Self {
            amount,
            currency: "USD",
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
struct ChoiceView {
    id: &'static str,
    #[serde(rename = "type")]
    option_type: &'static str,
}

/// A Fare object, its members in the printed order.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct FareView {
    agency_id: &'static str,
    agency_name: &'static str,
    description: &'static str,
    fare_id: &'static str,
    fare_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<[ChoiceView; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passes_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceView>,
    product_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase_text: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_purchase_label: Option<&'static str>,
}

impl FareView {
    /// As the fare endpoints and carts print it.
    pub(super) fn for_sale(fare: &Fare) -> Self {
        let everything = Shown {
            price: true,
            options: true,
        };
        Self {
            passes_count: fare.passes,
            product_type: match fare.passes {
                None => "single_pass",
                Some(_) => "pass_book",
            },
            restricted_purchase: fare.restricted.then_some(true),
            restricted_purchase_text: fare.restricted.then_some(RESTRICTED_TEXT),
            restricted_purchase_label: fare.restricted.then_some(RESTRICTED_LABEL),
            ..Self::held(fare, everything)
        }
    }

    /// As passes and books print it: also of a book's fare it is said that it is a `single_pass`.
    pub(super) fn held(fare: &Fare, shown: Shown) -> Self {
        let choice = |option_type, id| ChoiceView { id, option_type };
        Self {
            agency_id: AGENCY,
            agency_name: AGENCY_NAME,
            description: DESCRIPTION,
            fare_id: fare.id,
            fare_name: fare.name,
            options: shown
                .options
                .then(|| [choice("rider", fare.rider), choice("fare", fare.kind)]),
            passes_count: None,
            price: shown.price.then(|| PriceView::of(fare.price)),
            product_type: "single_pass",
            restricted_purchase: None,
            restricted_purchase_text: None,
            restricted_purchase_label: None,
        }
    }
}

/// A FareOption object.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct FareOptionView {
    label: &'static str,
    #[serde(rename = "type")]
    option_type: &'static str,
    value: [FareOptionValueView; 2],
}

#[derive(Debug, Clone, Copy, Serialize)]
struct FareOptionValueView {
    id: &'static str,
    name: &'static str,
}

/// The options, in the order in which they are selected.
pub(super) const FARE_OPTIONS: [FareOptionView; 2] = [
    FareOptionView {
        label: "Rider",
        option_type: "rider",
        value: [
            FareOptionValueView {
                id: "rider_regular",
                name: "Regular",
            },
            FareOptionValueView {
                id: "rider_reduced",
                name: "S/D/M",
            },
        ],
    },
    FareOptionView {
        label: "Fare",
        option_type: "fare",
        value: [
            FareOptionValueView {
                id: "fare_single_ride",
                name: "Single Ride",
            },
            FareOptionValueView {
                id: "fare_3_ride",
                name: "3 Ride",
            },
        ],
    },
];
