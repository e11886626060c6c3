//! Redeeming vouchers: restricted fares that somebody may buy from then on.

use chrono::{DateTime, Utc};
use domain::{
    AppId, User, UserId, VoucherId,
    series::Series,
    user::{UserCommand, UserRejection},
    voucher::{Voucher, VoucherCommand, VoucherRejection},
};
use event_log::Answer;

use crate::{
    Claim, Context, Engine, Failure, Redeem, RedeemProblem, RedemptionCode, RenderWallet,
    handle::{ATTEMPTS, Change, Loaded},
    once::KeyProblem,
};

/// What redeeming a voucher would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlockingInfo {
    /// The code that the link carries.
    pub code: RedemptionCode,
    /// The series that the voucher is of.
    pub series: Series,
    /// Until when what is redeemed now is unlocked; for good, if absent.
    pub until: Option<DateTime<Utc>>,
}

/// Why a voucher is not redeemed, in the order in which the reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockRefusal {
    /// No voucher has this code, or none that this app may redeem.
    #[error("there is no such voucher")]
    NotKnown,
    /// The account has redeemed it.
    #[error("the voucher was redeemed by this account already")]
    AlreadyUsed,
    /// As many others have as may.
    #[error("the voucher was redeemed by another account")]
    UsedByAnotherAccount,
    /// It was withdrawn, or its time is over.
    #[error("the voucher can no longer be redeemed")]
    Invalid,
    /// The account has redeemed as many of the series as it may.
    #[error("the account has reached the limit of the series")]
    LimitReached,
    /// The series is for accounts that have another fare unlocked.
    #[error("the account is not among those that the voucher is for")]
    NotEligible,
    /// The account has all of it already.
    #[error("the account has all that the voucher unlocks")]
    NothingToUnlock,
}

impl From<KeyProblem> for RedeemProblem {
    fn from(problem: KeyProblem) -> Self {
        match problem {
            KeyProblem::Reused => Self::KeyReused,
            KeyProblem::Failure(failure) => Self::Failure(failure),
        }
    }
}

/// What a code opens: the voucher, and the series that it stays good with.
struct Opened {
    voucher: Loaded<Voucher>,
    series: Loaded<Series>,
}

/// A redemption that is decided and not stored.
struct Unlocking {
    voucher: Change<Voucher>,
    user: Change<User>,
    /// Not to be withdrawn meanwhile.
    series: Change<Series>,
}

impl Engine {
    pub(crate) async fn unlocking_info(
        &self,
        app: &AppId,
        code: &RedemptionCode,
        id: &VoucherId,
        viewer: Option<&UserId>,
    ) -> Result<UnlockingInfo, RedeemProblem> {
        let opened = self.opened_voucher(app, code, id).await?;
        let at = self.host().now();
        let series = opened.refuse(viewer, at)?;
        if let Some(viewer) = viewer {
            let user = self.user(viewer).await?;
            let refusal = user
                .state()
                .and_then(|user| user.refusal_of_voucher(series.id(), series.operator(), series.terms(), at));
            if let Some(refusal) = refusal {
                return Err(refused(id, &refusal));
            }
        }
        Ok(UnlockingInfo {
            code: code.clone(),
            until: series.terms().unlocked.until(at),
            series: series.clone(),
        })
    }

