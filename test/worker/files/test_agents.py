"""How people look in: nothing of it may take a worker from its jobs."""
import io
import json
import os
import platform
import urllib.request
from http.client import HTTPException

from bare_machine import BareMachine

import agents
import imds

NOTHING = {"sessionManager": False, "logGroup": "", "syslogHost": ""}


class Agents(BareMachine):
    def setUp(self):
        super().setUp()
        for name in ("CLOUD_WATCH", "CLOUD_WATCH_CONFIG", "RSYSLOG"):
            self.put(agents, name, self.root + getattr(agents, name))
        for folder in ("/var/lib/aerie", "/etc/aerie", "/etc/rsyslog.d"):
            os.makedirs(self.root + folder)
        self.put(imds, "need", lambda path: {"meta-data/placement/region": "eu-west-1"}[path])
        self.put(platform, "machine", lambda: "aarch64")
        self.fetched = []
        self.put(urllib.request, "urlopen", self.fetch)
        self.commands.has("systemctl")
        self.commands.has("condor_config_val", says="/var/log/condor")
        self.clock.in_each_sleep = lambda: self.commands.started[-1].wait()

    def fetch(self, url, timeout):
        """Nobody waits for a bucket that says nothing for half a minute."""
        self.assertEqual(timeout, 30)
        self.fetched.append(url)
        return io.BytesIO(b"a package")

    def start(self, **more):
        agents.start({**NOTHING, **more})

    def test_nothing_is_started_that_was_not_asked_for(self):
        self.start()
        self.assertEqual((self.commands.all(), self.told()), ([], []))

    def test_sessions_come_from_the_agent_of_this_region_and_machine(self):
        bucket = "https://s3.eu-west-1.amazonaws.com/amazon-ssm-eu-west-1/latest"
        for manager, url in (
            ("dpkg", f"{bucket}/debian_arm64/amazon-ssm-agent.deb"),
            ("dnf", f"{bucket}/linux_arm64/amazon-ssm-agent.rpm"),
        ):
            self.commands.has(manager)
            self.commands.started.clear()
            self.start(sessionManager=True)
            self.assertEqual(self.fetched[-1], url)
            self.assertEqual(self.read(f"/var/lib/aerie/{url.rsplit('/')[-1]}"), "a package")
            self.assertEqual(self.commands.all()[-1], "systemctl enable --now --no-block amazon-ssm-agent")
            self.assertEqual(self.commands.all()[0].split()[0], manager)

    def test_an_agent_that_is_there_is_not_fetched(self):
        self.commands.has("amazon-ssm-agent")
        self.start(sessionManager=True)
        self.assertEqual(self.fetched, [])

    def test_logs_of_htcondor_go_to_the_stage_s_group_in_streams_of_this_machine(self):
        self.commands.has("dnf")
        self.file("/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl", "#!/bin/sh\n")
        os.chmod(agents.CLOUD_WATCH, 0o755)
        self.start(logGroup="/aerie/prod/machines")
        said = json.loads(self.read("/etc/aerie/cloudwatch.json"))
        files = said["logs"]["logs_collected"]["files"]["collect_list"]
        self.assertEqual(
            [(one["file_path"], one["log_stream_name"], one["publish_multi_logs"]) for one in files],
            [
                ("/var/log/condor/MasterLog", "{instance_id}/MasterLog", False),
                ("/var/log/condor/StartLog", "{instance_id}/StartLog", False),
                ("/var/log/condor/StarterLog*", "{instance_id}/StarterLog", True),
            ],
        )
        self.assertEqual({one["log_group_name"] for one in files}, {"/aerie/prod/machines"})
        self.assertIn("fetch-config -m ec2 -s -c file:/etc/aerie/cloudwatch.json", self.commands.all()[-1])

    def test_logs_of_htcondor_go_to_a_syslog_host(self):
        self.commands.has("rsyslogd")
        self.start(syslogHost="logs.example.org:6514")
        said = self.read("/etc/rsyslog.d/60-aerie.conf")
        self.assertIn('File="/var/log/condor/StarterLog*"', said)
        self.assertIn('target="logs.example.org" port="6514" protocol="tcp"', said)
        self.assertEqual(self.commands.all()[-1], "systemctl restart --no-block rsyslog")

    def test_what_fails_is_told_and_the_rest_begins(self):
        self.commands.has("rsyslogd")
        self.commands.has("dpkg", says="no space", ends=1)
        self.start(sessionManager=True, syslogHost="logs.example.org:514")
        self.assertEqual(self.told(), ["aerie: sessions did not begin: dpkg ended with 1: no space"])
        self.assertTrue(self.there("/etc/rsyslog.d/60-aerie.conf"))

    def test_a_bucket_that_falls_silent_is_told_and_holds_up_nothing(self):
        self.commands.has("dpkg")
        self.put(urllib.request, "urlopen", self.silent)
        self.start(sessionManager=True)
        self.assertEqual(self.told(), ["aerie: sessions did not begin: timed out"])

    @staticmethod
    def silent(url, timeout):
        raise TimeoutError("timed out")

    def test_whatever_fails_harms_no_worker(self):
        self.put(agents, "sessions", self.broken)
        self.start(sessionManager=True)
        self.assertEqual(self.told(), ["aerie: sessions did not begin: cut short"])

    def broken(self, *_):
        raise HTTPException("cut short")
