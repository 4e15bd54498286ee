"""The packages of a plain image, on the two systems that there are."""
from script import Script


class Mirror(Script):
    """A mirror that fails at first, and a clock that sleeping moves."""

    def now(self):
        return int(self.read("/now"))

    def with_clock(self):
        self.file("/now", "1000")
        self.commands.has("date", does=f"exec /bin/cat {self.root}/now")
        moves = f'echo $(($(/bin/cat {self.root}/now) + $1)) > {self.root}/now'
        self.commands.has("sleep", does=f'echo "sleep $*" >> {self.root}/called; {moves}')

    def fails_until(self, name, moment, ends=1):
        does = f'echo "{name} $*" >> {self.root}/called; [ "$(/bin/cat {self.root}/now)" -ge {moment} ] || exit {ends}'
        self.commands.has(name, does=does)


class Debian(Mirror):
    name = "packages-debian.sh"
    updates = "apt-get update -q -o APT::Update::Error-Mode=any"
    installs = "apt-get install -y -q -o DPkg::Lock::Timeout=120"

    def setUp(self):
        super().setUp()
        self.notes("systemctl", "apt-get", "dpkg", "python3")
        self.commands.has("mktemp", says="/tmp/deb")
        self.file("/etc/ssl/certs/ca-certificates.crt", "")

    def test_htcondor_is_masked_under_systemd_before_it_is_installed(self):
        self.with_systemd()
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(
            self.called(),
            [
                "systemctl mask --runtime condor.service",
                self.updates,
                f"{self.installs} --no-install-recommends condor iptables",
            ],
        )

    def test_without_systemd_nothing_is_masked(self):
        self.commands.has("iptables")
        self.run_script()
        self.assertEqual(self.called(), [self.updates, f"{self.installs} --no-install-recommends condor"])

    def test_a_machine_that_lacks_nothing_installs_nothing(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.assertEqual(self.run_script(env={"AERIE_CVMFS": "no"}), (0, ""))
        self.assertEqual(self.called(), [])

    def test_cvmfs_comes_from_its_own_packages(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_CVMFS": "yes"})
        self.assertEqual(self.called()[1:], ["dpkg -i /tmp/deb", self.updates, f"{self.installs} cvmfs"])
        self.assertRegex(self.called()[0], "^python3 -c .* https://[^ ]*/cvmfs-release-latest_all.deb /tmp/deb$")

    def test_several_disks_are_made_one_by_mdadm(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_STRIPE": "yes"})
        self.assertEqual(self.called()[-1], f"{self.installs} --no-install-recommends mdadm")

    def test_a_mirror_that_fails_is_asked_again_after_a_pause_and_the_lists_with_it(self):
        self.with_clock()
        self.commands.has("iptables")
        self.fails_until("apt-get", 1030, ends=100)
        self.assertEqual(self.run_script(env={"AERIE_UNTIL": "1100"})[0], 0)
        installs = f"{self.installs} --no-install-recommends condor"
        self.assertEqual(self.called(), 2 * [self.updates, "sleep 15"] + [self.updates, installs])

    def test_a_mirror_that_goes_on_failing_fails_before_its_time_is_over(self):
        self.with_clock()
        self.fails_until("apt-get", 2000, ends=100)
        self.assertEqual(self.run_script(env={"AERIE_UNTIL": "1100"})[0], 100)
        self.assertEqual(self.now(), 1090)
        self.assertEqual(self.run_script()[0], 100)
        self.assertEqual(self.now(), 1090)

    def test_cvmfs_s_own_package_is_fetched_and_unpacked_again_too(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.with_clock()
        self.fails_until("python3", 1015)
        self.fails_until("dpkg", 1030, ends=2)
        self.assertEqual(self.run_script(env={"AERIE_CVMFS": "yes", "AERIE_UNTIL": "1100"})[0], 0)
        self.assertEqual([one.split()[0] for one in self.called()].count("sleep"), 2)


class El9(Mirror):
    name = "packages-el9.sh"

    def setUp(self):
        super().setUp()
        self.notes("systemctl", "dnf")

    def test_htcondor_is_masked_under_systemd_before_it_is_installed(self):
        self.with_systemd()
        self.commands.has("iptables")
        self.assertEqual(self.run_script(), (0, ""))
        called = self.called()
        self.assertEqual(called[0], "systemctl mask --runtime condor.service")
        self.assertIn("dnf -y -q install condor osg-wn-client osg-ca-certs apptainer fetch-crl", called)
        self.assertEqual(called[-1], "systemctl enable --now --no-block fetch-crl.timer")

    def test_the_series_of_osg_is_the_stage_s_choice(self):
        self.commands.has("iptables")
        for series in ("24", "25"):
            self.run_script(env={"AERIE_OSG": series})
            main = f"{series}-main"
            release = f"https://repo.osg-htc.org/osg/{main}/osg-{main}-el9-release-latest.rpm"
            self.assertIn(f"dnf -y -q install {release}", self.called())

    def test_several_disks_are_made_one_by_mdadm(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_STRIPE": "yes"})
        self.assertEqual(self.called(), ["dnf -y -q install mdadm"])

    def test_a_machine_that_lacks_nothing_installs_nothing(self):
        for name in ("condor_master", "iptables", "cvmfs_config"):
            self.commands.has(name)
        self.assertEqual(self.run_script(env={"AERIE_CVMFS": "yes"}), (0, ""))
        self.assertEqual(self.called(), [])

    def test_cvmfs_is_installed_where_it_is_asked_for(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_CVMFS": "yes"})
        self.assertEqual(self.called(), ["dnf -y -q install osg-oasis"])

    def test_a_mirror_that_fails_is_asked_again_and_one_that_goes_on_failing_fails(self):
        self.with_clock()
        self.commands.has("iptables")
        self.fails_until("dnf", 1015)
        self.assertEqual(self.run_script(env={"AERIE_UNTIL": "1100"})[0], 0)
        self.assertEqual(self.called()[:2], ["dnf -y -q install epel-release dnf-plugins-core", "sleep 15"])
        self.fails_until("dnf", 2000)
        self.assertEqual(self.run_script(env={"AERIE_UNTIL": "1100"})[0], 100)