    /// The voucher, what it unlocks for the account, and the answer in one commit, which a withdrawal of the series
    /// keeps out.
    pub(crate) async fn unlock(
        &self,
        context: &Context,
        redeem: &Redeem,
        code: &RedemptionCode,
        id: &VoucherId,
        claim: Option<&Claim>,
        render: RenderWallet<'_>,
    ) -> Result<Answer, RedeemProblem> {
        let wallet = self.wallet(&redeem.by).await?.state().cloned();
        let answer = render(&wallet.unwrap_or_default());
        let mut tried = None;
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let opened = self.opened_voucher(&redeem.app, code, id).await?;
            let redeemed = opened
                .voucher
                .state()
                .and_then(|it| it.redemptions().get(&redeem.by));
            if tried.is_some() && redeemed == tried.as_ref() {
                // An append of ours whose outcome was not known had gone through.
                return Ok(answer);
            }
            let at = self.host().now();
            let unlocking = self.decide_unlocking(opened, code, id, &redeem.by, at).await?;
            let writes = vec![
                unlocking.voucher.write().map_err(Failure::from)?,
                unlocking.user.write().map_err(Failure::from)?,
                unlocking.series.write().map_err(Failure::from)?,
            ];
            if self
                .store(context, at, writes, claim, id.as_str(), &answer)
                .await?
            {
                metrics::counter!("vouchers_total", "step" => "redeemed").increment(1);
                return Ok(answer);
            }
            tried = Some(at);
        }
        Err(Failure::Contended.into())
    }

    /// The voucher that a code opens, for apps that do business with its operator. For others there is none.
    async fn opened_voucher(
        &self,
        app: &AppId,
        code: &RedemptionCode,
        id: &VoucherId,
    ) -> Result<Opened, RedeemProblem> {
        let voucher = self.voucher_stream(id).await?;
        let Some(state) = voucher
            .state()
            .filter(|it| code.hash().as_ref() == Some(it.code_hash()))
        else {
            return Err(UnlockRefusal::NotKnown.into());
        };
        let series = self.series_stream(state.series()).await?;
        let operator = series
            .state()
            .and_then(|it| self.directory().operator(it.operator()));
        if operator.is_some_and(|operator| operator.link(app).is_some()) {
            Ok(Opened { voucher, series })
        } else {
            Err(UnlockRefusal::NotKnown.into())
        }
    }

    async fn decide_unlocking(
        &self,
        opened: Opened,
        code: &RedemptionCode,
        id: &VoucherId,
        by: &UserId,
        at: DateTime<Utc>,
    ) -> Result<Unlocking, RedeemProblem> {
        let series = opened.refuse(Some(by), at)?;
        let take = UserCommand::RedeemVoucher {
            voucher: id.clone(),
            series: series.id().clone(),
            operator: series.operator().clone(),
            terms: Box::new(series.terms().clone()),
            at,
        };
        let redeem = VoucherCommand::Redeem {
            code_hash: code.hash().ok_or(UnlockRefusal::NotKnown)?,
            by: by.clone(),
            at,
        };
        let user = self.user(by).await?.decide(take).map_err(Failure::from)?;
        let voucher = opened.voucher.decide(redeem).map_err(Failure::from)?;
        Ok(Unlocking {
            voucher: voucher.map_err(|rejection| unlockable(id, &rejection))?,
            user: user.map_err(|rejection| refused(id, &rejection))?,
            series: opened.series.unchanged(),
        })
    }
}

impl Opened {
    /// Refuses for what voucher and series say; the account's own matters come after.
    fn refuse(&self, account: Option<&UserId>, at: DateTime<Utc>) -> Result<&Series, RedeemProblem> {
        let (Some(voucher), Some(series)) = (self.voucher.state(), self.series.state()) else {
            return Err(UnlockRefusal::NotKnown.into());
        };
        if let Some(rejection) = voucher.refusal_for(account) {
            return Err(unlockable(voucher.id(), &rejection));
        }
        match series.refusal(at) {
            Some(_) => Err(UnlockRefusal::Invalid.into()),
            None => Ok(series),
        }
    }
}

fn unlockable(id: &VoucherId, rejection: &VoucherRejection) -> RedeemProblem {
    match rejection {
        VoucherRejection::NotKnown => UnlockRefusal::NotKnown.into(),
        VoucherRejection::AlreadyUsed => UnlockRefusal::AlreadyUsed.into(),
        VoucherRejection::UsedUp => UnlockRefusal::UsedByAnotherAccount.into(),
        VoucherRejection::Withdrawn => UnlockRefusal::Invalid.into(),
        VoucherRejection::VoucherDiffers | VoucherRejection::ForNobody => {
            Failure::Corrupt(format!("{id}: {rejection}")).into()
        }
    }
}

fn refused(id: &VoucherId, rejection: &UserRejection) -> RedeemProblem {
    match rejection {
        UserRejection::VoucherLimitReached => UnlockRefusal::LimitReached.into(),
        UserRejection::NotEligible => UnlockRefusal::NotEligible.into(),
        UserRejection::NothingToUnlock => UnlockRefusal::NothingToUnlock.into(),
        UserRejection::NotRegistered
        | UserRejection::Erased
        | UserRejection::AnotherApp
        | UserRejection::TestUser
        | UserRejection::CardSaveInProgress
        | UserRejection::CardSaveDiffers
        | UserRejection::CardSaveNotStarted
        | UserRejection::CustomerDiffers
        | UserRejection::PurchaseInProgress { .. }
        | UserRejection::StayInProgress { .. }
        | UserRejection::StayOver
        | UserRejection::StayNumberTaken
        | UserRejection::NoSuchDebt
        | UserRejection::DebtDiffers => Failure::Corrupt(format!("{id}: {rejection}")).into(),
    }
}
