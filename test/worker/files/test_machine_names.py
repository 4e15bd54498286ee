"""The names and accounts of a worker's machine."""
import os
import socket

from bare_machine import BareMachine
from metadata import Metadata

import imds
import machine


class Names(BareMachine):
    def setUp(self):
        super().setUp()
        self.put(socket, "gethostname", lambda: "worker-7")
        self.knows = {
            "meta-data/local-hostname": "ip-10-0-0-7.eu-west-1.compute.internal second.name\n",
            "meta-data/local-ipv4": "10.0.0.7",
        }
        self.put(imds, "BASE", Metadata(self, self.knows).url)

    def test_own_names_and_pins_come_first_and_what_was_there_stays(self):
        self.file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 worker-7\n")
        machine.pin_names({"lfc.example.org": "10.1.1.1", "se.example.org": "10.1.1.2"})
        self.assertEqual(
            self.read("/etc/hosts"),
            "10.0.0.7 ip-10-0-0-7.eu-west-1.compute.internal ip-10-0-0-7 worker-7 # aerie\n"
            "10.1.1.1 lfc.example.org # aerie\n"
            "10.1.1.2 se.example.org # aerie\n"
            "127.0.0.1 localhost\n"
            "127.0.1.1 worker-7\n",
        )

    def test_a_restart_replaces_its_own_lines(self):
        self.file("/etc/hosts", "127.0.0.1 localhost\n")
        machine.pin_names({"lfc.example.org": "10.1.1.1"})
        machine.pin_names({"lfc.example.org": "10.1.1.9"})
        self.assertEqual(
            self.read("/etc/hosts").splitlines()[1:], ["10.1.1.9 lfc.example.org # aerie", "127.0.0.1 localhost"]
        )

    def test_a_name_stands_there_once(self):
        self.put(socket, "gethostname", lambda: "ip-10-0-0-7")
        self.file("/etc/hosts", "")
        machine.pin_names({})
        self.assertEqual(
            self.read("/etc/hosts"), "10.0.0.7 ip-10-0-0-7.eu-west-1.compute.internal ip-10-0-0-7 # aerie\n"
        )

    def test_a_machine_without_a_name_address_or_file_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            machine.pin_names({})
        for path in ("meta-data/local-ipv4", "meta-data/local-hostname"):
            del self.knows[path]
            with self.assertRaisesRegex(LookupError, f"has no {path}$"):
                machine.pin_names({})


class Slots(BareMachine):
    def slots(self, configured, processors):
        self.commands.has("condor_config_val", says=configured)
        self.put(os, "cpu_count", lambda: processors)
        return machine.cores()

    def test_there_are_as_many_as_processors_or_as_htcondor_is_told_if_that_is_more(self):
        self.assertEqual(self.slots("", 4), 4)
        self.assertEqual(self.slots("2", 4), 4)
        self.assertEqual(self.slots("16", 4), 16)
        self.assertEqual(self.slots("$(DETECTED_CPUS)", 4), 4)
        self.assertEqual(self.slots("undefined", None), 1)
        self.assertEqual(self.commands.all()[0], "condor_config_val NUM_CPUS")

    def test_each_slot_has_an_account_with_a_home_for_itself_alone(self):
        self.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nslot1_2:x:1002:1002::/home/slot1_2:/bin/bash\n")
        os.makedirs(self.root + "/home/slot1_2")
        os.chmod(self.root + "/home/slot1_2", 0o755)
        self.commands.has("condor_config_val", says="3")
        self.put(os, "cpu_count", lambda: 1)
        self.commands.has("useradd", does='/bin/mkdir -m 0755 "$3"')
        self.assertEqual(machine.make_accounts(), ["slot1_1", "slot1_2", "slot1_3"])
        self.assertEqual(
            self.commands.all()[1:],
            [
                f"useradd --create-home --home-dir /home/{name} --shell /bin/bash {name}"
                for name in ("slot1_1", "slot1_3")
            ],
        )
        self.assertEqual([self.mode(f"/home/slot1_{number}") for number in (1, 2, 3)], 3 * [0o700])

    def test_an_account_that_cannot_be_made_is_an_error(self):
        self.file("/etc/passwd", "")
        self.commands.has("condor_config_val", says="1")
        self.put(os, "cpu_count", lambda: 1)
        self.commands.has("useradd", says="cannot lock /etc/passwd", ends=10)
        with self.assertRaisesRegex(RuntimeError, "ended with 10: cannot lock /etc/passwd"):
            machine.make_accounts()

    def test_a_machine_without_htcondor_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            machine.make_accounts()
