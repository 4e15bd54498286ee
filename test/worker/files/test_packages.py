"""The packages of a plain image, on the two systems that there are."""
from script import Script


class Debian(Script):
    name = "packages-debian.sh"
    installs = "apt-get install -y -q --no-install-recommends"

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
            ["systemctl mask --runtime condor.service", "apt-get update -q", f"{self.installs} condor iptables"],
        )

    def test_without_systemd_nothing_is_masked(self):
        self.commands.has("iptables")
        self.run_script()
        self.assertEqual(self.called(), ["apt-get update -q", f"{self.installs} condor"])

    def test_a_machine_that_lacks_nothing_installs_nothing(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.assertEqual(self.run_script(env={"AERIE_CVMFS": "no"}), (0, ""))
        self.assertEqual(self.called(), [])

    def test_cvmfs_comes_from_its_own_packages(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_CVMFS": "yes"})
        self.assertEqual(
            self.called()[1:], ["dpkg -i /tmp/deb", "apt-get update -q", "apt-get install -y -q cvmfs"]
        )

    def test_several_disks_are_made_one_by_mdadm(self):
        for name in ("condor_master", "iptables"):
            self.commands.has(name)
        self.run_script(env={"AERIE_STRIPE": "yes"})
        self.assertEqual(self.called()[-1], f"{self.installs} mdadm")

    def test_a_mirror_that_fails_fails(self):
        self.commands.has("apt-get", ends=100)
        self.assertEqual(self.run_script()[0], 100)


class El9(Script):
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

    def test_a_package_that_cannot_be_installed_fails(self):
        self.commands.has("dnf", ends=1)
        self.assertEqual(self.run_script()[0], 1)
