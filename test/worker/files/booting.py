"""A machine on which a whole boot succeeds."""
import os
import random
import socket

from bare_machine import BareMachine
from joining import GIVEN, INSTANCE, Endpoint

import agents
import checks
import gpu
import layer
import node

TAGS = "meta-data/tags/instance/aerie:"
KNOWS = {
    "meta-data/instance-id": INSTANCE,
    "meta-data/local-hostname": "ip-10-0-0-7.internal",
    "meta-data/local-ipv4": "10.0.0.7",
    f"{TAGS}fleet": "CERN-PROD",
    f"{TAGS}width": "8",
    f"{TAGS}first-width": "4",
    f"{TAGS}job-wall-seconds": "86400",
    f"{TAGS}linger-seconds": "120",
    f"{TAGS}max-life-seconds": "86400",
    f"{TAGS}promised": "1c,900m,80000d,0g",
    "meta-data/instance-type": "m6i.large",
    "meta-data/placement/availability-zone": "eu-west-1b",
    "meta-data/instance-life-cycle": "spot",
    "meta-data/ami-id": "ami-0123456789abcdef0",
}
# A machine that has none of these is a worker all the same.
OPTIONAL = (
    f"{TAGS}width",
    f"{TAGS}first-width",
    f"{TAGS}job-wall-seconds",
    f"{TAGS}promised",
    "meta-data/instance-type",
    "meta-data/placement/availability-zone",
    "meta-data/instance-life-cycle",
    "meta-data/ami-id",
)
RULE = "OUTPUT -d 169.254.169.254 -p tcp -m owner ! --uid-owner 0 -j REJECT --reject-with tcp-reset"
SAYS = {"NUM_CPUS": "1", "FILETRANSFER_PLUGINS": "/x/box_plugin.py, /x/curl_plugin"}


class Booting(BareMachine):
    def setUp(self):
        super().setUp()
        self.put(random, "random", lambda: 0.5)
        self.endpoint = Endpoint(self, GIVEN)
        self.knows = self.endpoint.metadata.knows
        self.knows.update(KNOWS)
        self.facts = {
            **self.endpoint.facts,
            "os": "el9",
            "osg": "25",
            "scratchVolume": False,
            "centralManager": "cm.example.org",
            "pins": {"lfc.example.org": "10.1.1.1"},
            "cvmfs": {"repositories": ["atlas.cern.ch"], "proxy": "DIRECT", "quotaMb": 9, "later": "refuse"},
            "requiredHosts": [],
            "environment": {"OSG_GRID": "/osg", "B": "2"},
            "memory": 2,
            "listPrices": {"m6i": 0.048},
            "sessionManager": True,
            "logGroup": "",
            "syslogHost": "",
            "checkSeconds": 60,
            "bootSeconds": 900,
        }
        self.file("/etc/aerie/site.json", {})
        self.file("/etc/hosts", "127.0.0.1 localhost\n")
        self.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
        self.file("/proc/sys/kernel/shm_rmid_forced", "0")
        self.file("/programs/aerie.conf", "DAEMON_LIST = MASTER, STARTD\n")
        for folder in ("/etc/condor/config.d", "/etc/cvmfs"):
            os.makedirs(self.root + folder)
        self.put(node, "SYSTEMD", True)
        self.put(node, "POWER_OFF", "/files/power-off")
        self.put(os, "cpu_count", lambda: 1)
        # In the middle of its spread a pause is as long as it is named.
        self.put(random, "random", lambda: 0.5)
        self.put(socket, "gethostname", lambda: "worker")
        for name in ("systemd-run", "systemctl", "sh", "iptables", "cvmfs_config"):
            self.commands.has(name)
        self.commands.has("lsblk", says='{"blockdevices": []}')
        self.commands.has("useradd", does='/bin/mkdir -p "$3"')
        self.execute = self.root + "/execute"
        says = {**SAYS, "EXECUTE": self.execute}
        values = " ".join(f"{name}) echo '{value}';;" for name, value in says.items())
        self.commands.has("condor_config_val", does=f'case "$1" in {values} *) exit 1;; esac')
        self.put(gpu, "PCI", self.root + "/pci")
        self.put(agents, "start", lambda facts: self.looked_in.append(facts))
        self.looked_in = []
        self.layers = []
        self.put(layer, "apply", lambda *given: self.layers.append(given))
        self.given = []
        self.put(checks, "at_boot", lambda *given: self.given.append((*given[:-1], *given[-1].args)) or [])
        self.put(checks, "answering", lambda place: (socket.AF_INET, None))

    def write_facts(self):
        self.file("/etc/aerie/worker.json", self.facts)
