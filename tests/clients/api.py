"""The ticketing API over the standard library's HTTP, as an app would call it. Every answer is held to what the
document says of all of them: statuses, error objects, the type of the content, `Retry-After`, a request id."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid

from errors import check_error

VERSION = "2020-05-21"


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirects)


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text
        self.body = json.loads(text) if text.startswith(("{", "[")) else None

    def ok(self):
        assert self.status == 200, (self.status, self.text)
        return self

    def refused(self, status, code=None, param=None):
        body = self.body or {}
        found = (self.status, body.get("code"), body.get("param"))
        assert found[:2] == (status, code), (found, self.text)
        assert param is None or found[2] == param, (found, self.text)
        return self

    @property
    def state(self):
        return self.headers["token-transit-passes-state"]

    @property
    def cookie(self):
        return self.headers.get("set-cookie", "")

    @property
    def session(self):
        """The session that this answer's cookie opened, if it did."""
        name, _, value = self.cookie.split(";")[0].partition("=")
        return value if name == "user_session_id" and value else None


def send(method, url, headers, data=None):
    """One exchange, whatever comes of it."""
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with OPENER.open(request) as response:
            return Answer(response.status, response.headers, response.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode())


def flat(form):
    """Maps as forms write them: `add_fares[regular_single_ride]=2`."""
    for name, value in form.items():
        if isinstance(value, dict):
            yield from ((f"{name}[{key}]", number) for key, number in value.items())
        else:
            yield name, value


class Api:
    """An API key, and who is logged in with it."""

    def __init__(self, base, key, session=None, jwt=None):
        self.base, self.key, self.session, self.jwt = base, key, session, jwt

    def as_rider(self, session=None, jwt=None):
        return Api(self.base, self.key, session, jwt)

    def call(self, method, path, form=None, json_body=None, query=None, **headers):
        """A header that is None is left out."""
        sent = {"Token-Transit-Api-Key": self.key, "Token-Transit-Api-Version": VERSION}
        if self.session:
            sent["Cookie"] = f"user_session_id={self.session}"
        if self.jwt:
            sent["Authorization"] = f"Bearer {self.jwt}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        if query:
            path += ("&" if "?" in path else "?") + urllib.parse.urlencode(list(flat(query)))
        data = None
        if json_body is not None:
            data = json.dumps(json_body).encode()
            sent["Content-Type"] = "application/json"
        elif form is not None:
            data = urllib.parse.urlencode(list(flat(form))).encode()
        return checked(send(method, self.base + path, sent, data))

    def get(self, path, query=None, **headers):
        return self.call("GET", path, query=query, **headers)

    def post(self, path, form=None, **headers):
        return self.call("POST", path, form or {}, **headers)


def checked(answer):
    """What holds for every answer of the ticketing API."""
    assert re.fullmatch(r"req_\w+", answer.headers.get("x-request-id", "")), dict(answer.headers)
    if answer.status in (429, 503):
        assert answer.headers["retry-after"].isdigit(), dict(answer.headers)
    if answer.status != 200:
        assert answer.headers["content-type"] == "application/json", dict(answer.headers)
        check_error(answer.status, answer.body)
        assert answer.session is None, "what is refused opens no session"
    return answer


def fresh_key():
    return str(uuid.uuid4())
