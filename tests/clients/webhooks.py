"""Verifies a delivery, read as JSON from standard input, with Standard Webhooks' own library."""

import json
import sys
from datetime import datetime, timezone

from standardwebhooks import Webhook, WebhookVerificationError

given = json.load(sys.stdin)
webhook = Webhook(given["secret"])


def headers(**changed):
    return {
        "webhook-id": given["id"],
        "webhook-timestamp": given["timestamp"],
        "webhook-signature": given["signature"],
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }


def refused(body, **changed):
    try:
        webhook.verify(body, headers(**changed))
    except WebhookVerificationError:
        return
    raise AssertionError(f"accepted: {changed}")


message = webhook.verify(given["body"], headers())
assert message["type"] == "ping", message
refused(given["body"].replace("ping_", "pong_"))
refused(given["body"], webhook_timestamp=str(int(given["timestamp"]) - 600))
refused(given["body"], webhook_id="msg_other")
# An old message that is signed well is refused for its age.
long_ago = str(int(given["timestamp"]) - 600)
signed = webhook.sign(given["id"], datetime.fromtimestamp(int(long_ago), tz=timezone.utc), given["body"])
refused(given["body"], webhook_timestamp=long_ago, webhook_signature=signed)
print("ok")
