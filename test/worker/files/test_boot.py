"""A whole boot, from the facts to HTCondor, and every way in which it fails."""
import json
import os
import runpy
import sys
from unittest.mock import patch

from booting import KNOWS, OPTIONAL, RULE, TAGS, Booting
from bare_machine import Ended
from clock import BEGAN
from joining import GIVEN, INSTANCE, token_until
from programs import FILES

import boot
import checks
import gpu
import layer
import node
import scratch
import version

# What no worker can be without.
NEEDED = [path for path in KNOWS if path not in OPTIONAL]
COMMANDS = [
    "systemd-run --on-active=900 --unit=aerie-boot-deadline /files/power-off --unless /run/aerie/accepting "
    "boot failed: not ready after 900 s",
    "systemd-run --on-active=86400 --unit=aerie-end-of-life /files/power-off its longest life is over",
    f"lsblk --json --bytes --paths --output {scratch.DISKS}",
    "sh /programs/packages-el9.sh",
    f"iptables -w -C {RULE}",
    "condor_config_val NUM_CPUS",
    "useradd --create-home --home-dir /home/slot1_1 --shell /bin/bash slot1_1",
    "condor_config_val EXECUTE",
    f"lsblk --json --bytes --paths --output {scratch.DISKS}",
    "cvmfs_config setup",
    "condor_config_val FILETRANSFER_PLUGINS",
    "systemctl unmask --runtime condor.service",
    "systemctl disable condor.service",
    "systemctl restart --no-block aerie-watch.service condor.service",
]


