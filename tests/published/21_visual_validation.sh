curl -X POST \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21" \
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies \
  -d pass_id=pass_active \
  --data-urlencode timestamp="2020-03-14T17:00:01-07:00" \
  -d latitude=37.773972 \
  -d longitude=-122.431297 \
  "https://api.tokentransit.com/validation/visual"
