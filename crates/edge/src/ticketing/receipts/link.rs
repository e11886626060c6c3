//! The address of a receipt: it names the environment and the purchase, and is signed, so that nobody comes upon a
//! receipt by guessing.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{PurchaseId, RefundId};
use engine::Engine;
use subtle::ConstantTimeEq;
use vault::Purpose;

use crate::{api_key::Environment, caller::Caller, server::Edge, ticketing::view::ReceiptView};

/// First byte, so that another form can follow.
const FORMAT: u8 = 1;

/// Bytes of the signature that are kept: 128 bits, as nobody can try more than a few.
const TAG: usize = 16;

/// Longest token that is looked at.
const MAX_LENGTH: usize = 256;

/// What makes the addresses that a caller is given.
#[derive(Clone, Copy)]
pub(crate) struct ReceiptLinks<'a> {
    engine: &'a Engine,
    environment: Environment,
    public_url: &'a str,
}

impl<'a> ReceiptLinks<'a> {
    pub(in crate::ticketing) fn of(caller: &'a Caller) -> Self {
        Self::new(&caller.engine, caller.environment, &caller.public_url)
    }

    /// What makes those of an environment, under the address by which this server is reached from outside.
    pub(crate) const fn new(engine: &'a Engine, environment: Environment, public_url: &'a str) -> Self {
        Self {
            engine,
            environment,
            public_url,
        }
    }

    /// The receipt of a purchase.
    pub(crate) fn purchase(&self, purchase: &PurchaseId) -> ReceiptView {
        ReceiptView {
            link: self.address(purchase),
            number: purchase.receipt_number(),
        }
    }

    /// The part of a purchase's receipt that is about one refund.
    pub(in crate::ticketing) fn refund(&self, purchase: &PurchaseId, refund: &RefundId) -> ReceiptView {
        let number = refund.receipt_number();
        ReceiptView {
            link: format!("{}#{number}", self.address(purchase)),
            number,
        }
    }

    fn address(&self, purchase: &PurchaseId) -> String {
        let mut bytes = vec![FORMAT, letter(self.environment)];
        bytes.extend(tag(self.engine, self.environment, purchase));
        bytes.extend(purchase.as_str().bytes());
        format!("{}/receipt/{}", self.public_url, URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// The purchase that a token names, and the engine that knows it; nothing if we did not make the token.
pub(super) fn read(edge: &Edge, token: &str) -> Option<(Arc<Engine>, PurchaseId)> {
    let token = Some(token).filter(|token| token.len() <= MAX_LENGTH)?;
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (&[FORMAT, letter_of_it], rest) = bytes.split_first_chunk::<2>()? else {
        return None;
    };
    let environments = [Environment::Test, Environment::Live];
    let environment = environments.into_iter().find(|it| letter(*it) == letter_of_it)?;
    let (given, id) = rest.split_first_chunk::<TAG>()?;
    let purchase = PurchaseId::parse(std::str::from_utf8(id).ok()?).ok()?;
    let engine = edge.engine(environment)?;
    let genuine: bool = tag(engine, environment, &purchase).ct_eq(given).into();
    genuine.then(|| (Arc::clone(engine), purchase))
}

const fn letter(environment: Environment) -> u8 {
    match environment {
        Environment::Fake => b'f',
        Environment::Test => b't',
        Environment::Live => b'l',
    }
}

fn tag(engine: &Engine, environment: Environment, purchase: &PurchaseId) -> [u8; TAG] {
    let message = format!("{FORMAT}:{}:{purchase}", environment.name());
    let [tag @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        engine.vault().sign(Purpose::Receipt, message.as_bytes());
    tag
}
