"""Tickets in each format, the codes on them, and receipts."""

import base64
import re

from api import send
from world import eventually, only, step


def decoded(text):
    """Base64 of either alphabet, padded or not, as the document's own example is not."""
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)).decode()


@step
def a_ticket_comes_in_each_format(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    assert "display_html" not in rider.look(pass_id), "there is nothing to show yet"
    rider.activate(pass_id, ticket_format="none").ok()
    raw = rider.look(pass_id, ticket_format="html_raw")["display_html"]
    encoded = rider.look(pass_id, ticket_format="html_base64")["display_html"]
    by_default = rider.look(pass_id)["display_html"]
    for page in [raw, decoded(encoded), decoded(by_default)]:
        assert "<html" in page and "Single Ride" in page
    assert "display_html" not in rider.look(pass_id, ticket_format="none")
    listed = only(rider.wallet(ticket_format="html_raw").body["passes"])
    assert "<html" in listed["display_html"]
    assert "display_html" not in only(rider.wallet(ticket_format="none").body["passes"])
    rider.get(f"/pass/{pass_id}?ticket_format=pdf").refused(400, param="ticket_format")


@step
def a_ticket_needs_nothing_but_itself(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    rider.activate(pass_id).ok()
    page = rider.look(pass_id, ticket_format="html_raw")["display_html"]
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import""", page)
    assert "#123456" in page, "the agency's color"
    for moving in ["animation", "<svg"]:
        assert moving in page, moving
    keys = world.app.call("GET", "/validation/jwks.json", Token_Transit_Api_Key=None).ok().body["keys"]
    assert keys and all(key["alg"] == "ES256" and "d" not in key for key in keys)


@step
def a_receipt_is_read_by_whoever_has_its_address(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    receipt = rider.look(pass_id)["purchase_receipt"]
    assert receipt["link"].startswith(world.server + "/receipt/")
    page = send("GET", receipt["link"], {}).ok()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for said in ["Single Ride", "1.25", receipt["number"]]:
        assert said in page.text, said
    spanish = send("GET", receipt["link"], {"Accept-Language": "es"}).ok()
    assert 'lang="es"' in spanish.text and "Viaje sencillo" in spanish.text
    token = receipt["link"].rpartition("/")[2]
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    for guess in [other, "x", token + "/x"]:
        assert send("GET", f"{world.server}/receipt/{guess}", {}).status == 404, guess
    assert rider.look(pass_id)["purchase_receipt"] == receipt, "a permalink"


@step
def a_refund_has_its_receipt(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    made = rider.send(pass_id).ok().body
    rider.post(f"/pass_transfer/{made['id']}/refund", Idempotency_Key="r" + made["id"]).ok()
    eventually("the refund", lambda: rider.status(pass_id) == "refunded")
    receipt = rider.look(pass_id)["refund_receipt"]

    def told():
        return "Refunded" in send("GET", receipt["link"].split("#")[0], {}).ok().text

    eventually("the refund on the receipt", told)
