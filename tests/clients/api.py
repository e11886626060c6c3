"""The ticketing API over the standard library's HTTP, as an app would call it."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text
        self.body = json.loads(text) if text.startswith(("{", "[")) else None

    def ok(self):
        assert self.status == 200, (self.status, self.text)
        return self

    def refused(self, status, code=None):
        found = (self.status, (self.body or {}).get("code"))
        assert found == (status, code), (found, self.text)
        return self

    @property
    def state(self):
        return self.headers["token-transit-passes-state"]

    @property
    def session(self):
        """The session that this answer's cookie opened, if it did."""
        cookie = self.headers.get("set-cookie", "")
        name, _, value = cookie.split(";")[0].partition("=")
        return value if name == "user_session_id" and value else None


class Api:
    """An API key, and who is logged in with it."""

    def __init__(self, base, key, session=None, jwt=None):
        self.base, self.key, self.session, self.jwt = base, key, session, jwt

    def as_rider(self, session=None, jwt=None):
        return Api(self.base, self.key, session, jwt)

    def call(self, method, path, form=None, **headers):
        sent = {"Token-Transit-Api-Key": self.key, "Token-Transit-Api-Version": "2020-05-21"}
        if self.session:
            sent["Cookie"] = f"user_session_id={self.session}"
        if self.jwt:
            sent["Authorization"] = f"Bearer {self.jwt}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(self.base + path, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, form=None, **headers):
        return self.call("POST", path, form or {}, **headers)


def fresh_key():
    return str(uuid.uuid4())
