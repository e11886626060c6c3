//! One event of every kind, and of every shape a kind can have.

mod access;
mod catalogs;
mod endpoints;
mod marketplace;
mod money;
mod notifications;
mod passes;
mod vouchers;

pub(crate) use access::{access, disclosure};
pub(crate) use catalogs::{catalog, occupancy};
pub(crate) use endpoints::endpoint;
pub(crate) use marketplace::{app, operator};
pub(crate) use money::{parking, purchase, user};
pub(crate) use notifications::notification;
pub(crate) use passes::{transfer, wallet};
pub(crate) use vouchers::{series, voucher};

/// A function that lists the samples of an event enum. It does not compile while a variant has none, and panics where
/// a sample stands under the wrong variant.
macro_rules! samples {
    (fn $name:ident() -> $event:ident { $($variant:ident: [$($sample:expr),+ $(,)?]),+ $(,)? }) => {
        pub(crate) fn $name() -> Vec<$event> {
            let variant_of = |event: &$event| match event {
                $($event::$variant { .. } => stringify!($variant)),+
            };
            let listed = [$((stringify!($variant), vec![$($sample),+])),+];
            for (variant, samples) in &listed {
                assert!(samples.iter().all(|sample| variant_of(sample) == *variant), "wrong sample for {variant}");
            }
            listed.into_iter().flat_map(|(_, samples)| samples).collect()
        }
    };
}
use samples;
