//! The redemption links that the document promises for trying things out ("The following are valid redemption links in
//! test"): each behaves in one known way, and none holds anything.

use super::ErrorCode;

/// A link of the published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MagicLink {
    /// `test_redemption_already_used`
    AlreadyUsed,
    /// `test_redemption_ineligible`
    Ineligible,
    /// `test_redemption_invalid`
    Invalid,
    /// `test_redemption_limits_exceeded`
    LimitsExceeded,
    /// `test_redemption_into_source_account`
    IntoSourceAccount,
    /// `test_redemption_success`
    Success,
    /// `test_redemption_used_by_another_account`
    UsedByAnotherAccount,
}

/// Longest link that is looked at, in bytes.
const MAX_LINK: usize = 2048;

impl MagicLink {
    /// The published table, in its order.
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("test_redemption_already_used", Self::AlreadyUsed),
        ("test_redemption_ineligible", Self::Ineligible),
        ("test_redemption_invalid", Self::Invalid),
        ("test_redemption_limits_exceeded", Self::LimitsExceeded),
        ("test_redemption_into_source_account", Self::IntoSourceAccount),
        ("test_redemption_success", Self::Success),
        (
            "test_redemption_used_by_another_account",
            Self::UsedByAnotherAccount,
        ),
    ];

    /// The link that a client sends as `link`: "you can just send them in the link parameter". They also count inside
    /// of a deep link (`https://app.example/redeem?code=test_redemption_success`), so that an app can try its own way
    /// from the deep link to here.
    pub(super) fn parse(link: &str) -> Option<Self> {
        let link = link.trim();
        if link.len() > MAX_LINK {
            return None;
        }
        let named = |text: &str| {
            let found = Self::ALL.iter().find(|(name, _)| *name == text);
            found.map(|(_, magic)| *magic)
        };
        let (_, query) = link.split_once('?').unwrap_or(("", ""));
        let query = query.split('#').next().unwrap_or_default();
        named(link).or_else(|| query.split('&').find_map(|pair| named(pair.split_once('=')?.1)))
    }

    /// The link's own name.
    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, magic)| *magic == self);
        found.map_or("", |(name, _)| *name)
    }

    /// What looking at it or redeeming it is refused with; nothing for what succeeds. Redeeming needs a login anyway.
    pub(super) const fn refusal(self, logged_in: bool) -> Option<ErrorCode> {
        match (self, logged_in) {
            (Self::AlreadyUsed, true) => Some(ErrorCode::RedemptionAlreadyUsed),
            (Self::AlreadyUsed, false) | (Self::UsedByAnotherAccount, _) => {
                Some(ErrorCode::RedemptionUsedByAnotherAccount)
            }
            (Self::Ineligible, true) => Some(ErrorCode::RedemptionIneligible),
            (Self::Invalid, _) => Some(ErrorCode::RedemptionInvalid),
            (Self::LimitsExceeded, true) => Some(ErrorCode::RedemptionLimitsExceeded),
            (Self::IntoSourceAccount, true) => Some(ErrorCode::PassTransferIntoSourceAccount),
            (Self::Ineligible | Self::LimitsExceeded | Self::IntoSourceAccount, false)
            | (Self::Success, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_fails_as_the_document_says() {
        let table = [
            (
                "test_redemption_already_used",
                Some("redemption_already_used"),
                Some("redemption_used_by_another_account"),
            ),
            ("test_redemption_ineligible", Some("redemption_ineligible"), None),
            (
                "test_redemption_invalid",
                Some("redemption_invalid"),
                Some("redemption_invalid"),
            ),
            (
                "test_redemption_limits_exceeded",
                Some("redemption_limits_exceeded"),
                None,
            ),
            (
                "test_redemption_into_source_account",
                Some("pass_transfer_into_source_account"),
                None,
            ),
            ("test_redemption_success", None, None),
            (
                "test_redemption_used_by_another_account",
                Some("redemption_used_by_another_account"),
                Some("redemption_used_by_another_account"),
            ),
        ];
        assert_eq!(table.len(), MagicLink::ALL.len());
        for (name, logged_in, not_logged_in) in table {
            let link = MagicLink::parse(name).unwrap();
            let code = |logged_in| link.refusal(logged_in).map(ErrorCode::name);
            assert_eq!(
                (link.name(), code(true), code(false)),
                (name, logged_in, not_logged_in)
            );
        }
    }

    #[test]
    fn a_link_counts_bare_or_as_a_parameter_of_a_deep_link() {
        for link in [
            "test_redemption_success",
            " test_redemption_success\n",
            "https://app.example/redeem?code=test_redemption_success",
            "https://app.example/x/redeem?utm=1&code=test_redemption_success#top",
        ] {
            assert_eq!(MagicLink::parse(link), Some(MagicLink::Success), "{link}");
        }
        for link in [
            "",
            "test_redemption",
            "test_redemption_success2",
            "TEST_REDEMPTION_SUCCESS",
            "https://app.example/test_redemption_success",
            "https://app.example/redeem?test_redemption_success",
            "https://app.example/redeem#code=test_redemption_success",
            &format!(
                "https://app.example/redeem?{}&code=test_redemption_success",
                "a".repeat(MAX_LINK)
            ),
        ] {
            assert_eq!(MagicLink::parse(link), None, "{link}");
        }
    }
}
