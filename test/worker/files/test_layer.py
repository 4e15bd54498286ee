"""The site's own layer on a worker."""
import os

from bare_machine import BareMachine

import layer

NOTHING = {"packages": [], "files": [], "seconds": 300}
INSTANCE = "i-0123456789abcdef0"


class Layer(BareMachine):
    def setUp(self):
        super().setUp()
        for name in ("CONDOR", "PACKAGES", "SCRIPT"):
            self.put(layer, name, self.root + getattr(layer, name))
        for folder in ("/etc/condor/config.d", "/var/lib/aerie"):
            os.makedirs(self.root + folder)
        self.commands.has("condor_config_val")

    def apply(self, **more):
        self.file("/etc/aerie/site.json", {**NOTHING, **more})
        # Every program ends while aerie's sleeps, however busy the machine of the test is.
        self.clock.in_each_sleep = lambda: self.commands.started[-1].wait()
        layer.apply(INSTANCE, "CERN-PROD")

    def test_files_are_put_where_they_belong_with_their_rights(self):
        path = self.root + "/opt/site/"
        self.apply(
            files=[
                {"path": path + "a", "content": "A\n", "executable": False},
                {"path": path + "b", "content": "#!/bin/sh\n", "executable": True},
            ]
        )
        self.assertEqual((self.read("/opt/site/a"), self.mode("/opt/site/a")), ("A\n", 0o644))
        self.assertEqual(self.mode("/opt/site/b"), 0o755)

    def test_packages_come_from_the_system_s_own_package_manager(self):
        self.commands.has("apt-get", does='[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 1')
        self.apply(packages=["hwloc", "numactl"])
        apt = "apt-get -q -o DPkg::Lock::Timeout=120"
        self.assertEqual(
            self.commands.all(),
            [f"{apt} update -o APT::Update::Error-Mode=any", f"{apt} install -y --no-install-recommends hwloc numactl"],
        )
        os.remove(layer.PACKAGES)
        self.commands.started.clear()
        self.commands.has("dnf")
        self.apply(packages=["hwloc"])
        self.assertEqual(self.commands.all(), ["dnf -y -q install hwloc"])

    def test_a_later_start_of_the_machine_has_the_packages_and_does_the_rest_again(self):
        self.commands.has("dnf")
        script = f"#!/bin/sh\necho ran >> {self.root}/ran\n"
        for _ in range(2):
            self.apply(packages=["hwloc"], script=script)
        self.assertEqual([one for one in self.commands.all() if one.startswith("dnf")], ["dnf -y -q install hwloc"])
        self.assertEqual(self.read("/ran"), "ran\nran\n")

    def test_a_mirror_that_fails_is_asked_again_while_there_is_time(self):
        self.commands.has("dnf", ends=1)
        self.clock.after(20, lambda: self.commands.has("dnf"))
        self.apply(packages=["hwloc"])
        self.assertEqual(self.commands.all(), 3 * ["dnf -y -q install hwloc"])
        self.assertEqual([pause for pause in self.clock.slept if pause > 1], [15, 15])

    def test_packages_that_could_not_be_installed_are_tried_at_the_next_start(self):
        self.commands.has("dnf", ends=1)
        with self.assertRaisesRegex(RuntimeError, "packages failed"):
            self.apply(packages=["hwloc"])
        self.assertLess(sum(self.clock.slept), 300)
        self.commands.has("dnf")
        self.commands.started.clear()
        self.apply(packages=["hwloc"])
        self.assertEqual(self.commands.all(), ["dnf -y -q install hwloc"])

    def test_the_script_knows_the_machine_and_its_fleet(self):
        self.apply(script=f'#!/bin/sh\necho "$AERIE_INSTANCE $AERIE_FLEET" > {self.root}/seen\n')
        self.assertEqual(self.read("/seen"), f"{INSTANCE} CERN-PROD\n")
        self.assertEqual(self.mode("/var/lib/aerie/site-script"), 0o700)

    def test_the_lines_for_htcondor_are_read_before_aerie_s_own_and_tried(self):
        self.apply(condor="SITE_RACK = 7")
        self.assertEqual(self.read("/etc/condor/config.d/25-site.conf"), "SITE_RACK = 7\n")
        self.assertEqual(self.commands.all(), ["condor_config_val DAEMON_LIST"])

    def fails(self, **more):
        with self.assertRaises(RuntimeError) as caught:
            self.apply(**more)
        return str(caught.exception).replace(self.root, "")

    def test_what_fails_is_named_with_its_last_words(self):
        self.assertEqual(
            self.fails(script="#!/bin/sh\necho no  licence >&2\nexit 3\n"),
            "the site's own script failed: it ended with 3: no licence",
        )
        self.commands.has("dnf", says="no such package", ends=1)
        self.assertEqual(
            self.fails(packages=["x"]), "the site's own packages failed: dnf ended with 1: no such package"
        )
        self.commands.has("condor_config_val", says="syntax error", ends=1)
        self.assertRegex(self.fails(condor="A = 1"), "^the site's own lines for HTCondor failed: .*: syntax error$")
        self.file("/opt", "")
        file = {"path": self.root + "/opt/a", "content": "", "executable": False}
        self.assertRegex(self.fails(files=[file]), "^the site's own file /opt/a failed: ")

    def test_a_script_that_hangs_is_ended_with_all_that_it_started(self):
        self.file("/etc/aerie/site.json", {**NOTHING, "seconds": 30, "script": "#!/bin/sh\necho waiting\n/bin/sleep 20 & wait\n"})
        self.clock.after(0.05, lambda: self.wait_for_words())
        with self.assertRaisesRegex(RuntimeError, "script failed: it did not end in time: waiting$"):
            layer.apply(INSTANCE, "CERN-PROD")
        [script] = self.commands.started
        self.assertEqual(script.returncode, -9)
        self.assertEqual(script.options["start_new_session"], True)

    def wait_for_words(self):
        """The script has begun; then its time is over."""
        out = self.commands.started[0].options["stdout"]
        while os.fstat(out.fileno()).st_size == 0:
            pass
        self.clock.now += 30
