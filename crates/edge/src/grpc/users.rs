//! The rider, their vehicle and their card.

use serde_json::json;
use tonic::{Request, Response, Status};

use super::{
    bridge::{Api, Ask, Bridge},
    pb::{
        GetCurrentUserRequest, SaveCardRequest, SaveCardResponse, SetVehicleRequest, SetVehicleResponse,
        User, users_server::Users,
    },
};

const CURRENT: [&str; 4] = ["v1", "users", "user", "current"];

/// `switchyard.v1.Users`
pub(super) struct UsersFace(pub(super) Bridge);

fn of_current(what: &'static str) -> Vec<&'static str> {
    CURRENT.into_iter().chain([what]).collect()
}

#[tonic::async_trait]
impl Users for UsersFace {
    async fn get_current_user(
        &self,
        request: Request<GetCurrentUserRequest>,
    ) -> Result<Response<User>, Status> {
        let ask = |GetCurrentUserRequest {}| Ask::get(&CURRENT);
        self.0.call(Api::Coord, request, ask).await
    }

    async fn set_vehicle(
        &self,
        request: Request<SetVehicleRequest>,
    ) -> Result<Response<SetVehicleResponse>, Status> {
        let ask = |it: SetVehicleRequest| {
            let plate = it.license_plate.unwrap_or_default();
            let mut said = json!({ "text": plate.text, "country": plate.country });
            if let (Some(subdivision), Some(members)) = (plate.subdivision, said.as_object_mut()) {
                members.insert("subdivision".to_owned(), subdivision.into());
            }
            Ask::put(&of_current("vehicle")).json(json!({ "license_plate": said }))
        };
        self.0.call(Api::Coord, request, ask).await
    }

    async fn save_card(
        &self,
        request: Request<SaveCardRequest>,
    ) -> Result<Response<SaveCardResponse>, Status> {
        let ask = |it: SaveCardRequest| {
            Ask::post(&of_current("stripe_info")).json(json!({ "coord_targeted_token": it.token }))
        };
        self.0.call(Api::Coord, request, ask).await
    }
}
