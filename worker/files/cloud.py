"""What is EC2's own in a worker: its name, how its metadata is read, and how it proves who it is. worker/openstack has another one."""
import hashlib
import hmac
import json
import re
import time
import urllib.error

INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")
METADATA = (("iptables", "169.254.169.254"), ("ip6tables", "fd00:ec2::254"))
TOKEN_SECONDS = "21600"
ROLES = "meta-data/iam/security-credentials/"
BODY = "Action=GetCallerIdentity&Version=2011-06-15"
CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"

_session = []


def get(ask, path):
    """The text at a path below /latest/ of the metadata service, version 2, or None if there is no such thing."""
    for fresh in (False, True):
        if fresh or not _session:
            _session[:] = [ask("/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS}, "PUT")]
        try:
            return ask("/latest/" + path, {"X-aws-ec2-metadata-token": _session[0]})
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            if error.code != 401 or fresh:
                raise


def request_of(imds, _, facts, instance):
    """The body of POST /v1/workers/join: a signed request to STS that is not sent, which proves who signed it."""
    here = imds.need("meta-data/placement/region")
    host = facts.get("stsHost") or f"sts.{here}.amazonaws.com"
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    keys = json.loads(imds.once(ROLES + imds.once(ROLES).split()[0]))
    who = keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"]
    return {"instanceId": instance, "headers": proof(host, region_of(host, here), facts["pool"], moment, *who)}


def _mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def proof(host, region, pool, moment, access_key, secret_key, session_token):
    """The headers of the signed request. `moment` is UTC such as 20300131T235959Z; the pool's name is signed too."""
    # In the order of their names, as the signature wants them.
    headers = {
        "content-type": CONTENT_TYPE,
        "host": host,
        "x-aerie-pool": pool,
        "x-amz-date": moment,
        "x-amz-security-token": session_token,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    asked = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(BODY.encode()).hexdigest()))
    scope = f"{moment[:8]}/{region}/sts/aws4_request"
    digest = hashlib.sha256(asked.encode()).hexdigest()
    key = ("AWS4" + secret_key).encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    signature = _mac(key, "\n".join(("AWS4-HMAC-SHA256", moment, scope, digest))).hex()
    credential = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}"
    return {**headers, "authorization": f"{credential}, SignedHeaders={names}, Signature={signature}"}


def region_of(host, here):
    """The region in which an STS host wants its signature; `here` is the instance's own."""
    if host == "sts.amazonaws.com":
        return "us-east-1"
    parts = host.split(".")
    return parts[1] if parts[0] == "sts" and parts[2:] == ["amazonaws", "com"] else here
