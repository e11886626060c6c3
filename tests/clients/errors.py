"""The document's table of errors: every code, and whether to ask again under the same idempotency key."""

FINAL = """
account_state_out_of_sync activated_pass_already_on_device agency_free_fare_day card_declined_expired
card_declined_generic card_declined_insufficient_funds card_declined_radar card_declined_stolen card_ineligible
datastore_failure existing_purchase_in_progess fares_cannot_be_purchased fares_out_of_date idempotency_key_in_use
internal_checks_failed invalid_email_address invalid_cart invalid_id login_required order_expired
pass_active_on_another_device pass_cannot_be_activated_at_this_time pass_expired pass_invalid pass_refunded
passes_state_header_invalid_or_missing pass_transferred pass_transfer_in_progress pass_transfer_into_source_account
pass_unactivated payment_method_not_found redemption_already_used redemption_invalid redemption_ineligible
redemption_limits_exceeded redemption_used_by_another_account restricted_purchase resource_not_found
serious_internal_error single_order_pass_limit_exceeded stale_cart stripe_idempotency_error stripe_invalid_request
stripe_unknown_error unknown
""".split()

RETRYABLE = """
appengine_unexpected_error card_declined_retryable datastore_retryable_failure stripe_idempotency_key_in_use
stripe_retryable_error url_error
""".split()

# What no client can bring about: faults of the server and its database, orders that are minutes old, and what fraud and
# theft must not be told apart by.
UNSEEN = """
appengine_unexpected_error card_declined_radar card_declined_stolen datastore_failure datastore_retryable_failure
internal_checks_failed order_expired pass_invalid serious_internal_error unknown
""".split()

# The codes that this run has met.
MET = set()

STATUSES = {200, 400, 401, 403, 404, 408, 409, 412, 428, 429, 500, 503}


def check_error(status, body):
    """An error has the published fields, and says of itself what the table says of it."""
    assert status in STATUSES, status
    assert {"message", "retryable", "type"} <= body.keys() <= {"code", "message", "param", "retryable", "type"}, body
    assert body["message"] and isinstance(body["message"], str) and isinstance(body["type"], str), body
    code = body.get("code")
    if code is None:
        assert body["retryable"] is (status in (408, 429, 503)), (status, body)
    else:
        assert code in FINAL or code in RETRYABLE, f"{code} is not published"
        assert body["retryable"] is (code in RETRYABLE), body
        MET.add(code)


def never_met():
    return {*FINAL, *RETRYABLE} - {*UNSEEN} - MET
