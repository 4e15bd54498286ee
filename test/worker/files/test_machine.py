"""What the machine itself is given."""
import os
import pwd
from types import SimpleNamespace

from bare_machine import BareMachine
from clock import BEGAN

import machine
import node

ENDS_AT = "/var/lib/aerie/ends-at"
RULE = "OUTPUT -d {} -p tcp -m owner ! --uid-owner 0 -j REJECT --reject-with tcp-reset"
IPV4 = RULE.format("169.254.169.254")
IPV6 = RULE.format("fd00:ec2::254")


class LimitedLife(BareMachine):
    def setUp(self):
        super().setUp()
        os.makedirs(node.STATE)
        self.put(node, "SYSTEMD", True)
        self.commands.has("systemd-run")

    def timer(self, seconds):
        return f"systemd-run --on-active={seconds} --unit=aerie-end-of-life /files/power-off its longest life is over"

    def test_the_machine_ends_after_its_longest_life(self):
        self.put(node, "POWER_OFF", "/files/power-off")
        self.clock.now += 0.9
        machine.limit_life(3600)
        self.assertEqual(self.commands.all(), [self.timer(3600)])
        self.assertEqual(self.read(ENDS_AT), str(BEGAN + 3600))

    def test_a_restart_does_not_begin_its_life_again(self):
        self.put(node, "POWER_OFF", "/files/power-off")
        self.file(ENDS_AT, f"{BEGAN + 100}\n")
        machine.limit_life(3600)
        self.assertEqual(self.commands.all(), [self.timer(100)])
        self.assertEqual(self.read(ENDS_AT), f"{BEGAN + 100}\n")

    def test_a_machine_that_restarts_too_late_ends_after_a_second(self):
        self.put(node, "POWER_OFF", "/files/power-off")
        for late in (0, 500):
            self.file(ENDS_AT, str(BEGAN - late))
            machine.limit_life(3600)
        self.assertEqual(self.commands.all(), 2 * [self.timer(1)])

    def test_an_end_that_cannot_be_read_is_an_error(self):
        self.file(ENDS_AT, "soon")
        with self.assertRaises(ValueError):
            machine.limit_life(3600)


class BlockedMetadata(BareMachine):
    def test_both_addresses_are_shut_to_all_but_root_before_every_other_rule(self):
        self.file("/proc/net/if_inet6", "")
        for tool in ("iptables", "ip6tables"):
            self.commands.has(tool, does='[ "$2" = -I ] && exit 0', ends=1)
        machine.block_metadata()
        self.assertEqual(
            self.commands.all(),
            [
                f"iptables -w -C {IPV4}",
                f"iptables -w -I {IPV4}",
                f"ip6tables -w -C {IPV6}",
                f"ip6tables -w -I {IPV6}",
            ],
        )

    def test_a_rule_that_is_there_is_not_made_again(self):
        self.file("/proc/net/if_inet6", "")
        self.commands.has("iptables")
        self.commands.has("ip6tables")
        machine.block_metadata()
        self.assertEqual(self.commands.all(), [f"iptables -w -C {IPV4}", f"ip6tables -w -C {IPV6}"])

    def test_a_machine_without_ipv6_has_one_door(self):
        self.commands.has("iptables")
        machine.block_metadata()
        self.assertEqual(self.commands.all(), [f"iptables -w -C {IPV4}"])

    def test_a_door_that_cannot_be_shut_is_an_error(self):
        self.commands.has("iptables", says="no such table", ends=4)
        with self.assertRaisesRegex(RuntimeError, "^iptables -w -I OUTPUT ended with 4: no such table$"):
            machine.block_metadata()

    def test_a_machine_without_iptables_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            machine.block_metadata()


class Timetables(BareMachine):
    def test_only_root_may_leave_something_to_cron_or_at(self):
        os.makedirs(machine.ETC)
        machine.shut_timetables()
        self.assertEqual((self.read("/etc/cron.allow"), self.read("/etc/at.allow")), 2 * ("root\n",))

    def test_no_account_of_a_slot_gets_a_systemd_of_its_own_also_after_a_restart(self):
        people = [("root", 0), ("slot1_1", 1001), ("alice", 1002), ("slot1_2", 1003)]
        self.put(pwd, "getpwall", lambda: [SimpleNamespace(pw_name=name, pw_uid=uid) for name, uid in people])
        for _ in range(2):
            os.makedirs(machine.ETC, exist_ok=True)
            machine.shut_timetables()
        units = f"{machine.ETC}/systemd/system"
        self.assertEqual(
            {name: os.readlink(f"{units}/{name}") for name in os.listdir(units)},
            {"user@1001.service": "/dev/null", "user@1003.service": "/dev/null"},
        )


class Homes(BareMachine):
    def setUp(self):
        super().setUp()
        self.folders = {name: f"{self.root}/home/{name}" for name in ("slot1_1", "slot1_2", "slot1_3", "alice")}
        for name in ("slot1_1", "slot1_2", "alice"):
            os.makedirs(self.folders[name], mode=0o700)
        people = [SimpleNamespace(pw_name=name, pw_dir=folder) for name, folder in self.folders.items()]
        self.put(pwd, "getpwall", lambda: people)

    def test_the_accounts_of_slots_are_those_of_the_one_partitionable_slot(self):
        self.assertEqual([entry.pw_name for entry in machine.slots()], ["slot1_1", "slot1_2", "slot1_3"])

    def test_one_that_a_job_has_shut_or_opened_to_all_is_its_own_again(self):
        for mode in (0o500, 0o777, 0o701, 0o000, 0o4700, 0o700):
            for name in ("slot1_2", "alice"):
                os.chmod(self.folders[name], mode)
            machine.open_homes()
            self.assertEqual((self.mode("/home/slot1_2") & 0o777, self.mode("/home/alice") & 0o777), (0o700, mode & 0o777))

    def test_one_that_is_well_is_left_alone(self):
        os.chmod(self.folders["slot1_1"], 0o1700)
        changed = []
        self.put(os, "chmod", lambda *given: changed.append(given))
        machine.open_homes()
        self.assertEqual(changed, [])


class EndsAt(BareMachine):
    def test_it_is_read_where_it_was_written(self):
        self.file(ENDS_AT, "123\n")
        self.assertEqual(machine.ends_at(), 123)
