"""A server that is asked too much, and requests that are too large."""

from api import Api
from marketplace import OTHER, PUBLISHABLE, SECRET
from world import step


@step
def a_key_has_so_many_requests_and_no_more(world):
    """Asked for as long as it takes: what is refused comes with when to ask again, and does nothing."""
    hurried = Api(world.limited, SECRET)
    for _ in range(10_000):
        answer = hurried.get("/agency")
        if answer.status == 429:
            break
    answer.refused(429)
    assert int(answer.headers["retry-after"]) >= 1 and answer.body["retryable"] is True
    assert answer.body["type"] == "rate_limit_error"
    for key in [PUBLISHABLE, OTHER]:
        Api(world.limited, key).get("/agency").ok()


@step
def what_is_too_large_is_refused(world):
    world.app.call("GET", "/agency?x=" + "y" * 20_000).refused(400)
    world.app.get("/agency", X_Large="y" * 30_000).refused(400)
