"""What is in the cloud before anybody uses it: who may do what, where the services are, an image and a network."""

import json
import time
import urllib.error
import urllib.request

KEYSTONE = "http://127.0.0.1:5000/v3"
GLANCE = "http://127.0.0.1:9292/v2"
NEUTRON = "http://127.0.0.1:9696/v2.0"
DEFAULT = {"id": "default"}


def ask(method, url, body=None, token=None, raw=None):
    headers = {"Content-Type": "application/json" if raw is None else "application/octet-stream"}
    if token is not None:
        headers["X-Auth-Token"] = token
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, method=method, data=data, headers=headers)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return (json.loads(text) if text else {}), answer.headers


def until_there(url):
    for _ in range(1200):
        try:
            urllib.request.urlopen(url)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} never answered")


for url in (KEYSTONE, "http://127.0.0.1:9292/", "http://127.0.0.1:9696/"):
    until_there(url)

user = {"name": "admin", "domain": DEFAULT, "password": "admin"}
_, headers = ask(
    "POST",
    f"{KEYSTONE}/auth/tokens",
    {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "admin", "domain": DEFAULT}},
        }
    },
)
token = headers["X-Subject-Token"]


def made(what, body, url=KEYSTONE):
    answer, _ = ask("POST", f"{url}/{what}s", {what: body}, token)
    return answer[what]["id"]


roles = {role["name"]: role["id"] for role in ask("GET", f"{KEYSTONE}/roles", token=token)[0]["roles"]}
if "service" not in roles:
    roles["service"] = made("role", {"name": "service"})
for project, name, granted in (("services", "services", ("admin", "service")), ("grid", "aerie", ("member",))):
    project_id = made("project", {"name": project, "domain_id": "default"})
    user_id = made("user", {"name": name, "password": name, "domain_id": "default"})
    for role in granted:
        ask("PUT", f"{KEYSTONE}/projects/{project_id}/users/{user_id}/roles/{roles[role]}", token=token)
for kind, public, inside in (
    ("placement", "http://openstack.test:8778", "http://127.0.0.1:8778"),
    ("image", "http://openstack.test:9292", "http://127.0.0.1:9292"),
    ("network", "http://openstack.test:9696", "http://127.0.0.1:9696"),
    ("compute", "http://openstack.test:8774/v2.1", "http://127.0.0.1:8774/v2.1"),
):
    service = made("service", {"type": kind, "name": kind})
    for interface, url in (("public", public), ("internal", inside), ("admin", inside)):
        made("endpoint", {"service_id": service, "interface": interface, "url": url, "region_id": "RegionOne"})

image = ask(
    "POST",
    f"{GLANCE}/images",
    {"name": "worker", "disk_format": "raw", "container_format": "bare", "visibility": "public"},
    token,
)[0]["id"]
ask("PUT", f"{GLANCE}/images/{image}/file", token=token, raw=b"x" * 1024)
network = made("network", {"name": "workers", "shared": True}, NEUTRON)
made("subnet", {"network_id": network, "ip_version": 4, "cidr": "10.9.0.0/20"}, NEUTRON)
with open("/var/lab/made.json", "w") as file:
    json.dump({"image": image, "network": network, "project": project_id}, file)
