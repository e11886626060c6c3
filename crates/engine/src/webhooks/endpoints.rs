//! Making and changing webhook endpoints.

use chrono::{DateTime, Utc};
use domain::{
    EndpointId,
    app::WebUrl,
    endpoint::{
        Endpoint, EndpointChange, EndpointCommand, EndpointOwner, EndpointRejection, EndpointSettings,
    },
};
use event_log::Answer;
use outbox::UnsafeUrl;

use crate::{AdministerProblem, Claim, Context, Engine, Failure};

/// How many endpoints an app or an operator has at most.
const ENDPOINTS: usize = 20;

/// Why not, in the order in which the reasons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointRefusal {
    /// Nothing is sent to such an address.
    #[error(transparent)]
    Url(#[from] UnsafeUrl),
    /// The owner has as many as may be.
    #[error("there are {ENDPOINTS} webhook endpoints already")]
    TooMany,
    /// The endpoint's own rules.
    #[error(transparent)]
    Rejected(#[from] EndpointRejection),
}

/// Why nothing was done.
pub type EndpointProblem = AdministerProblem<EndpointRefusal>;

/// Renders an endpoint as of a moment.
pub type RenderEndpoint<'a> = &'a (dyn Fn(&Endpoint, DateTime<Utc>) -> Answer + Send + Sync);

/// An endpoint that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEndpoint {
    /// Whose.
    pub owner: EndpointOwner,
    /// Where and what.
    pub settings: EndpointSettings,
}

impl Engine {
    /// Lets an endpoint come into being, if its address may be sent to.
    pub async fn create_endpoint(
        &self,
        context: &Context,
        new: &NewEndpoint,
        claim: Option<&Claim>,
        render: RenderEndpoint<'_>,
    ) -> Result<Answer, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        self.vet(&new.settings.url).await?;
        if self.directory().endpoints_of(&new.owner).len() >= ENDPOINTS {
            return Err(AdministerProblem::Refused(EndpointRefusal::TooMany));
        }
        let endpoint = EndpointId::from_uuid(self.host().fresh_id());
        let command = |at| EndpointCommand::Create {
            endpoint: endpoint.clone(),
            owner: new.owner.clone(),
            settings: new.settings.clone(),
            at,
        };
        self.tell_endpoint(context, &endpoint, &command, claim, render)
            .await
    }

    /// Sends elsewhere, or something else.
    pub async fn change_endpoint(
        &self,
        context: &Context,
        endpoint: &EndpointId,
        change: &EndpointChange,
        claim: Option<&Claim>,
        render: RenderEndpoint<'_>,
    ) -> Result<Answer, EndpointProblem> {
        if let Some(answer) = self.answered(claim).await? {
            return Ok(answer);
        }
        if let Some(url) = &change.url {
            self.vet(url).await?;
        }
        let command = |at| EndpointCommand::Change {
            change: change.clone(),
            at,
        };
        self.tell_endpoint(context, endpoint, &command, claim, render)
            .await
    }

    /// Asks one thing of an endpoint.
    pub async fn tell_endpoint(
        &self,
        context: &Context,
        endpoint: &EndpointId,
        command: &(dyn Fn(DateTime<Utc>) -> EndpointCommand + Send + Sync),
        claim: Option<&Claim>,
        render: RenderEndpoint<'_>,
    ) -> Result<Answer, EndpointProblem> {
        let told = self
            .administer::<Endpoint>(context, endpoint.as_str(), command, claim, render)
            .await;
        // A disabled endpoint that is enabled again has something that waits.
        self.webhooks().wake.notify_one();
        told.map_err(|problem| match problem {
            AdministerProblem::KeyReused => AdministerProblem::KeyReused,
            AdministerProblem::Refused(rejection) => AdministerProblem::Refused(rejection.into()),
            AdministerProblem::Failure(failure) => AdministerProblem::Failure(failure),
        })
    }

    /// Sends nothing any more, and forgets what was sent.
    pub async fn delete_endpoint(
        &self,
        context: &Context,
        endpoint: &EndpointId,
        claim: Option<&Claim>,
        render: RenderEndpoint<'_>,
    ) -> Result<Answer, EndpointProblem> {
        let command = |at| EndpointCommand::Delete { at };
        let answer = self
            .tell_endpoint(context, endpoint, &command, claim, render)
            .await?;
        // What is queued meanwhile, of things that happened before, is forgotten when it is found to be due.
        let forgotten = self.webhooks().outbox.forget(endpoint).await;
        forgotten.map_err(Failure::from)?;
        Ok(answer)
    }

    async fn vet(&self, url: &WebUrl) -> Result<(), EndpointProblem> {
        outbox::vet(url.as_str(), self.webhooks().policy)
            .await
            .map_err(|refused| AdministerProblem::Refused(refused.into()))
    }
}
