"""What is an OpenStack's own in a worker: its name, how its metadata is read, and how it proves who it is."""
import hashlib
import hmac
import json
import os
import re
import time
import urllib.error

INSTANCE = re.compile(r"os-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The second one is how a server without IPv4 reaches the service.
METADATA = (("iptables", "169.254.169.254"), ("ip6tables", "fe80::a9fe:a9fe"))
ABOUT = "/openstack/latest/meta_data.json"
TAGS = "meta-data/tags/instance/"
CHALLENGE = TAGS + "aerie:challenge"
# Nova itself answers as EC2 does to these, and to no others of EC2's that a worker asks for.
ALIKE = ("meta-data/local-ipv4", "meta-data/instance-type")
OWN = {"meta-data/local-hostname": "hostname", "meta-data/placement/availability-zone": "availability_zone"}
# What names of flavours and zones may have, and HTCondor's configuration is not to.
NO_WORD = re.compile(r"[^A-Za-z0-9.-]")
LONGEST_WORD = 64
# Nova keeps what it has told of a server for 15 s, as it comes.
LOOK_SECONDS = 2
# However long the endpoint would let it look.
MOST_LOOK_SECONDS = 240


def about(ask):
    """What Nova says of this server."""
    try:
        return json.loads(ask(ABOUT, {}))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise LookupError(f"the metadata service has no {ABOUT}: is this a server of an OpenStack?") from None
        raise


def alike(ask, path):
    """The text at a path that Nova has as EC2 has it."""
    try:
        return ask("/latest/" + path, {})
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def get(ask, path):
    """The text at what EC2 calls this path, or None if there is no such thing; what EC2 calls tags is metadata."""
    if path.startswith(TAGS):
        return about(ask).get("meta", {}).get(path[len(TAGS) :])
    if path == "meta-data/instance-id":
        return "os-" + about(ask)["uuid"]
    if path == "meta-data/instance-life-cycle":
        return "on-demand"
    if path in OWN or path in ALIKE:
        text = about(ask).get(OWN[path]) if path in OWN else alike(ask, path)
        return text and NO_WORD.sub("-", text.strip())[:LONGEST_WORD]
    return None


def request_of(imds, ask, facts, instance):
    """The body of POST /v1/workers/join: answers what the endpoint has put into the metadata of this server alone."""
    told = ask(facts, "challenge", {"instanceId": instance, "pool": facts["pool"]})
    seconds = min(told["seconds"], MOST_LOOK_SECONDS)
    until = time.monotonic() + seconds
    while True:
        challenge = imds.once(CHALLENGE, "")
        # An older one may still be shown.
        if hashlib.sha256(challenge.encode()).hexdigest() == told["sha256"]:
            break
        if time.monotonic() > until:
            raise TimeoutError(f"the metadata service did not show the endpoint's challenge within {seconds} s")
        time.sleep(LOOK_SECONDS)
    # So that nobody can give this answer again who has not sent it.
    nonce = os.urandom(16).hex()
    text = f"{facts['pool']} {instance} {nonce}"
    return {
        "instanceId": instance,
        "pool": facts["pool"],
        "issuedAt": told["issuedAt"],
        "nonce": nonce,
        "answer": hmac.new(challenge.encode(), text.encode(), hashlib.sha256).hexdigest(),
    }
