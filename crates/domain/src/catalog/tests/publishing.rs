//! What a file says again, and books that nobody could be given.

use super::*;
use crate::Aggregate;

fn from(source: CatalogSource, price: i64, minute: i64) -> CatalogCommand {
    match publish(price, None, minute) {
        CatalogCommand::Publish {
            operator,
            content,
            effective_from,
            at,
            ..
        } => CatalogCommand::Publish {
            operator,
            content,
            effective_from,
            source,
            at,
        },
        other => other,
    }
}

#[test]
fn a_file_that_says_what_it_said_before_undoes_nothing_that_was_published_elsewhere() {
    for source in [CatalogSource::Admin, CatalogSource::Gtfs] {
        let file = |price, minute| from(CatalogSource::Marketplace, price, minute);
        let history = vec![file(100, 1), from(source, 150, 2), file(100, 3)];
        assert_eq!(price_in_force(history.clone(), 4), Some(150), "{source:?}");
        // A file that says something new is the last word, and so is one that is changed back.
        let changed = [history, vec![file(120, 5)]].concat();
        assert_eq!(price_in_force(changed.clone(), 6), Some(120));
        assert_eq!(
            price_in_force([changed, vec![file(100, 7)]].concat(), 8),
            Some(100)
        );
    }
}

#[test]
fn a_book_that_no_wallet_takes_in_is_not_published() {
    let book = |passes| {
        let fare = Fare {
            product: Product::PassBook { passes },
            ..single(100)
        };
        CatalogCommand::Publish {
            operator: bus(),
            content: Box::new(content(vec![fare])),
            effective_from: None,
            source: CatalogSource::Gtfs,
            at: at(1),
        }
    };
    let most = crate::wallet::MAX_BOOK_PASSES;
    assert!(Catalog::decide(None, book(most)).is_ok());
    let refused = Catalog::decide(None, book(most + 1)).unwrap_err();
    let CatalogRejection::Invalid(problems) = refused else {
        panic!("{refused}");
    };
    assert_eq!(
        problems,
        [CatalogProblem {
            path: "fares[0].product".to_owned(),
            flaw: Flaw::BookTooLong,
        }]
    );
}
