curl -X POST \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21" \
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies \
  -d include_fare_price=false \
  -d ticket_format=html_base64 \
  -d omit_unusable_passes=false \
  "https://api.tokentransit.com/pass/pass_unactivated/activate"
