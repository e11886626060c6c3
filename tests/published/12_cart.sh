curl -X POST \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21" \
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies \
  -H "Content-Type: application/json" \
  -d 'a=bigbluebus' \
  -d 'add_fares[regular_single_ride]=2' \
  "https://api.tokentransit.com/cart"
