//! What a journey needs: the real program as a child process, its databases, a simulated Stripe, and riders.

mod binary;
mod books;
mod browser;
mod capped;
mod cart;
mod coord;
mod desk;
mod grpc;
mod http;
mod issuer;
pub(crate) mod lots;
mod meddling;
mod once;
mod order;
mod rider;
mod sending;
mod server;
mod setting;
mod shopfile;
mod store;
mod ticket;

pub(crate) use binary::{binary, demo_marketplace, repository, run};
pub(crate) use books::{Books, bought_in};
pub(crate) use browser::{Browser, PHONE, Screen};
pub(crate) use capped::in_hours;
pub(crate) use cart::{fares_marketplace, token};
pub(crate) use coord::{
    CARD_AND_ACCOUNT, CURRENT, Kept, PARKING, card_of, coord_world, failed, follow, parking_file, test_jwt,
};
pub(crate) use desk::Desk;
pub(crate) use grpc::{
    buy_a_ride, channel, every_pass, keyed, of_rider, pb, reason, single_ride, wallet_of, with,
};
pub(crate) use http::{Answer, App, Call, fields};
pub(crate) use issuer::{Issuer, claims, encoded};
pub(crate) use once::{eventually, fresh_key};
pub(crate) use order::Order;
pub(crate) use rider::{Rider, Wallet};
pub(crate) use sending::look;
pub(crate) use server::{Server, Start};
pub(crate) use setting::{Setting, World};
pub(crate) use shopfile::ShopFile;
pub(crate) use store::{Store, on_both_stores};
pub(crate) use ticket::{RED_SQUARE, between, inspected, page, styled, ticket, ticket_file, world_with};

/// The key of the admin API in every test.
pub(crate) const ADMIN_KEY: &str = "ak_tests_only_0000000000000000";

/// The agency that the published examples are about.
pub(crate) const BUS: &str = "bigbluebus";

/// One ride, 1.25 dollars.
pub(crate) const SINGLE: &str = "regular_single_ride";

/// Three rides in a book, 3.50 dollars.
pub(crate) const BOOK: &str = "regular_3_ride";

/// One ride for those who may, 0.50 dollars.
pub(crate) const REDUCED: &str = "reduced_single_ride";

/// Keys of the demo's apps.
pub(crate) const SECRET_KEY: &str = "sk_test_cityhop_demo_0000000000";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_cityhop_demo_0000000000";
pub(crate) const OTHER_APPS_KEY: &str = "sk_test_railmate_demo_0000000000";

/// A key of CityHop for `live`, where a test declares it.
pub(crate) const LIVE_KEY: &str = "sk_live_cityhop_demo_0000000000";
