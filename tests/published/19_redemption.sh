curl "https://api.tokentransit.com/redeem?link=redemption.link" \
  -H "Token-Transit-Api-Key: sk_fake_1234567890abcXYZ" \
  -H "Token-Transit-Api-Version: 2020-05-21"
  -b /tmp/tt_fake_api_cookies \
  -c /tmp/tt_fake_api_cookies
