curl -X POST \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21" \
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies \
  -d stripe_token=card_1234567890abcXYZ \
  -d activate_on_purchase=true \
  -d ticket_format=html_base64 \
  "https://api.tokentransit.com/agency/bigbluebus/fare/regular_single_ride/purchase"
