"""What the programs of a worker share."""
import os
import runpy
from unittest.mock import patch

from bare_machine import BareMachine
from programs import CERTIFICATES, FILES

import node


def loaded(systemd=False, env=None):
    """The names of node.py as a program finds them that starts on such a machine."""
    folders = ["/run/systemd/system"] if systemd else []
    with patch.dict(os.environ, env or {}), patch.object(os.path, "isdir", folders.__contains__):
        return runpy.run_path(FILES + "/node.py")


class Places(BareMachine):
    def test_the_programs_use_the_places_that_user_data_the_image_and_htcondor_know(self):
        names = loaded()
        self.assertEqual(
            {name: names[name] for name in ("FACTS", "CA", "STATE", "RUN", "NOTICE", "ACCEPTING", "TOKEN", "CONSOLE")},
            {
                "FACTS": "/etc/aerie/worker.json",
                "CA": "/etc/aerie/ca.pem",
                "STATE": "/var/lib/aerie",
                "RUN": "/run/aerie",
                "NOTICE": "/run/aerie/notice",
                "ACCEPTING": "/run/aerie/accepting",
                "TOKEN": "/etc/condor/tokens.d/aerie",
                "CONSOLE": "/dev/console",
            },
        )

    def test_the_facts_can_be_elsewhere(self):
        self.assertEqual(loaded(env={"AERIE_FACTS": "/facts.json"})["FACTS"], "/facts.json")

    def test_the_programs_lie_beside_power_off_whatever_link_leads_to_them(self):
        self.assertEqual(loaded()["HERE"], os.path.realpath(FILES))
        self.assertEqual(loaded()["POWER_OFF"], os.path.realpath(FILES) + "/power-off")
        link = self.root + "/link"
        os.symlink(FILES, link)
        self.assertEqual(runpy.run_path(link + "/node.py")["HERE"], os.path.realpath(FILES))

    def test_systemd_is_there_if_it_runs(self):
        self.assertIs(loaded(systemd=True)["SYSTEMD"], True)
        self.assertIs(loaded(systemd=False)["SYSTEMD"], False)


class Facts(BareMachine):
    def test_facts_are_what_user_data_has_written(self):
        self.file("/etc/aerie/worker.json", {"pool": "cm.example.org"})
        self.assertEqual(node.facts(), {"pool": "cm.example.org"})

    def test_missing_or_broken_facts_are_an_error(self):
        with self.assertRaises(FileNotFoundError):
            node.facts()
        self.file("/etc/aerie/worker.json", "{")
        with self.assertRaises(ValueError):
            node.facts()

    def test_the_authorities_of_the_endpoint_are_the_system_s_and_those_of_a_file(self):
        system = node.trust().get_ca_certs()
        self.assertEqual(len(system), 1)
        with open(f"{CERTIFICATES}/authority.pem") as file:
            self.file("/etc/aerie/ca.pem", file.read())
        both = node.trust().get_ca_certs()
        self.assertEqual((len(both), [one for one in system if one not in both]), (2, []))


class Console(BareMachine):
    def test_a_sentence_goes_to_the_console_and_the_log_as_one_line(self):
        self.file("/dev/console", "")
        node.say(" two\nlines,   one sentence ")
        self.assertEqual(self.read("/dev/console"), "aerie: two lines, one sentence\n")
        self.assertEqual(self.stderr.getvalue(), "aerie: two lines, one sentence\n")

    def test_an_error_is_said_like_a_sentence(self):
        node.say(ValueError("no queue"))
        self.assertEqual(self.told(), ["aerie: no queue"])

    def test_a_sentence_is_in_the_log_at_once(self):
        flushed = []
        self.stderr.flush = lambda: flushed.append(self.stderr.getvalue())
        node.say("now")
        self.assertIn("aerie: now\n", flushed)

    def test_a_machine_without_a_console_goes_on(self):
        node.say("nobody hears it")
        self.assertEqual(self.told(), ["aerie: nobody hears it"])
