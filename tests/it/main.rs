//! Whole journeys against the real program over real HTTP, on both stores, and the house rules.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

mod admin;
mod boarding;
mod buying;
mod capping;
mod cart_errors;
mod cart_purchases;
mod carts;
mod catalogs;
mod codes;
mod conformance;
mod contract;
mod coord;
mod coord_conformance;
mod coord_errors;
mod coord_jwts;
mod coord_links;
mod coord_permission;
mod coord_systems;
mod coord_users;
mod cors;
mod crashes;
mod declines;
mod ephemeral_keys;
mod fake;
mod fare_free;
mod fares;
mod generated_client;
mod grpc_calls;
mod grpc_feed;
mod grpc_python;
mod grpc_roles;
mod grpc_tls;
mod gtfs;
mod independent_rider;
mod jwts;
mod kills;
mod languages;
mod limits;
mod links;
mod logins;
mod many_to_many;
mod methods;
mod onboarding;
mod onboarding_hosted;
mod onboarding_oauth;
mod once;
mod operations;
mod operator_charging;
mod operator_refunds;
mod parameters;
mod parking_availability;
mod parking_debts;
mod parking_desk;
mod parking_gates;
mod parking_rates;
mod parking_search;
mod parking_sessions;
mod passes;
mod paying;
mod proofs;
mod races;
mod readme;
mod receipts;
mod redemptions;
mod refund_faults;
mod refusals;
mod repeats;
mod reports;
mod riding;
mod roles;
mod secrecy;
mod sending;
mod service;
mod sessions;
mod settings;
mod shop;
mod store_faults;
mod stranded;
mod stripe_down;
mod stripe_events;
mod stripe_webhooks;
mod supply;
mod tickets;
mod tidy;
mod trial_redemptions;
mod validations;
mod vouchers;
mod webhooks_out;
mod world;
