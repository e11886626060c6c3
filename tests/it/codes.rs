//! Every published error code is reached by a test that provokes it: over HTTP, through a real state or a real fault.

use edge::ticketing::ErrorCode;

use crate::world::repository;

/// Code, file and test. A test that is made for both stores stands here once.
const PROVOKED: &[(&str, &str, &str)] = &[
    (
        "account_state_out_of_sync",
        "tests/it/refusals.rs",
        "a_state_that_is_out_of_date_changes_nothing",
    ),
    (
        "appengine_unexpected_error",
        "crates/edge/tests/broken_machines.rs",
        "a_log_that_takes_no_more_is_to_be_asked_again",
    ),
    (
        "card_declined_expired",
        "tests/it/declines.rs",
        "a_declined_card_is_told_as_published_and_buys_nothing",
    ),
    (
        "card_declined_generic",
        "tests/it/declines.rs",
        "a_declined_card_is_told_as_published_and_buys_nothing",
    ),
    (
        "card_declined_insufficient_funds",
        "tests/it/declines.rs",
        "a_declined_card_is_told_as_published_and_buys_nothing",
    ),
    // These two are provoked and, as published, look like any other decline.
    (
        "card_declined_radar",
        "tests/it/declines.rs",
        "every_published_decline_is_told_in_the_riders_language",
    ),
    (
        "card_declined_stolen",
        "tests/it/declines.rs",
        "every_published_decline_is_told_in_the_riders_language",
    ),
    (
        "card_declined_retryable",
        "tests/it/declines.rs",
        "a_card_refused_for_now_is_tried_again_under_the_same_key_and_charged_once",
    ),
    (
        "card_ineligible",
        "tests/it/declines.rs",
        "a_card_that_is_not_for_this_kind_of_purchase_is_ineligible",
    ),
    (
        "datastore_failure",
        "tests/it/store_faults.rs",
        "a_log_that_refuses_is_not_to_be_asked_again",
    ),
    (
        "datastore_retryable_failure",
        "tests/it/store_faults.rs",
        "a_log_that_is_away_for_a_while_is_to_be_asked_again",
    ),
    (
        "existing_purchase_in_progess",
        "tests/it/races.rs",
        "while_one_purchase_is_at_stripe_another_is_turned_away",
    ),
    (
        "fares_cannot_be_purchased",
        "tests/it/onboarding.rs",
        "an_operator_sells_only_while_its_account_takes_charges",
    ),
    (
        "idempotency_key_in_use",
        "tests/it/once.rs",
        "a_key_belongs_to_what_was_asked_with_it",
    ),
    (
        "internal_checks_failed",
        "tests/it/store_faults.rs",
        "a_record_that_cannot_be_is_an_internal_failure",
    ),
    (
        "invalid_email_address",
        "tests/it/refusals.rs",
        "a_jwt_has_to_be_genuine_and_in_time",
    ),
    ("invalid_id", "tests/it/riding.rs", "the_id_of_a_book_is_no_pass"),
    (
        "login_required",
        "tests/it/refusals.rs",
        "a_riders_call_needs_a_rider",
    ),
    (
        "order_expired",
        "tests/it/declines.rs",
        "a_retry_that_comes_too_late_finds_the_order_expired",
    ),
    (
        "pass_active_on_another_device",
        "tests/it/riding.rs",
        "an_activated_pass_has_a_ticket_on_its_device_only",
    ),
    (
        "passes_state_header_invalid_or_missing",
        "tests/it/refusals.rs",
        "the_state_of_the_passes_must_be_said_and_be_the_riders_own",
    ),
    (
        "payment_method_not_found",
        "tests/it/refusals.rs",
        "a_purchase_needs_something_to_pay_with",
    ),
    (
        "redemption_already_used",
        "tests/it/repeats.rs",
        "a_transfer_is_sent_taken_back_and_redeemed_once_under_its_keys",
    ),
    (
        "resource_not_found",
        "tests/it/refusals.rs",
        "what_does_not_exist_is_not_found",
    ),
    (
        "restricted_purchase",
        "tests/it/refusals.rs",
        "a_restricted_fare_is_not_sold",
    ),
    (
        "serious_internal_error",
        "tests/it/store_faults.rs",
        "a_purchase_that_a_person_must_look_at_says_so_until_it_is_over",
    ),
    (
        "stripe_idempotency_error",
        "tests/it/store_faults.rs",
        "a_key_that_stripe_knows_from_elsewhere_is_told_as_such",
    ),
    (
        "stripe_idempotency_key_in_use",
        "tests/it/store_faults.rs",
        "while_stripe_is_at_work_on_the_same_call_it_is_to_be_asked_again",
    ),
    (
        "stripe_invalid_request",
        "tests/it/paying.rs",
        "a_credential_of_somebody_else_buys_nothing",
    ),
    (
        "stripe_retryable_error",
        "tests/it/stripe_down.rs",
        "to_be_tried_again_is_never_a_kept_answer",
    ),
    (
        "stripe_unknown_error",
        "tests/it/store_faults.rs",
        "what_stripe_refuses_without_a_documented_reason_is_told_as_unknown",
    ),
    (
        "unknown",
        "crates/edge/tests/broken_machines.rs",
        "a_request_that_breaks_is_answered_in_the_published_shape",
    ),
    (
        "url_error",
        "tests/it/store_faults.rs",
        "keys_of_an_app_that_cannot_be_fetched_are_to_be_asked_for_again",
    ),
    (
        "activated_pass_already_on_device",
        "tests/it/boarding.rs",
        "a_second_pass_is_not_bought_while_one_is_active_on_the_device",
    ),
    (
        "agency_free_fare_day",
        "tests/it/fare_free.rs",
        "on_a_fare_free_day_nothing_is_sold_or_activated_and_riders_are_told",
    ),
    (
        "fares_out_of_date",
        "tests/it/cart_errors.rs",
        "a_fare_that_is_gone_has_to_be_taken_out",
    ),
    (
        "invalid_cart",
        "tests/it/cart_errors.rs",
        "limits_hold_for_a_fare_and_for_an_order",
    ),
    (
        "pass_cannot_be_activated_at_this_time",
        "tests/it/boarding.rs",
        "a_pass_that_could_not_be_active_now_is_not_paid_for",
    ),
    (
        "pass_expired",
        "tests/it/passes.rs",
        "each_published_status_is_reached",
    ),
    (
        "pass_invalid",
        "tests/it/passes.rs",
        "each_published_status_is_reached",
    ),
    (
        "pass_refunded",
        "tests/it/passes.rs",
        "each_published_status_is_reached",
    ),
    (
        "pass_transferred",
        "tests/it/sending.rs",
        "what_was_sent_waits_and_is_its_receivers_then",
    ),
    (
        "pass_transfer_in_progress",
        "tests/it/sending.rs",
        "what_was_sent_waits_and_is_its_receivers_then",
    ),
    (
        "pass_transfer_into_source_account",
        "tests/it/redemptions.rs",
        "each_refusal_is_reached_by_what_really_happened",
    ),
    (
        "pass_unactivated",
        "tests/it/validations.rs",
        "what_cannot_be_shown_is_refused",
    ),
    (
        "redemption_invalid",
        "tests/it/redemptions.rs",
        "each_refusal_is_reached_by_what_really_happened",
    ),
    (
        "redemption_ineligible",
        "tests/it/redemptions.rs",
        "a_restricted_pass_is_for_who_may_have_it",
    ),
    (
        "redemption_limits_exceeded",
        "tests/it/vouchers.rs",
        "a_code_is_good_for_as_many_accounts_as_was_said_and_an_account_for_as_many_codes",
    ),
    (
        "redemption_used_by_another_account",
        "tests/it/redemptions.rs",
        "each_refusal_is_reached_by_what_really_happened",
    ),
    (
        "single_order_pass_limit_exceeded",
        "tests/it/cart_errors.rs",
        "limits_hold_for_a_fare_and_for_an_order",
    ),
    (
        "stale_cart",
        "tests/it/carts.rs",
        "a_stale_cart_is_refreshed_by_its_token",
    ),
];

/// What a test is called as: in tidy code a name stands once, where it is defined.
fn defines(file: &str, test: &str) -> bool {
    let source = std::fs::read_to_string(repository().join(file)).unwrap_or_default();
    source.contains(&format!("fn {test}("))
}

#[test]
fn every_published_code_is_provoked_by_a_test() {
    let missing: Vec<&str> = ErrorCode::ALL
        .iter()
        .map(|code| code.name())
        .filter(|code| !PROVOKED.iter().any(|(known, ..)| known == code))
        .collect();
    assert_eq!(
        missing,
        Vec::<&str>::new(),
        "codes without a test that provokes them"
    );
}

#[test]
fn the_tests_that_provoke_codes_exist_and_name_them() {
    let known: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    for (code, file, test) in PROVOKED {
        assert!(known.contains(code), "{code} is not published");
        assert!(defines(file, test), "{code}: there is no {test} in {file}");
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        // What is hidden from riders is hidden from tests over HTTP, too.
        let hidden = ["card_declined_radar", "card_declined_stolen"].contains(code);
        assert!(hidden || text.contains(code), "{file} never names {code}");
    }
}
