//! Withdrawing vouchers: from then on nobody redeems them. What they unlocked stays so.

use domain::{
    OperatorId, SeriesId, VoucherId,
    series::{Series, SeriesCommand},
    voucher::{Voucher, VoucherCommand, VoucherRejection},
};
use event_log::Answer;

use crate::{Claim, Context, Engine, Failure, VoucherProblem, VoucherRefusal, handle::ATTEMPTS};

impl Engine {
    /// Withdraws a whole series, those of its vouchers included that are still to come. Again changes nothing.
    pub async fn withdraw_series(
        &self,
        context: &Context,
        operator: &OperatorId,
        id: &SeriesId,
        claim: Option<&Claim>,
        render: &(dyn Fn(&Series) -> Answer + Send + Sync),
    ) -> Result<Answer, VoucherProblem> {
        let context = context.correlated(id.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let withdrawn = self.own_series(operator, id).await?;
            let withdrawn = withdrawn.decide(SeriesCommand::Withdraw { at });
            let withdrawn = withdrawn
                .map_err(Failure::from)?
                .map_err(VoucherRefusal::Series)?;
            let state = withdrawn.after().ok_or(VoucherRefusal::NoSuchSeries)?;
            let answer = render(state);
            let writes = vec![withdrawn.write().map_err(Failure::from)?];
            if self
                .store(&context, at, writes, claim, id.as_str(), &answer)
                .await?
            {
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    /// Withdraws one voucher, the rest of its accounts included. Again changes nothing.
    pub async fn withdraw_voucher(
        &self,
        context: &Context,
        operator: &OperatorId,
        (series, id): (&SeriesId, &VoucherId),
        claim: Option<&Claim>,
        render: &(dyn Fn(&Voucher) -> Answer + Send + Sync),
    ) -> Result<Answer, VoucherProblem> {
        let context = context.correlated(series.as_str());
        for _ in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            self.own_series(operator, series).await?;
            let at = self.host().now();
            let loaded = self.voucher_stream(id).await?;
            if loaded.state().is_none_or(|it| it.series() != series) {
                return Err(VoucherRefusal::NoSuchVoucher.into());
            }
            let withdrawn = loaded.decide(VoucherCommand::Withdraw { at });
            let withdrawn = withdrawn
                .map_err(Failure::from)?
                .map_err(|rejection| match rejection {
                    VoucherRejection::UsedUp => VoucherProblem::Refused(VoucherRefusal::UsedUp),
                    VoucherRejection::NotKnown
                    | VoucherRejection::VoucherDiffers
                    | VoucherRejection::ForNobody
                    | VoucherRejection::AlreadyUsed
                    | VoucherRejection::Withdrawn => Failure::Corrupt(format!("{id}: {rejection}")).into(),
                })?;
            let state = withdrawn.after().ok_or(VoucherRefusal::NoSuchVoucher)?;
            let answer = render(state);
            let writes = vec![withdrawn.write().map_err(Failure::from)?];
            if self
                .store(&context, at, writes, claim, id.as_str(), &answer)
                .await?
            {
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }
}
