//! Coord's Users API, and its systems.

use crate::openapi::{
    call::{Access, Call},
    param::Param,
    schemas::{
        CoordError, CoordUser, JwtOrder, KeptStripeInfo, MadeJwt, StripeInfo, System, SystemCollection,
        TransactableSystem, Vehicle,
    },
};

fn call(
    (method, path): (&'static str, &'static str),
    id: &'static str,
    access: Access,
    summary: &'static str,
) -> Call {
    let call =
        Call::new("Coord", (method, path), id, access, summary).fails_with::<CoordError>("application/json");
    match method {
        "get" => call,
        _ => call.refused(&[413, 415]),
    }
}

pub(super) fn calls() -> Vec<Call> {
    let nouns = [jwts(), users(), links(), systems()];
    nouns.into_iter().flatten().collect()
}

fn jwts() -> Vec<Call> {
    vec![
        call(
            ("post", "/v1/users/create_jwt"),
            "createJwt",
            Access::CoordServer,
            "A JWT for a rider of an app without an identity provider; good for an hour.",
        )
        .reads::<JwtOrder>()
        .answers::<MadeJwt>()
        .refused(&[400]),
        call(
            ("post", "/v1/users/testing/create_jwt"),
            "createTestJwt",
            Access::CoordKey,
            "A JWT that marks a test user; good for an hour.",
        )
        .reads::<JwtOrder>()
        .answers::<MadeJwt>()
        .refused(&[400, 403]),
    ]
}

fn users() -> Vec<Call> {
    vec![
        call(
            ("get", "/v1/users/user/current"),
            "getCurrentUser",
            Access::Coord,
            "Who the user is, and which systems they can transact with.",
        )
        .answers::<CoordUser>(),
        call(
            ("put", "/v1/users/user/current/vehicle"),
            "setVehicle",
            Access::Coord,
            "What the user drives.",
        )
        .reads::<Vehicle>()
        .answers::<Vehicle>(),
        call(
            ("post", "/v1/users/user/current/stripe_info"),
            "setStripeInfo",
            Access::Coord,
            "Keeps the rider's card. Another token replaces it. Not for test users.",
        )
        .reads::<StripeInfo>()
        .answers::<KeptStripeInfo>()
        .refused(&[402]),
        call(
            ("post", "/v1/users/testing/user/current/transactable_systems"),
            "setTransactableSystem",
            Access::Coord,
            "Links a test user's account at a system, or unlinks it.",
        )
        .reads::<TransactableSystem>()
        .answers::<TransactableSystem>()
        .refused(&[404]),
    ]
}

fn links() -> Vec<Call> {
    let page = |method, path, id, summary| {
        Call::new("Coord", (method, path), id, Access::Open, summary)
            .answers_text("text/html")
            .fails_as("text/html")
            .refused(&[303, 400, 410, 503])
    };
    let state = || Param::text("state", "What our address carried.");
    vec![
        call(
            ("get", "/v1/users/link_account"),
            "linkAccount",
            Access::Coord,
            "Leads the user's browser to the operator's permission page; a test user's to one of ours.",
        )
        .queried(Param::text("system_id", "Where the account is.").required())
        .queried(Param::text(
            "return_url",
            "Where the browser comes back to: an address of one of the app's allowed_origins.",
        ))
        .queried(Param::text(
            "jwt",
            "The JWT, since no page can set headers of where it leads.",
        ))
        .refused(&[303, 404]),
        page(
            "get",
            "/v1/users/link_account/callback",
            "returnFromPermission",
            "The way back from an operator's permission page.",
        )
        .queried(state()),
        page(
            "get",
            "/v1/users/link_account/demo",
            "showDemoPermission",
            "The permission page that test users get.",
        )
        .queried(state()),
        page(
            "post",
            "/v1/users/link_account/demo",
            "decideDemoPermission",
            "A test user's answer.",
        )
        .takes([
            state(),
            Param::one_of("decision", &["consent", "refuse"], "The answer."),
        ]),
    ]
}

fn systems() -> Vec<Call> {
    vec![
        call(
            ("get", "/v1/access/parking/system"),
            "listSystems",
            Access::CoordKey,
            "The systems that do business with the app, as a GeoJSON FeatureCollection.",
        )
        .answers::<SystemCollection>(),
        call(
            ("get", "/v1/access/parking/system/{system_id}"),
            "getSystem",
            Access::CoordKey,
            "One of them, as a GeoJSON Feature.",
        )
        .at("system_id", "By its id.")
        .answers::<System>(),
    ]
}