class Boot(Booting):
    def boot(self):
        self.write_facts()
        boot.boot()

    def test_every_step_is_done_in_the_order_in_which_one_needs_the_other(self):
        self.boot()
        self.assertEqual(self.commands.all(), COMMANDS)
        self.assertEqual(self.given, [(self.facts, self.execute, ["slot1_1"], "1c,900m,80000d,0g", self.execute, 1035)])
        self.assertEqual((self.read("/etc/cron.allow"), self.read("/etc/at.allow")), 2 * ("root\n",))
        self.assertEqual(self.read("/proc/sys/kernel/shm_rmid_forced"), "1")
        self.assertEqual(self.looked_in, [self.facts])
        self.assertEqual(self.layers, [(INSTANCE, "CERN-PROD")])
        self.assertEqual(self.read("/etc/condor/tokens.d/aerie"), "an.id.token\n")
        self.assertEqual(self.endpoint.bodies()[0]["instanceId"], INSTANCE)
        self.assertEqual(self.read("/etc/hosts").splitlines()[1], "10.1.1.1 lfc.example.org # aerie")
        self.assertEqual(self.became, [])

    def test_htcondor_gets_the_facts_of_this_pool_and_machine_and_what_they_mean(self):
        self.boot()
        self.assertEqual(
            self.read("/etc/condor/config.d/20-aerie-facts.conf").splitlines(),
            [
                "AERIE_CENTRAL_MANAGER = cm.example.org",
                "AERIE_POOL = cm.example.org",
                f"AERIE_INSTANCE = {INSTANCE}",
                'AerieFleet = "CERN-PROD"',
                "AERIE_LINGER = 120",
                "AERIE_MEMORY_LIMIT = int(min({Memory * 2, TotalMemory}))",
                "AERIE_ENVIRONMENT = 'OSG_GRID=/osg' 'B=2'",
                "AERIE_TYPE = m6i.large",
                "AERIE_ZONE = eu-west-1b",
                "AERIE_MARKET = spot",
                "AERIE_IMAGE = ami-0123456789abcdef0",
                "AERIE_PRICE = 0.048",
                "PREFER_IPV4 = True",
                "AerieWidth = 8",
                "AerieFirstWidth = 4",
                "AerieJobWall = 86400",
                "AERIE_LIFE = 86400",
                f"AerieEndsAt = {BEGAN + 86400}",
                "AERIE_RESERVED_DISK = 1035",
                "FILETRANSFER_PLUGINS = /x/curl_plugin",
            ],
        )
        self.assertEqual(self.read("/etc/condor/config.d/20-aerie-facts.conf")[-1], "\n")
        self.assertEqual(self.read("/etc/condor/config.d/30-aerie.conf"), "DAEMON_LIST = MASTER, STARTD\n")

    def test_programs_of_another_version_than_the_user_data_stop_the_boot_before_it_does_anything(self):
        self.facts["os"] = "baked"
        for given in ("0" * 16, None):
            self.facts["programs"] = given
            with self.assertRaisesRegex(
                RuntimeError, "^an image without a stamp has programs of another version than the user-data; bake"
            ):
                self.boot()
        self.file("/etc/aerie-image", {"aerie": "0.1.0", "builtAt": "2027-01-15T03:10:00Z"})
        with self.assertRaisesRegex(RuntimeError, "^the image of aerie 0.1.0, built at 2027-01-15T03:10:00Z, has"):
            self.boot()
        self.assertEqual({one.split()[0] for one in self.commands.all()}, {"systemd-run"})

    def test_an_image_of_the_same_version_boots(self):
        self.facts.update(os="baked", programs=version.mark())
        self.boot()
        self.assertEqual(len(self.endpoint.bodies()), 1)

    def test_revocation_lists_are_fetched_where_there_is_a_program_for_it(self):
        for name in ("fetch-crl", "nice"):
            self.commands.has(name)
        self.boot()
        self.assertIn("nice fetch-crl --quiet", self.commands.all())

    def test_the_site_s_own_layer_comes_before_the_checks_and_its_failure_is_the_boot_s(self):
        def fails(*_):
            raise RuntimeError("the site's own script failed: it ended with 3")

        self.put(layer, "apply", fails)
        with self.assertRaisesRegex(RuntimeError, "^the site's own script failed"):
            self.boot()
        self.assertEqual(self.given, [])

    def test_programs_that_user_data_brings_to_some_workers_only_are_not_missed_by_others(self):
        os.unlink(node.SITE)
        self.facts["sessionManager"] = False
        for name in ("agents", "layer", "version"):
            absent = patch.dict(sys.modules, {name: None})
            absent.start()
            self.addCleanup(absent.stop)
        self.boot()
        self.assertEqual((self.layers, self.looked_in), ([], []))
        self.assertEqual(len(self.endpoint.bodies()), 1)

    def test_each_of_the_ways_to_look_in_begins_what_it_asks_for(self):
        for asked in ({"sessionManager": True}, {"logGroup": "/aerie/dev"}, {"syslogHost": "logs:514"}):
            self.looked_in.clear()
            self.facts.update({"sessionManager": False, "logGroup": "", "syslogHost": "", **asked})
            self.boot()
            self.assertEqual(self.looked_in, [self.facts])

    def test_a_worker_without_tags_of_it_takes_every_job_of_its_fleet(self):
        for tag in ("width", "first-width", "job-wall-seconds"):
            del self.knows[TAGS + tag]
        self.boot()
        self.assertIn(
            "\nAerieWidth = undefined\nAerieFirstWidth = 0\nAerieJobWall = 0\n",
            self.read("/etc/condor/config.d/20-aerie-facts.conf"),
        )

    def test_how_long_it_lingers_after_a_job_is_left_for_the_watch_before_a_job_can_begin(self):
        self.knows[f"{TAGS}linger-after-job-seconds"] = "30"
        there = []
        self.put(boot, "start", lambda: there.append(self.read("/run/aerie/after-job.conf")))
        self.boot()
        self.assertEqual(there, ["STARTD_NOCLAIM_SHUTDOWN = 30\n"])
        self.assertIn("\nAERIE_LINGER = 120\n", self.read("/etc/condor/config.d/20-aerie-facts.conf"))
        self.assertFalse(self.there("/run/aerie/linger.conf"))

    def test_without_that_tag_a_job_changes_nothing(self):
        self.boot()
        self.assertFalse(self.there("/run/aerie/after-job.conf"))

    def test_what_is_no_time_to_linger_after_a_job_is_an_error_that_shows_it(self):
        self.knows[f"{TAGS}linger-after-job-seconds"] = "soon"
        with self.assertRaisesRegex(ValueError, "'soon'$"):
            self.boot()
        self.assertFalse([one for one in self.commands.all() if one.startswith(("systemctl", "iptables"))])

    def test_htcondor_is_told_of_gpus(self):
        self.put(gpu, "lines", lambda: ("use feature : GPUs",))
        self.boot()
        self.assertIn("\nuse feature : GPUs\n", self.read("/etc/condor/config.d/20-aerie-facts.conf"))

    def test_it_says_when_it_takes_jobs(self):
        self.endpoint.answers = [(500, {}, ""), GIVEN]
        self.put(checks, "at_boot", lambda *_: self.clock.sleep(1.26) or [])
        self.boot()
        self.assertEqual(self.told()[-1], f"aerie: {INSTANCE} takes jobs of CERN-PROD after 2.3 s, checks 1.3, join 1.0")

    def test_it_joins_until_the_boot_s_deadline_and_not_longer(self):
        self.endpoint.answers = [(500, {}, "busy")]
        self.facts["bootSeconds"] = 7
        with self.assertRaisesRegex(RuntimeError, "^joining did not succeed in time: .*: busy$"):
            self.boot()
        self.assertEqual(self.clock.now, BEGAN + 7)

    def test_a_machine_that_is_started_again_has_its_token_and_its_end(self):
        self.endpoint.answers = [(200, {}, json.dumps({"token": token_until(BEGAN + 86400)}))]
        self.boot()
        self.commands.started.clear()
        self.clock.now += 3600
        self.boot()
        self.assertEqual(len(self.endpoint.bodies()), 1)
        again = [one for one in self.commands.all() if one.startswith("systemd-run")]
        self.assertEqual(again, [COMMANDS[0], COMMANDS[1].replace("=86400", "=82800")])
        self.assertIn(f"\nAerieEndsAt = {BEGAN + 86400}\n", self.read("/etc/condor/config.d/20-aerie-facts.conf"))

    def test_a_machine_that_is_started_again_may_be_another_one_and_finds_nothing_of_the_jobs_before(self):
        self.endpoint.answers = [(200, {}, json.dumps({"token": token_until(BEGAN + 86400)}))]
        self.boot()
        # The jobs that its power-off ended; what is below /run goes with the power.
        self.file("/execute/dir_17/left", "")
        os.remove(node.ACCEPTING)
        self.put(os, "cpu_count", lambda: 2)
        self.knows.update({"meta-data/instance-type": "m6i.xlarge", "meta-data/local-ipv4": "10.0.0.9"})
        said = {"width": "2", "first-width": "0", "linger-seconds": "60", "promised": "2c,1800m,80000d,0g"}
        self.knows.update({TAGS + name: text for name, text in said.items()})
        self.boot()
        lines = self.read("/etc/condor/config.d/20-aerie-facts.conf").splitlines()
        new = ["AERIE_LINGER = 60", "AERIE_TYPE = m6i.xlarge", "AERIE_PRICE = 0.096", "AerieWidth = 2", "AerieFirstWidth = 0"]
        self.assertEqual([line for line in new if line not in lines], [])
        self.assertEqual(self.given[-1][:4], (self.facts, self.execute, ["slot1_1", "slot1_2"], "2c,1800m,80000d,0g"))
        self.assertTrue(self.read("/etc/hosts").startswith("10.0.0.9 "))
        self.assertFalse(self.there("/execute/dir_17"))

    def test_revocation_lists_that_may_have_ended_while_it_slept_are_not_believed(self):
        self.put(boot, "CRLS", self.root + boot.CRLS)
        for name, age in (("old", boot.CRL_SECONDS + 1), ("new", boot.CRL_SECONDS)):
            path = f"/etc/grid-security/certificates/{name}.r0"
            self.file(path, "")
            os.utime(self.root + path, (BEGAN - age, BEGAN - age))
        self.boot()
        self.assertEqual(os.listdir(self.root + "/etc/grid-security/certificates"), ["new.r0"])

    def test_a_boot_that_fails_has_its_deadline_and_htcondor_is_not_started(self):
        for path in NEEDED:
            self.commands.started.clear()
            text = self.knows.pop(path)
            with self.subTest(path), self.assertRaisesRegex(LookupError, f"^the metadata service has no {path}$"):
                self.boot()
            self.knows[path] = text
            self.assertEqual(self.commands.all()[0], COMMANDS[0])
            self.assertFalse([one for one in self.commands.all() if one.startswith(("systemctl", "iptables"))])

    def test_tags_that_are_none_of_aerie_s_are_errors(self):
        for path, text in (
            ("meta-data/instance-id", "i-1"),
            (f"{TAGS}fleet", "$(evil)"),
            (f"{TAGS}width", "8 || true"),
            (f"{TAGS}first-width", "-1"),
            (f"{TAGS}job-wall-seconds", "a day"),
            (f"{TAGS}width", ""),
            (f"{TAGS}linger-seconds", "soon"),
            (f"{TAGS}max-life-seconds", ""),
        ):
            before, self.knows[path] = self.knows[path], text
            with self.subTest(path), self.assertRaises(ValueError):
                self.boot()
            self.knows[path] = before

    def test_without_its_deadline_a_boot_does_not_go_on(self):
        self.commands.has("systemd-run", says="Failed to connect to bus", ends=1)
        with self.assertRaisesRegex(RuntimeError, "Failed to connect to bus"):
            self.boot()
        self.assertEqual(len(self.commands.all()), 1)

    def test_metadata_is_shut_before_anything_of_the_pool_and_a_failed_check_is_the_end(self):
        self.commands.has("iptables", ends=3)
        with self.assertRaisesRegex(RuntimeError, "^iptables -w -I OUTPUT ended with 3"):
            self.boot()
        self.assertEqual(self.endpoint.bodies(), [])


