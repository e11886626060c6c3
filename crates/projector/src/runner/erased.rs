//! Projections of different types in one list.

use std::marker::PhantomData;

use async_trait::async_trait;
use event_log::{Filter, Recorded, Upcasters};

use crate::{
    projection::{ProjectError, Projection},
    store::{Build, Rows},
};

/// A [`Projection`] whose type is no longer known.
#[async_trait]
pub(super) trait Erased: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn tables(&self) -> &'static [&'static str];
    fn filter(&self) -> Filter;
    async fn project(
        &self,
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> Result<(), ProjectError>;
}

pub(super) struct Of<P>(PhantomData<fn() -> P>);

impl<P: Projection> Of<P> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

#[async_trait]
impl<P: Projection> Erased for Of<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn version(&self) -> u32 {
        P::VERSION
    }

    fn tables(&self) -> &'static [&'static str] {
        P::TABLES
    }

    fn filter(&self) -> Filter {
        Filter::categories(P::CATEGORIES.iter().copied())
    }

    async fn project(
        &self,
        rows: &mut Rows<'_>,
        build: Build,
        event: &Recorded,
        upcasters: &Upcasters,
    ) -> Result<(), ProjectError> {
        P::project(rows, build, event, upcasters).await
    }
}
