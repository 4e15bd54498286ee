"""An endpoint that gives answers in their order, and what a worker needs to ask it."""
import base64
import json

import programs  # noqa: F401
from metadata import Metadata
from web import Web

import imds

INSTANCE = "i-0123456789abcdef0"
GIVEN = (200, {}, json.dumps({"token": "an.id.token"}))


def token_until(ends):
    """A token as HTCondor makes it, as far as it says when it ends."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": ends, "iss": "cm.example.org"}).encode())
    return f"eyJh.{claims.decode().rstrip('=')}.c2ln"


ROLE = {
    "meta-data/placement/region": "eu-west-1",
    "meta-data/iam/security-credentials/": "worker",
    "meta-data/iam/security-credentials/worker": json.dumps(
        {"AccessKeyId": "ASIA1", "SecretAccessKey": "the-secret", "Token": "the-session"}
    ),
}


class Endpoint:
    """The last answer is given again and again."""

    def __init__(self, test, *answers, secure=False):
        self.answers = list(answers)
        self.web = Web(test, self._answer, secure)
        self.facts = {"pool": "cm.example.org", "endpointUrl": self.web.url + "/"}
        self.metadata = Metadata(test, dict(ROLE))
        test.put(imds, "BASE", self.metadata.url)

    def _answer(self, _):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def bodies(self):
        return [json.loads(request.text) for request in self.web.asked]
