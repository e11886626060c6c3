//! Passes, as their rider and as their operator see them.

use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        ActivatePassRequest, GetIssuedPassRequest, GetPassRequest, IssuedPass, ListPassesRequest, Pass,
        PassesShown, RecordVisualValidationRequest, RecordVisualValidationResponse, Wallet,
        passes_server::Passes,
    },
};

/// `switchyard.v1.Passes`
pub(super) struct PassesFace(pub(super) Bridge);

impl Ask {
    /// With how passes are to be shown.
    pub(super) fn shown(self, shown: Option<PassesShown>) -> Self {
        let shown = shown.unwrap_or_default();
        let format = match shown.ticket_format.as_str() {
            "" => "none",
            format => format,
        };
        self.with("ticket_format", format)
            .with("omit_unusable_passes", !shown.include_unusable)
            .with("include_fare_price", !shown.omit_price)
            .with("include_fare_options", shown.include_options)
    }
}

#[tonic::async_trait]
impl Passes for PassesFace {
    async fn list_passes(&self, request: Request<ListPassesRequest>) -> Result<Response<Wallet>, Status> {
        let ask = |it: ListPassesRequest| Ask::get(&["pass"]).shown(it.shown);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_pass(&self, request: Request<GetPassRequest>) -> Result<Response<Pass>, Status> {
        let ask = |it: GetPassRequest| Ask::get(&["pass", &it.pass_id]).shown(it.shown);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn activate_pass(&self, request: Request<ActivatePassRequest>) -> Result<Response<Wallet>, Status> {
        let ask = |it: ActivatePassRequest| {
            Ask::post(&["pass", &it.pass_id, "activate"])
                .seen(it.passes_state)
                .shown(it.shown)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn record_visual_validation(
        &self,
        request: Request<RecordVisualValidationRequest>,
    ) -> Result<Response<RecordVisualValidationResponse>, Status> {
        let ask = |it: RecordVisualValidationRequest| {
            Ask::post(&["validation", "visual"])
                .with("pass_id", it.pass_id)
                .with("timestamp", it.timestamp)
                .maybe("latitude", it.latitude)
                .maybe("longitude", it.longitude)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_issued_pass(
        &self,
        request: Request<GetIssuedPassRequest>,
    ) -> Result<Response<IssuedPass>, Status> {
        let ask = |it: GetIssuedPassRequest| Ask::get(&["operators", &it.operator_id, "passes", &it.pass_id]);
        self.0.call(Api::Admin, request, ask).await
    }
}
