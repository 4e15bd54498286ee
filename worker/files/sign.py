"""A signed STS GetCallerIdentity request that is not sent: it proves who signed it (AWS signature version 4)."""
import hashlib
import hmac

BODY = "Action=GetCallerIdentity&Version=2011-06-15"
CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


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
