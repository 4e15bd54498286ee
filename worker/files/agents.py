"""How people look in: sessions by AWS's agent, logs to CloudWatch or to a syslog host. A worker works without them."""
import json
import os
import platform
import shutil
import time
import urllib.request

import imds
import node
import timed

SECONDS = 180
# The boot ends with it, and one that does not end powers the machine off, jobs or no jobs.
SILENT_SECONDS = 30
CLOUD_WATCH = "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
CLOUD_WATCH_CONFIG = "/etc/aerie/cloudwatch.json"
RSYSLOG = "/etc/rsyslog.d/60-aerie.conf"
LOGS = ("MasterLog", "StartLog", "StarterLog*")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def install(where, name, until):
    """A package of AWS's own, from its bucket of this region. `where` names the folders of the two systems there."""
    kind = "rpm" if shutil.which("dnf") else "deb"
    here = imds.need("meta-data/placement/region")
    url = where[kind].format(region=here, machine=MACHINES[platform.machine()])
    path = f"{node.STATE}/{name}.{kind}"
    with urllib.request.urlopen(f"{url}/{name}.{kind}", timeout=SILENT_SECONDS) as answer, open(path, "wb") as file:
        shutil.copyfileobj(answer, file)
    manager = ["dnf", "-y", "-q", "install", path] if kind == "rpm" else ["dpkg", "-i", path]
    timed.bounded(manager[0], until, manager)


def sessions(_, until):
    if not shutil.which("amazon-ssm-agent"):
        bucket = "https://s3.{region}.amazonaws.com/amazon-ssm-{region}/latest/"
        install({"rpm": bucket + "linux_{machine}", "deb": bucket + "debian_{machine}"}, "amazon-ssm-agent", until)
    node.run("systemctl", "enable", "--now", "--no-block", "amazon-ssm-agent")


def cloud_watch(group, until):
    if not os.path.exists(CLOUD_WATCH):
        bucket = "https://amazoncloudwatch-agent-{region}.s3.{region}.amazonaws.com/"
        where = {"rpm": bucket + "redhat/{machine}/latest", "deb": bucket + "debian/{machine}/latest"}
        install(where, "amazon-cloudwatch-agent", until)
    folder = node.condor_value("LOG")
    files = [
        {
            "file_path": f"{folder}/{name}",
            "publish_multi_logs": name.endswith("*"),
            "log_group_name": group,
            "log_stream_name": "{instance_id}/" + name.rstrip("*"),
        }
        for name in LOGS
    ]
    node.write(CLOUD_WATCH_CONFIG, json.dumps({"logs": {"logs_collected": {"files": {"collect_list": files}}}}))
    timed.bounded("its agent", until, [CLOUD_WATCH, *"-a fetch-config -m ec2 -s -c".split(), f"file:{CLOUD_WATCH_CONFIG}"])


def syslog(place, until):
    if not shutil.which("rsyslogd"):
        timed.install(["rsyslog"], until)
    folder = node.condor_value("LOG")
    host, port = place.rsplit(":", 1)
    lines = [
        'module(load="imfile")',
        *(
            f'input(type="imfile" File="{folder}/{name}" Tag="condor:" Facility="local3" addMetadata="on")'
            for name in LOGS
        ),
        f'local3.* action(type="omfwd" target="{host}" port="{port}" protocol="tcp" '
        'queue.type="LinkedList" queue.size="10000" action.resumeRetryCount="-1")',
    ]
    node.write(RSYSLOG, "\n".join(lines) + "\n")
    node.run("systemctl", "restart", "--no-block", "rsyslog")


def start(facts):
    """All that the stage asks for. What fails is told, and takes no worker from its jobs."""
    until = time.monotonic() + SECONDS
    wanted = (
        ("sessions", sessions, facts["sessionManager"]),
        ("logs to CloudWatch", cloud_watch, facts["logGroup"]),
        ("logs to the syslog host", syslog, facts["syslogHost"]),
    )
    for name, step, asked in wanted:
        if not asked:
            continue
        try:
            step(asked, until)
        # Whatever it is: HTCondor runs already, and jobs may.
        except Exception as error:
            node.say(f"{name} did not begin: {error}")
