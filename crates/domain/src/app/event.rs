//! What happens to an app. Stored for ever: variants are added, never edited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    key::{DeclaredKey, Platform},
    web::{Origin, WebUrl},
};
use crate::{ApiKeyId, AppId};

/// The history of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AppEvent {
    /// It exists.
    Registered {
        /// Which.
        app: AppId,
        /// What people call it.
        name: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It is called otherwise.
    Renamed {
        /// The new name.
        name: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// Where the keys are that verify its riders' JWTs.
    JwksUrlSet {
        /// The address; absent when it has none any more, so that no rider can log in with a JWT of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<WebUrl>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Which web pages may call with a publishable key.
    OriginsSet {
        /// All of them.
        origins: BTreeSet<Origin>,
        /// When.
        at: DateTime<Utc>,
    },
    /// Under which address the app opens redemption links.
    RedemptionLinkSet {
        /// `https://{domain}/{prefix}/redeem`; absent when it opens none any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prefix: Option<WebUrl>,
        /// When.
        at: DateTime<Utc>,
    },
    /// It has an account at Stripe.
    PlatformConnected {
        /// Which.
        platform: Platform,
        /// When.
        at: DateTime<Utc>,
    },
    /// It has another account, or another publishable key. Cards saved on the old account stay there.
    PlatformChanged {
        /// The new one.
        platform: Platform,
        /// When.
        at: DateTime<Utc>,
    },
    /// It has no account at Stripe any more.
    PlatformDisconnected {
        /// When.
        at: DateTime<Utc>,
    },
    /// A key may be used.
    KeyIssued {
        /// What is kept of it.
        #[serde(flatten)]
        key: DeclaredKey,
        /// When.
        at: DateTime<Utc>,
    },
    /// Another key has taken its place; for a while both are good.
    KeyRetired {
        /// Which.
        key: ApiKeyId,
        /// The other one.
        successor: ApiKeyId,
        /// Until when it is good.
        until: DateTime<Utc>,
        /// When this was decided.
        at: DateTime<Utc>,
    },
    /// A key may be used no more, for good.
    KeyRevoked {
        /// Which.
        key: ApiKeyId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The app may do nothing for now.
    Suspended {
        /// In the words of whoever decided.
        reason: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It may again.
    Reinstated {
        /// When.
        at: DateTime<Utc>,
    },
}
