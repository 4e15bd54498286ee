"""Commands, files and the end of the machine, as all programs of a worker use them."""
import os
import stat
import subprocess
from unittest.mock import patch

from bare_machine import BareMachine, Ended

import node


class Run(BareMachine):
    def test_a_command_that_succeeds_gives_what_it_said(self):
        self.commands.has("tool", says="fine", does="echo first >&2")
        self.assertEqual(node.run("tool", "a", "b c"), "first\nfine\n")
        self.assertEqual(self.commands.started[0].args, ("tool", "a", "b c"))

    def test_a_command_that_fails_is_an_error_with_the_end_of_what_it_said(self):
        self.commands.has("tool", says="x" * 400 + "\n\nno  such thing", does="echo unseen >&2", ends=3)
        with self.assertRaises(RuntimeError) as caught:
            node.run("tool", "1", "2", "3", "4")
        self.assertEqual(str(caught.exception), "tool 1 2 3 ended with 3: " + ("x" * 400 + " no such thing")[-300:])

    def test_a_command_that_is_not_there_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            node.run("tool")

    def test_a_command_has_the_environment_that_it_is_given(self):
        self.commands.has("tool", does='echo "$AERIE_TEST"')
        self.assertEqual(node.run("tool", env={**os.environ, "AERIE_TEST": "given"}), "given\n\n")
        with patch.dict(os.environ, {"AERIE_TEST": "inherited"}):
            self.assertEqual(node.run("tool"), "inherited\n\n")

    def test_a_value_of_htcondor_s_configuration_has_no_line_end(self):
        self.commands.has("condor_config_val", says=" /var/lib/condor/execute ")
        self.assertEqual(node.condor_value("EXECUTE"), "/var/lib/condor/execute")
        self.assertEqual(self.commands.all(), ["condor_config_val EXECUTE"])


class Write(BareMachine):
    def setUp(self):
        super().setUp()
        self.path = self.root + "/file"

    def test_a_file_is_readable_for_all_unless_said_otherwise_whatever_the_umask(self):
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        node.write(self.path, "text\n")
        self.assertEqual((self.read("/file"), self.mode("/file")), ("text\n", 0o644))
        node.write(self.path, "secret\n", 0o600)
        self.assertEqual((self.read("/file"), self.mode("/file")), ("secret\n", 0o600))

    def test_nobody_sees_half_a_file(self):
        node.write(self.path, "before")
        seen = []

        def replace(new, path):
            seen.append((self.read("/file"), self.read("/file.new"), new, path))
            os.rename(new, path)

        with patch.object(os, "replace", replace):
            node.write(self.path, "after")
        self.assertEqual(seen, [("before", "after", self.path + ".new", self.path)])
        self.assertEqual(os.listdir(self.root).count("file.new"), 0)

    def test_a_secret_is_never_wider_than_asked_for(self):
        modes = []
        opened = os.open

        def note(path, flags, mode):
            number = opened(path, flags, mode)
            modes.append((stat.S_IMODE(os.stat(path).st_mode), bool(flags & os.O_EXCL)))
            return number

        with patch.object(os, "open", note):
            node.write(self.path, "secret", 0o600)
        self.assertEqual(modes, [(0o600, True)])

    def test_what_an_interrupted_write_has_left_is_replaced_and_a_link_is_not_followed(self):
        self.file("/other", "other")
        os.symlink(self.root + "/other", self.path + ".new")
        node.write(self.path, "text")
        self.assertEqual((self.read("/file"), self.read("/other")), ("text", "other"))
        os.symlink(self.root + "/nowhere", self.path + ".new")
        node.write(self.path, "again")
        self.assertEqual(self.read("/file"), "again")
        self.assertFalse(self.there("/nowhere"))

    def test_a_folder_that_is_not_there_is_an_error(self):
        with self.assertRaises(FileNotFoundError):
            node.write(self.root + "/no/file", "text")


class TheEnd(BareMachine):
    def test_power_off_becomes_the_program_that_ends_the_machine(self):
        with self.assertRaises(Ended):
            node.power_off(RuntimeError("why"))
        program = node.POWER_OFF.replace(self.root, "")
        self.assertEqual(self.became, [(program, [program, "why"])])

    def test_a_later_end_is_a_timer_of_systemd_with_seconds_unit_and_arguments(self):
        self.put(node, "SYSTEMD", True)
        self.commands.has("systemd-run")
        node.power_off_later("aerie-some-unit", 900, "--unless", "/file", "why it ends")
        timer = ("systemd-run", "--on-active=900", "--unit=aerie-some-unit", node.POWER_OFF)
        self.assertEqual(self.commands.started[0].args, (*timer, "--unless", "/file", "why it ends"))
        self.assertEqual(len(self.commands.started), 1)

    def test_a_timer_that_systemd_refuses_is_an_error(self):
        self.put(node, "SYSTEMD", True)
        self.commands.has("systemd-run", says="Unit already exists.", ends=1)
        with self.assertRaisesRegex(RuntimeError, "^systemd-run --on-active=5 .* ended with 1: Unit already exists.$"):
            node.power_off_later("unit", 5)

    def test_a_later_end_without_systemd_is_a_shell_that_waits_first(self):
        self.commands.has("sleep", does=f'echo "waited $1" >> {self.root}/done')
        self.commands.has("sh", does='exec /bin/sh "$@"')
        self.put(node, "POWER_OFF", self.root + "/bin/power-off")
        self.commands.has("power-off", does=f'echo "ended: $*" >> {self.root}/done')
        node.power_off_later("unit", 7, "--unless", "/file", "why")
        self.commands.started[0].wait()
        self.assertEqual(self.read("/done"), "waited 7\nended: --unless /file why\n")

    def test_a_program_in_the_background_outlives_this_one_and_holds_none_of_its_files(self):
        self.commands.has("tool")
        node.background("tool", "argument")
        started = self.commands.started[0]
        quiet = subprocess.DEVNULL
        self.assertEqual(started.args, ("tool", "argument"))
        self.assertEqual(
            started.options, {"stdin": quiet, "stdout": quiet, "stderr": quiet, "start_new_session": True}
        )
