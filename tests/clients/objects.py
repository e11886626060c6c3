"""The document's tables of fields. What the server shows is held to them: no field that is not published, none of
another type, and none missing that is always there."""

import datetime

TEXT, NUMBER, FLAG, TIME = "text", "number", "flag", "time"

PRICE = {"amount!": NUMBER, "currency!": TEXT}
ALERT = {"header": TEXT, "description": TEXT, "effect!": TEXT}
RECEIPT = {"link!": TEXT, "number!": TEXT}
TIME_RANGE = {"start_timestamp": TIME, "end_timestamp": TIME}
OPTION_VALUE = {"id!": TEXT, "name!": TEXT, "description": TEXT, "alert_text": TEXT, "alert_label": TEXT}
OPTION = {"type!": TEXT, "label!": TEXT, "value!": [OPTION_VALUE]}

AGENCY = {
    "agency_id!": TEXT,
    "agency_name!": TEXT,
    "logo_url": TEXT,
    "country": TEXT,
    "timezone!": TEXT,
    "region": TEXT,
    "website": TEXT,
    "phone_number": TEXT,
    "email": TEXT,
    "location": {"latitude!": NUMBER, "longitude!": NUMBER},
    "service_alerts": [ALERT],
}

FARE = {
    "agency_id!": TEXT,
    "agency_name!": TEXT,
    "purchase_alert_text": TEXT,
    "alert_text": TEXT,
    "alert_label": TEXT,
    "description!": TEXT,
    "fare_id!": TEXT,
    "fare_name!": TEXT,
    "options": [{"id!": TEXT, "type!": TEXT}],
    "passes_count": NUMBER,
    "price": PRICE,
    "discounted_price": PRICE,
    "product_type!": TEXT,
    "restricted_purchase": FLAG,
    "restricted_purchase_label": TEXT,
    "restricted_purchase_text": TEXT,
    "login_required": FLAG,
}

FARES = {"fares!": [FARE], "fare_options!": [OPTION]}

CART = {
    "cart_token!": TEXT,
    "agency_id!": TEXT,
    "country": TEXT,
    "items!": [{"fare!": FARE, "quantity!": NUMBER, "total_fare_price!": PRICE, "discounted_total_fare_price": PRICE}],
    "total_price!": PRICE,
    "discounted_total_price": PRICE,
    "agency_fares!": [FARE],
    "agency_fare_options!": [OPTION],
    "purchase_alert_text": TEXT,
    "alert_labels": [TEXT],
    "service_alerts": [ALERT],
}

SOLD = {
    "fare": FARE,
    "logo_url": TEXT,
    "pass_transfer_id": TEXT,
    "payment_processor": TEXT,
    "purchase_receipt": RECEIPT,
    "purchase_timestamp": TIME,
    "refund_receipt": RECEIPT,
    "refund_timestamp": TIME,
    "stripe_source": TEXT,
}

PASS = SOLD | {
    "agency_id!": TEXT,
    "details!": {
        "alert_text": TEXT,
        "alert_label": TEXT,
        "agency_name!": TEXT,
        "description!": TEXT,
        "name!": TEXT,
    },
    "display_html": TEXT,
    "end_timestamp!": TIME,
    "pass_id!": TEXT,
    "pass_book_id": TEXT,
    "start_timestamp!": TIME,
    "status!": TEXT,
    "ticket_expiration_timestamp": TIME,
    "valid_time_ranges": [TIME_RANGE],
}
del PASS["pass_transfer_id"]

BOOK = SOLD | {"pass_book_id!": TEXT, "transfer_timestamp": TIME, "unactivated_remaining_count!": NUMBER}

PASSES = {"fare_options": [OPTION], "passes!": [PASS], "pass_books!": [BOOK]}

ITEM = {
    "fare": FARE,
    "pass_id": TEXT,
    "pass_book_id": TEXT,
    "purchase_timestamp": TIME,
    "refund_timestamp": TIME,
    "type!": TEXT,
}

TRANSFER = {
    "creation_timestamp!": TIME,
    "id!": TEXT,
    "items!": [ITEM],
    "redemption": {"url!": TEXT, "expiration_timestamp": TIME},
    "status!": TEXT,
    "refund_timestamp": TIME,
    "transfer_timestamp": TIME,
}

REDEMPTION = {"title!": TEXT, "message!": TEXT, "code": TEXT, "universal_url": TEXT, "agency": AGENCY}

STATUSES = {
    "unactivated",
    "active",
    "stale_ticket",
    "active_on_another_device",
    "expired",
    "refunded",
    "invalid",
    "fare_capped",
}


def moment(text):
    """A time of RFC 3339, to the microsecond."""
    head, dot, rest = text.partition(".")
    if dot:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        text = f"{head}.{digits[:6]:0<6}{rest[len(digits) :]}"
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert at.tzinfo, text
    return at


def held(value, table, where="it"):
    """The value, if it is as the table says."""
    if isinstance(table, list):
        # The document prints `"pass_books": null` where there are none.
        for number, item in enumerate(value or []):
            held(item, table[0], f"{where}[{number}]")
    elif isinstance(table, dict):
        fields = {name.rstrip("!"): (name.endswith("!"), kind) for name, kind in table.items()}
        missing = [name for name, (always, _) in fields.items() if always and name not in value]
        assert not missing and value.keys() <= fields.keys(), (where, missing, value.keys() - fields.keys())
        for name, member in value.items():
            held(member, fields[name][1], f"{where}.{name}")
    elif table == TIME:
        moment(value)
    else:
        kinds = {TEXT: str, NUMBER: (int, float), FLAG: bool}
        assert isinstance(value, kinds[table]), (where, value)
    return value
