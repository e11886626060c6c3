//! Issuing vouchers: codes that unlock an operator's restricted fares for whoever redeems them.

use chrono::{DateTime, Utc};
use domain::{
    FareId, OperatorId, SeriesId, VoucherId,
    series::{MOST_AT_ONCE, Series, SeriesCommand, SeriesRejection, SeriesTerms},
    voucher::{Voucher, VoucherCommand},
};
use event_log::{Answer, StreamWrite};

use crate::{
    Claim, Context, Engine, Failure, Redeemable, RedemptionCode, VoucherProblem, VoucherRefusal,
    handle::{ATTEMPTS, Change, Loaded},
};

/// To which series vouchers are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntoSeries {
    /// To one that is opened for them.
    New(SeriesTerms),
    /// To one that there is.
    Existing(SeriesId),
}

/// What is to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueVouchers {
    /// Whose fares.
    pub operator: OperatorId,
    /// Where to.
    pub series: IntoSeries,
    /// How many.
    pub count: u32,
}

/// Vouchers as they were issued. Nobody is shown their codes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedVouchers {
    /// The series, with them in it.
    pub series: Series,
    /// The new ones.
    pub vouchers: Vec<(VoucherId, RedemptionCode)>,
}

/// Renders the answer, before the commit that makes it true.
pub type RenderIssued<'a> = &'a (dyn Fn(&IssuedVouchers) -> Answer + Send + Sync);

impl Engine {
    /// Issues vouchers, once per claim: the series, each voucher and the answer with the codes in one commit.
    pub async fn issue_vouchers(
        &self,
        context: &Context,
        issue: &IssueVouchers,
        claim: Option<&Claim>,
        render: RenderIssued<'_>,
    ) -> Result<Answer, VoucherProblem> {
        let count = usize::try_from(issue.count).unwrap_or(usize::MAX);
        if count > MOST_AT_ONCE {
            return Err(VoucherRefusal::Series(SeriesRejection::TooMany).into());
        }
        let vouchers: Vec<VoucherId> = (0..count)
            .map(|_| VoucherId::from_uuid(self.host().fresh_id()))
            .collect();
        let fresh = SeriesId::from_uuid(self.host().fresh_id());
        for attempt in 0..ATTEMPTS {
            if let Some(answer) = self.answered(claim).await? {
                return Ok(answer);
            }
            let at = self.host().now();
            let series = match (&issue.series, attempt) {
                (IntoSeries::New(_), 0) => self.repository().unborn(fresh.as_str()).map_err(Failure::from)?,
                (IntoSeries::New(_), _) => self.series_stream(&fresh).await?,
                (IntoSeries::Existing(id), _) => self.own_series(&issue.operator, id).await?,
            };
            let series = self.grown(series, &fresh, issue, &vouchers, at)?;
            let Some(state) = series.after() else {
                return Err(Failure::Corrupt("a series was opened and is nothing".to_owned()).into());
            };
            let (id, accounts) = (state.id().clone(), state.terms().accounts_per_voucher);
            let mut writes = vec![series.write().map_err(Failure::from)?];
            let mut codes = Vec::new();
            for voucher in &vouchers {
                let code = RedemptionCode::of(self.vault(), Redeemable::Voucher(voucher.clone()));
                writes.push(self.issued(voucher, &id, &code, accounts, at)?);
                codes.push((voucher.clone(), code));
            }
            let answer = render(&IssuedVouchers {
                series: state.clone(),
                vouchers: codes,
            });
            // Nothing new in the series: an append of ours whose outcome was not known had gone through.
            if series.is_empty() {
                return Ok(answer);
            }
            let context = context.correlated(id.as_str());
            if self
                .store(&context, at, writes, claim, id.as_str(), &answer)
                .await?
            {
                metrics::counter!("vouchers_total", "step" => "issued").increment(issue.count.into());
                return Ok(answer);
            }
        }
        Err(Failure::Contended.into())
    }

    fn grown(
        &self,
        series: Loaded<Series>,
        fresh: &SeriesId,
        issue: &IssueVouchers,
        vouchers: &[VoucherId],
        at: DateTime<Utc>,
    ) -> Result<Change<Series>, VoucherProblem> {
        let series = match &issue.series {
            IntoSeries::Existing(_) => series.unchanged(),
            IntoSeries::New(terms) => {
                self.check_fares(&issue.operator, terms, at)?;
                let open = SeriesCommand::Open {
                    series: fresh.clone(),
                    operator: issue.operator.clone(),
                    terms: terms.clone(),
                    at,
                };
                let opened = series.decide(open).map_err(Failure::from)?;
                opened.map_err(VoucherRefusal::Series)?
            }
        };
        let vouchers = vouchers.to_vec();
        let grown = series
            .and(SeriesCommand::IssueVouchers { vouchers, at })
            .map_err(Failure::from)?;
        Ok(grown.map_err(VoucherRefusal::Series)?)
    }

    fn issued(
        &self,
        voucher: &VoucherId,
        series: &SeriesId,
        code: &RedemptionCode,
        accounts: u32,
        at: DateTime<Utc>,
    ) -> Result<StreamWrite, Failure> {
        let hash = code
            .hash()
            .ok_or_else(|| Failure::Corrupt("a digest is not a digest".to_owned()))?;
        let issue = VoucherCommand::Issue {
            voucher: voucher.clone(),
            series: series.clone(),
            code_hash: hash,
            accounts,
            at,
        };
        let unborn: Loaded<Voucher> = self.repository().unborn(voucher.as_str())?;
        let issued = unborn
            .decide(issue)?
            .map_err(|rejection| Failure::Corrupt(format!("{voucher}: {rejection}")))?;
        Ok(issued.write()?)
    }

    /// What is unlocked is for sale now, and restricted. What is required must be as well, or nobody could have it.
    fn check_fares(
        &self,
        operator: &OperatorId,
        terms: &SeriesTerms,
        at: DateTime<Utc>,
    ) -> Result<(), VoucherRefusal> {
        for fare in terms.fares.iter().chain(&terms.requires) {
            match self.is_restricted(operator, fare, at) {
                Some(true) => {}
                Some(false) => return Err(VoucherRefusal::NotRestricted { fare: fare.clone() }),
                None => return Err(VoucherRefusal::NoSuchFare { fare: fare.clone() }),
            }
        }
        Ok(())
    }

    /// Whether a fare is restricted at a moment; nothing if the operator does not sell it.
    pub(crate) fn is_restricted(
        &self,
        operator: &OperatorId,
        fare: &FareId,
        at: DateTime<Utc>,
    ) -> Option<bool> {
        let catalog = self.directory().catalog_in_force(operator, at)?;
        catalog.content.fare(fare).map(|fare| fare.restriction.is_some())
    }
}
