"""Buys a pass and rides with it, through a client that `openapi-python-client` made of /openapi.json, and issues
vouchers as whoever runs the marketplace.

    python ride.py URL SECRET_KEY ADMIN_KEY

The generated package is to be found as `switchyard_client`.
"""

import sys
import uuid
from typing import TypeVar

from switchyard_client import AuthenticatedClient
from switchyard_client.api.agencies import list_fares, populate_cart
from switchyard_client.api.operation import issue_vouchers, list_vouchers
from switchyard_client.api.passes import activate_pass, get_pass, list_passes, purchase
from switchyard_client.api.users import login, mint_testing_jwt
from switchyard_client.models import (
    Activated,
    ActivatePassRequest,
    ApiVersion,
    Cart,
    Error,
    FareList,
    NewSeries,
    Pass,
    PassList,
    PassStatus,
    PopulateCartRequest,
    PopulateCartRequestAddFares,
    PurchaseRequest,
    SeriesList,
    SeriesWithCodes,
    TicketFormat,
)
from switchyard_client.types import Response

VERSION = ApiVersion.VALUE_0
BUS, SINGLE = "bigbluebus", "regular_single_ride"
STATE = "Token-Transit-Passes-State"

Wanted = TypeVar("Wanted")


def the(kind: type[Wanted], answer: object) -> Wanted:
    """What was answered, if it is of the kind that was asked for."""
    assert isinstance(answer, kind), answer
    return answer


def log_in(url: str, key: str) -> AuthenticatedClient:
    """A client for a rider: the app's key in its header, the session in its cookie."""
    app = AuthenticatedClient(url, token=key, prefix="", auth_header_name="Token-Transit-Api-Key")
    jwt = mint_testing_jwt.sync(
        client=app, sub="ann", email="ann@example.com", device_id="phone", token_transit_api_version=VERSION
    )
    opened = login.sync_detailed(
        client=app.with_headers({"Authorization": f"Bearer {the(str, jwt).strip()}"}),
        token_transit_api_version=VERSION,
    )
    session = opened.headers["set-cookie"].split(";")[0].removeprefix("user_session_id=")
    rider = AuthenticatedClient(url, token=key, prefix="", auth_header_name="Token-Transit-Api-Key")
    return rider.with_cookies({"user_session_id": session})


def buy(rider: AuthenticatedClient) -> Response[Error | PassList]:
    fares = the(FareList, list_fares.sync(BUS, client=rider, token_transit_api_version=VERSION))
    single = next(fare for fare in fares.fares if fare.fare_id == SINGLE)
    wanted = PopulateCartRequestAddFares.from_dict({single.fare_id: 1})
    filled = populate_cart.sync(
        client=rider,
        body=PopulateCartRequest(a=BUS, add_fares=wanted),
        token_transit_api_version=VERSION,
    )
    cart = the(Cart, filled)
    assert cart.total_price.amount == 125 and cart.items[0].quantity == 1
    listed = list_passes.sync_detailed(client=rider, ticket_format=TicketFormat.NONE, token_transit_api_version=VERSION)
    assert the(PassList, listed.parsed).passes == []
    return purchase.sync_detailed(
        client=rider,
        body=PurchaseRequest(cart_token=cart.cart_token, stripe_token="pm_card_visa", ticket_format=TicketFormat.NONE),
        token_transit_passes_state=listed.headers[STATE],
        token_transit_api_version=VERSION,
        idempotency_key=str(uuid.uuid4()),
    )


def ride(rider: AuthenticatedClient, bought: Response[Error | PassList]) -> Pass:
    [new] = the(PassList, bought.parsed).passes
    assert new.status == PassStatus.UNACTIVATED
    activated = activate_pass.sync(
        new.pass_id,
        client=rider,
        body=ActivatePassRequest(ticket_format=TicketFormat.HTML_RAW),
        token_transit_passes_state=bought.headers[STATE],
        token_transit_api_version=VERSION,
        idempotency_key=str(uuid.uuid4()),
    )
    assert the(Activated, activated).activated_pass_id == new.pass_id
    shown = get_pass.sync(
        new.pass_id, client=rider, ticket_format=TicketFormat.HTML_RAW, token_transit_api_version=VERSION
    )
    return the(Pass, shown)


def administer(url: str, key: str) -> SeriesList:
    admin = AuthenticatedClient(url, token=key)
    terms = NewSeries(name="Spring", fares=["reduced_single_ride"], count=2)
    issued = issue_vouchers.sync("test", BUS, client=admin, body=terms, idempotency_key=str(uuid.uuid4()))
    assert len(the(SeriesWithCodes, issued).codes) == 2
    return the(SeriesList, list_vouchers.sync("test", BUS, client=admin))


def refused(rider: AuthenticatedClient) -> Error:
    return the(Error, get_pass.sync("pass_of_nobody", client=rider, token_transit_api_version=VERSION))


def main() -> None:
    url, secret_key, admin_key = sys.argv[1:]
    rider = log_in(url, secret_key)
    shown = ride(rider, buy(rider))
    assert shown.status == PassStatus.ACTIVE and "<html" in str(shown.display_html)
    assert refused(rider).code == "resource_not_found"
    administer(url, admin_key)
    print(f"rode on {shown.pass_id}")


main()
