#!/usr/bin/python3
"""A pilot in its smallest form: takes jobs from PanDA by API v1, runs their payload, reports; ends when there is none.

Exit status 0 is what the real wrapper gives too, with and without a payload. 65 is its "general failure".
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import urllib.request

GENERAL_FAILURE = 65
CALL_SECONDS = 20


def parsed():
    """The arguments of the real pilot that matter here; it knows many more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-q", dest="queue", required=True)
    parser.add_argument("-j", dest="label", default="managed")
    parser.add_argument("--url", required=True)
    parser.add_argument("--resource-type", required=True)
    return parser.parse_known_args()[0]


def call(arguments, method, body):
    """One POST to PanDA; its envelope, or an error if PanDA could not be asked."""
    with open(os.environ["PANDA_AUTH_TOKEN"], encoding="utf-8") as file:
        token = file.read().strip()
    request = urllib.request.Request(
        f"{arguments.url}/api/v1/pilot/{method}",
        data=json.dumps(body).encode(),
        headers={
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Origin": os.environ["PANDA_AUTH_ORIGIN"],
        },
    )
    with urllib.request.urlopen(request, timeout=CALL_SECONDS) as answer:
        return json.load(answer)


def report(arguments, job, status):
    """Tells PanDA how far a job has come."""
    answer = call(arguments, "update_job", {"job_id": job["PandaID"], "job_status": status})
    if not answer["success"]:
        raise RuntimeError(f"PanDA did not take {status} of {job['PandaID']}: {answer['message']}")


def run(arguments, job):
    """Runs a payload where a payload runs: in a directory of its own, with a $HOME that it can write to."""
    report(arguments, job, "starting")
    with open(os.path.join(os.environ["HOME"], f".panda-{job['PandaID']}"), "w", encoding="utf-8"):
        pass
    payload = subprocess.Popen([job["transformation"], *job["jobPars"].split()])
    signal.signal(signal.SIGTERM, lambda *_: payload.terminate())
    report(arguments, job, "running")
    status = "finished" if payload.wait() == 0 else "failed"
    report(arguments, job, status)
    print(f"job {job['PandaID']} {status}", flush=True)


def main():
    """One job is what a pilot of this queue takes."""
    arguments = parsed()
    wanted = {
        "site_name": arguments.queue,
        "resource_type": arguments.resource_type,
        "prod_source_label": arguments.label,
        "node": os.uname().nodename,
        "n_jobs": 1,
    }
    answer = call(arguments, "acquire_jobs", wanted)
    if not answer["success"]:
        print(f"pilot exitcode=82, no payload: {answer['message']}", flush=True)
        return
    for job in answer["data"]["jobs"]:
        run(arguments, job)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        print(f"pilot failed: {error}", file=sys.stderr, flush=True)
        sys.exit(GENERAL_FAILURE)
