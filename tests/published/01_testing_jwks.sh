curl "https://api.tokentransit.com/testing/jwks.json"
