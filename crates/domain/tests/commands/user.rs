//! What is asked of a user.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Sealed,
    purchase::SavedCredential,
    series::Unlocked,
    user::{Contact, NewCredential, UserCommand},
};

use super::series_terms;
use crate::fixtures::{
    account, app, card_save, customer, fare_id, operator, parking_session, payment_method, purchase, series,
    usd, voucher,
};

fn sealed(text: &str) -> Sealed {
    Sealed::from_ciphertext(text.to_owned())
}

fn cards(at: DateTime<Utc>) -> Vec<UserCommand> {
    let platform = || account("acct_platform");
    let mut commands = Vec::new();
    for number in [1, 2] {
        let save = || card_save(number);
        commands.push(UserCommand::StartCardSave {
            save: save(),
            platform: platform(),
            credential: NewCredential::PaymentMethod(payment_method(&format!("pm_{number}"))),
            at,
        });
        for id in ["cus_1", "cus_2"] {
            let credential = SavedCredential::PaymentMethod(payment_method(&format!("pm_{number}")));
            commands.push(UserCommand::RecordCardSaved {
                save: save(),
                customer: customer(id),
                credential,
                at,
            });
        }
        let code = "card_declined".to_owned();
        commands.push(UserCommand::RecordCardSaveRefused {
            save: save(),
            code,
            decline_code: None,
            at,
        });
        commands.push(UserCommand::RequestCustomer {
            attempt: save(),
            platform: platform(),
            at,
        });
        let customer = customer(&format!("cus_{number}"));
        commands.push(UserCommand::RecordCustomer {
            platform: platform(),
            customer,
            at,
        });
    }
    commands
}

fn purchases(at: DateTime<Utc>) -> Vec<UserCommand> {
    let each = |number| {
        let purchase = || purchase(number);
        let operator = || operator("bus");
        let session = || parking_session(number);
        [
            UserCommand::OpenPurchase {
                purchase: purchase(),
                at,
            },
            UserCommand::ClosePurchase {
                purchase: purchase(),
                at,
            },
            UserCommand::RecordDebt {
                operator: operator(),
                purchase: purchase(),
                amount: usd(100),
                at,
            },
            UserCommand::RecordDebt {
                operator: operator(),
                purchase: purchase(),
                amount: usd(200),
                at,
            },
            UserCommand::SettleDebt {
                purchase: purchase(),
                at,
            },
            UserCommand::BeginStay {
                session: session(),
                at,
            },
            UserCommand::EndStay {
                session: session(),
                at,
            },
        ]
    };
    [1, 2].into_iter().flat_map(each).collect()
}

pub(super) fn user(at: DateTime<Utc>) -> Vec<UserCommand> {
    let operator = || operator("bus");
    let fare = || fare_id("single");
    let identify = |email: Option<&str>| UserCommand::Identify {
        app: app("cityhop"),
        subject: sealed("subject"),
        is_test: false,
        contact: Contact {
            email: email.map(sealed),
            phone: None,
        },
        at,
    };
    let grant = |until| UserCommand::GrantEntitlement {
        operator: operator(),
        fare: fare(),
        until,
        at,
    };
    let redeem = |number, unlocked| UserCommand::RedeemVoucher {
        voucher: voucher(number),
        series: series(1),
        operator: operator(),
        terms: Box::new(series_terms(unlocked, Some(2))),
        at,
    };
    let mut commands = [cards(at), purchases(at)].concat();
    commands.extend([
        identify(None),
        identify(Some("one")),
        identify(Some("two")),
        UserCommand::AcceptTerms { at },
        UserCommand::SetVehicle {
            license_plate: sealed("plate"),
            at,
        },
        UserCommand::SetVehicle {
            license_plate: sealed("other plate"),
            at,
        },
        redeem(1, Unlocked::Days { days: 1 }),
        redeem(2, Unlocked::Good),
        redeem(3, Unlocked::Good),
        grant(None),
        grant(Some(at + TimeDelta::minutes(2))),
        UserCommand::WithdrawEntitlement {
            operator: operator(),
            fare: fare(),
            at,
        },
        UserCommand::LinkOperatorAccount {
            operator: operator(),
            at,
        },
        UserCommand::UnlinkOperatorAccount {
            operator: operator(),
            at,
        },
        UserCommand::Erase { at },
    ]);
    commands
}
