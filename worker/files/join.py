"""Proves to the endpoint which instance this is, and gets the HTCondor token of exactly this instance."""
import base64
import json
import os
import random
import time
import urllib.error
import urllib.request
from http.client import HTTPException

import cloud
import imds
import node

# The endpoint itself gives STS 10 s and HTCondor 20 s, and a worker's turn may be 15 s off.
TIMEOUT_SECONDS = 45
FIRST_WAIT_SECONDS = 1
LONGEST_WAIT_SECONDS = 30
# The longest that the endpoint may ask a worker to wait.
LONGEST_RETRY_AFTER_SECONDS = 120
# The endpoint gives the same answer to the same proof, whose first answer may have been lost, while it is not older than
# 300 s; less the time that it may take to arrive and to have its turn.
PROOF_SECONDS = 240
# Asking again with the same identity gets the same answer: the request is malformed, or was answered before.
FINAL = (400, 404, 405, 409, 413, 415)
# A token that ends before HTCondor has started and joined is none: the pool would never see this machine.
ENDING_SECONDS = 60
# The proof itself is what the endpoint does not take.
DISBELIEVED = (401, 403)


class Later(ConnectionError):
    """The endpoint cannot answer now; `wait` is how long it asks to be left alone, 0 if it does not say."""

    def __init__(self, said, disbelieves, wait):
        super().__init__(said)
        self.disbelieves, self.wait = disbelieves, wait


def retry_after(headers):
    """The seconds that an answer asks to wait for; 0 if it does not say."""
    said = headers.get("retry-after") or ""
    return min(int(said), LONGEST_RETRY_AFTER_SECONDS) if said.isdecimal() else 0


def ask(facts, what, body):
    """What the endpoint answers to one request about workers. An answer that is final is a RuntimeError."""
    url = facts["endpointUrl"].rstrip("/") + "/v1/workers/" + what
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS, context=node.trust()) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        said = " ".join(error.read(500).decode(errors="replace").split())
        said = f"the endpoint answered {error.code}: {said}"
        if error.code in FINAL:
            raise RuntimeError(f"joining was refused: {said}") from None
        raise Later(said, error.code in DISBELIEVED, retry_after(error.headers)) from None


def spread(seconds):
    """Between half of it and one and a half: those who were launched together do not come back together."""
    return seconds * (0.5 + random.random())


def token_lasts():
    """For how many seconds the token of an earlier wake is still good, by what it says of itself; 0 or less if it is not."""
    try:
        with open(node.TOKEN) as file:
            return json.loads(base64.urlsafe_b64decode(file.read().split(".")[1] + "=="))["exp"] - time.time()
    except (OSError, LookupError, TypeError, ValueError):
        return 0


def join(facts, instance, deadline):
    """Gets the token and stores it for root alone; tries until the deadline, waiting longer each time."""
    lasts = token_lasts()
    if lasts > ENDING_SECONDS:
        return
    if lasts > 0:
        # Another is given out only when this one has ended.
        time.sleep(lasts)
    wait = FIRST_WAIT_SECONDS
    body = None
    while True:
        try:
            # Not by the wall clock: setting it is what may have to happen before a proof is believed.
            if body is None or time.monotonic() - made_at > PROOF_SECONDS:
                now = time.monotonic()
                body, made_at = cloud.request_of(imds, ask, facts, instance), now
            token = ask(facts, "join", body)["token"] + "\n"
            break
        except (OSError, HTTPException, LookupError, TypeError, ValueError) as error:
            if getattr(error, "disbelieves", False):
                body = None
            pause = spread(max(wait, getattr(error, "wait", 0)))
            if time.time() + pause > deadline:
                raise RuntimeError(f"joining did not succeed in time: {error}") from None
            node.say(f"joining failed, again in {pause:.0f} s: {error}")
        time.sleep(pause)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
    os.makedirs(os.path.dirname(node.TOKEN), mode=0o700, exist_ok=True)
    os.chmod(os.path.dirname(node.TOKEN), 0o700)
    node.write(node.TOKEN, token, 0o600)
