//! Passes on their way to somebody else.

use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        CancelTransferRequest, CreateTransferRequest, GetRedemptionRequest, GetTransferRequest,
        ListTransfersRequest, ListTransfersResponse, RedeemRequest, RedeemResponse, Redemption,
        RefundTransferRequest, Transfer, transfers_server::Transfers,
    },
};

const TRANSFER: &str = "pass_transfer";

/// `switchyard.v1.Transfers`
pub(super) struct TransfersFace(pub(super) Bridge);

#[tonic::async_trait]
impl Transfers for TransfersFace {
    async fn create_transfer(
        &self,
        request: Request<CreateTransferRequest>,
    ) -> Result<Response<Transfer>, Status> {
        let ask = |it: CreateTransferRequest| {
            Ask::post(&[TRANSFER])
                .with("items", it.items.join(","))
                .with("expiration_timestamp", it.expiration_timestamp)
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn list_transfers(
        &self,
        request: Request<ListTransfersRequest>,
    ) -> Result<Response<ListTransfersResponse>, Status> {
        let ask = |ListTransfersRequest {}| Ask::get(&[TRANSFER]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_transfer(&self, request: Request<GetTransferRequest>) -> Result<Response<Transfer>, Status> {
        let ask = |it: GetTransferRequest| Ask::get(&[TRANSFER, &it.id]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn cancel_transfer(
        &self,
        request: Request<CancelTransferRequest>,
    ) -> Result<Response<Transfer>, Status> {
        let ask = |it: CancelTransferRequest| Ask::post(&[TRANSFER, &it.id, "cancel"]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn refund_transfer(
        &self,
        request: Request<RefundTransferRequest>,
    ) -> Result<Response<Transfer>, Status> {
        let ask = |it: RefundTransferRequest| {
            Ask::post(&[TRANSFER, &it.id, "refund"]).with("items", it.items.join(","))
        };
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_redemption(
        &self,
        request: Request<GetRedemptionRequest>,
    ) -> Result<Response<Redemption>, Status> {
        let ask = |it: GetRedemptionRequest| Ask::get(&["redeem"]).with("link", it.link);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn redeem(&self, request: Request<RedeemRequest>) -> Result<Response<RedeemResponse>, Status> {
        let ask = |it: RedeemRequest| Ask::post(&["redeem"]).with("link", it.link);
        self.0.call(Api::Ticketing, request, ask).await
    }
}
