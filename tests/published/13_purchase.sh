curl -X POST \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21" \
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies \
  -d a=bigbluebus \
  -d fare_id=regular_single_ride \
  -d include_fare_price=false \
  -d stripe_token=card_1234567890abcXYZ \
  -d ticket_format=none \
  "https://api.tokentransit.com/purchase"