class Program(Booting):
    def ends(self, program):
        """The last sentence on the console of a program that ends the machine."""
        with self.assertRaises(Ended):
            program()
        self.assertEqual(self.became.pop(), (node.POWER_OFF, [node.POWER_OFF, "it could not become a worker"]))
        return self.told()[-1]

    def test_a_boot_that_fails_says_why_and_ends_the_machine(self):
        self.write_facts()
        self.knows.clear()
        self.assertEqual(self.ends(boot.main), "aerie: boot failed: the metadata service has no meta-data/instance-id")

    def test_facts_that_are_missing_or_broken_end_the_machine(self):
        self.assertRegex(self.ends(boot.main), "^aerie: boot failed: .*No such file or directory: ")
        self.file("/etc/aerie/worker.json", "{")
        self.assertRegex(self.ends(boot.main), "^aerie: boot failed: Expecting property name")

    def test_a_boot_that_succeeds_does_not_end_the_machine(self):
        self.write_facts()
        boot.main()
        self.assertEqual((self.commands.all(), self.became), (COMMANDS, []))

    def test_the_program_is_the_boot_and_whoever_imports_it_does_not_boot(self):
        self.assertRegex(
            self.ends(lambda: runpy.run_path(FILES + "/boot.py", run_name="__main__")), "^aerie: boot failed: "
        )
        runpy.run_path(FILES + "/boot.py")
        self.assertEqual((self.commands.all(), self.became), ([], []))
