//! The rules of a user, by name.

mod buying;
mod cards;
mod customers;
mod fixtures;
mod folding;
mod identity;
mod laws;
mod owing;
mod transacting;
mod unlocking;
