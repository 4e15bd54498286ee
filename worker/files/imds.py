"""What this machine's cloud says of it. Only root reaches the metadata service once the worker is set up."""
import os
import time
import urllib.request
from http.client import HTTPException

import cloud

BASE = os.environ.get("AERIE_IMDS", "http://169.254.169.254")
TIMEOUT_SECONDS = 5
# The service limits how often it answers, and is late now and then while a machine starts.
PAUSES_SECONDS = (1, 2, 4, 8)

# The metadata service is on this very machine: a proxy of the environment must not come between.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _ask(path, headers, method="GET"):
    request = urllib.request.Request(BASE + path, headers=headers, method=method)
    with _opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
        return answer.read().decode()


def get(path):
    """The text at what EC2 calls this path, or None if there is no such thing."""
    return cloud.get(_ask, path)


def once(path, instead=None):
    """The text at a path that every worker has; `instead` is for one that some have not."""
    text = get(path)
    if text is None and instead is None:
        raise LookupError(f"the metadata service has no {path}")
    return instead if text is None else text.strip()


def need(path, instead=None):
    """The same, asked for again for a while, whatever goes wrong."""
    for pause in PAUSES_SECONDS:
        try:
            return once(path, instead)
        except (OSError, HTTPException, LookupError):
            time.sleep(pause)
    return once(path, instead)


def tag(name, instead=None):
    """A tag `aerie:` of this instance; the launch template lets the instance read them."""
    return need("meta-data/tags/instance/aerie:" + name, instead)
