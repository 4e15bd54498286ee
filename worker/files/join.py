"""Proves to the endpoint which instance this is, and gets the HTCondor token of exactly this instance."""
import json
import os
import ssl
import time
import urllib.error
import urllib.request
from http.client import HTTPException

import imds
import node
import sign

# The endpoint itself gives STS 10 s and HTCondor 20 s. Who gives up before it does has used up its only join.
TIMEOUT_SECONDS = 45
FIRST_WAIT_SECONDS = 1
LONGEST_WAIT_SECONDS = 30
# Asking again with the same identity gets the same answer: the request is malformed, or was answered before.
FINAL = (400, 404, 405, 409, 413, 415)


class Refused(Exception):
    """The endpoint's answer is final."""

    pass


def request_of(facts, instance, moment):
    """The body of POST /v1/workers/join."""
    here = imds.need("meta-data/placement/region")
    host = facts.get("stsHost") or f"sts.{here}.amazonaws.com"
    headers = sign.proof(host, sign.region_of(host, here), facts["pool"], moment, *imds.credentials())
    return {"instanceId": instance, "headers": headers}


def ask(facts, instance):
    """One attempt; gives the token as a line."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    body = json.dumps(request_of(facts, instance, moment)).encode()
    url = facts["endpointUrl"].rstrip("/") + "/v1/workers/join"
    asked = urllib.request.Request(url, body, {"content-type": "application/json"})
    trust = ssl.create_default_context()
    if node.ca_file():
        trust.load_verify_locations(node.ca_file())
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS, context=trust) as answer:
            return json.load(answer)["token"] + "\n"
    except urllib.error.HTTPError as error:
        said = " ".join(error.read(500).decode(errors="replace").split())
        kind = Refused if error.code in FINAL else ConnectionError
        raise kind(f"the endpoint answered {error.code}: {said}") from None


def join(facts, instance, deadline):
    """Gets the token and stores it for root alone; tries until the deadline, waiting longer each time."""
    if os.path.exists(node.TOKEN):
        return
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            token = ask(facts, instance)
            break
        except Refused as error:
            raise RuntimeError(f"joining was refused: {error}") from None
        except (OSError, HTTPException, LookupError, TypeError, ValueError) as error:
            if time.time() + wait > deadline:
                raise RuntimeError(f"joining did not succeed in time: {error}") from None
            node.say(f"joining failed, again in {wait} s: {error}")
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
    os.makedirs(os.path.dirname(node.TOKEN), mode=0o700, exist_ok=True)
    os.chmod(os.path.dirname(node.TOKEN), 0o700)
    node.write(node.TOKEN, token, 0o600)
