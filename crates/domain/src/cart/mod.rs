//! A cart: what a rider thinks of buying from one operator, and what it comes to. It is stored nowhere; the app holds
//! it as a token.

mod contents;
mod price;
mod refusal;
mod selection;
#[cfg(test)]
mod tests;

pub use contents::{Cart, CartChange};
pub use price::{Priced, PricedLine, Prices};
pub use refusal::CartRejection;
pub use selection::{Buyer, ORDER_LIMIT, Selection};
