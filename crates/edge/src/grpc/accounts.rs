//! Apps, operators and links.

use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        App, GetAppRequest, GetOperatorRequest, ListAppsRequest, ListAppsResponse, ListLinksRequest,
        ListLinksResponse, ListOperatorsRequest, ListOperatorsResponse, Operator, PageRequest,
        accounts_server::Accounts,
    },
};

/// `switchyard.v1.Accounts`
pub(super) struct AccountsFace(pub(super) Bridge);

impl Ask {
    /// With the part of a list that is wanted.
    pub(super) fn page(self, page: Option<PageRequest>) -> Self {
        let page = page.unwrap_or_default();
        self.maybe("limit", page.limit).with("cursor", page.cursor)
    }
}

#[tonic::async_trait]
impl Accounts for AccountsFace {
    async fn list_apps(
        &self,
        request: Request<ListAppsRequest>,
    ) -> Result<Response<ListAppsResponse>, Status> {
        let ask = |it: ListAppsRequest| Ask::get(&["apps"]).page(it.page);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn get_app(&self, request: Request<GetAppRequest>) -> Result<Response<App>, Status> {
        let ask = |it: GetAppRequest| Ask::get(&["apps", &it.app_id]);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn list_operators(
        &self,
        request: Request<ListOperatorsRequest>,
    ) -> Result<Response<ListOperatorsResponse>, Status> {
        let ask = |it: ListOperatorsRequest| Ask::get(&["operators"]).page(it.page);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn get_operator(&self, request: Request<GetOperatorRequest>) -> Result<Response<Operator>, Status> {
        let ask = |it: GetOperatorRequest| Ask::get(&["operators", &it.operator_id]);
        self.0.call(Api::Admin, request, ask).await
    }

    async fn list_links(
        &self,
        request: Request<ListLinksRequest>,
    ) -> Result<Response<ListLinksResponse>, Status> {
        let ask = |it: ListLinksRequest| Ask::get(&["apps", &it.app_id, "links"]).page(it.page);
        self.0.call(Api::Admin, request, ask).await
    }
}
