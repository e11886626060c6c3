//! What can be bought.

use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        Agency, Fare, GetAgencyRequest, GetFareRequest, ListAgenciesRequest, ListAgenciesResponse,
        ListFaresRequest, ListFaresResponse, catalog_server::Catalog,
    },
};

/// `switchyard.v1.Catalog`
pub(super) struct CatalogFace(pub(super) Bridge);

#[tonic::async_trait]
impl Catalog for CatalogFace {
    async fn list_agencies(
        &self,
        request: Request<ListAgenciesRequest>,
    ) -> Result<Response<ListAgenciesResponse>, Status> {
        let ask = |ListAgenciesRequest {}| Ask::get(&["agency"]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_agency(&self, request: Request<GetAgencyRequest>) -> Result<Response<Agency>, Status> {
        let ask = |it: GetAgencyRequest| Ask::get(&["agency", &it.agency_id]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn list_fares(
        &self,
        request: Request<ListFaresRequest>,
    ) -> Result<Response<ListFaresResponse>, Status> {
        let ask = |it: ListFaresRequest| Ask::get(&["agency", &it.agency_id, "fare"]);
        self.0.call(Api::Ticketing, request, ask).await
    }

    async fn get_fare(&self, request: Request<GetFareRequest>) -> Result<Response<Fare>, Status> {
        let ask = |it: GetFareRequest| Ask::get(&["agency", &it.agency_id, "fare", &it.fare_id]);
        self.0.call(Api::Ticketing, request, ask).await
    }
}
