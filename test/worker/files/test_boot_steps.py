"""The steps of a boot, each by itself."""
import os
import re

from bare_machine import BareMachine

import boot


class Words(BareMachine):
    def matches(self, pattern, text):
        try:
            return boot.matched(pattern, text) == text
        except ValueError:
            return False

    def test_what_goes_into_htcondor_s_configuration_is_a_queue_or_an_instance_and_nothing_more(self):
        for text in ("C", "0", "CERN-PROD_1.x", "a" * 64):
            self.assertTrue(self.matches(boot.QUEUE, text), text)
        for text in ("", "_a", "a b", "a\n", "a$(X)", 'a"', "a" * 65, "-a"):
            self.assertFalse(self.matches(boot.QUEUE, text), text)
        for text in ("i-01234567", "i-0123456789abcdef0"):
            self.assertTrue(self.matches(boot.INSTANCE, text), text)
        for text in ("i-0123456", "i-0123456789abcdef01", "i-0123456G", "x-01234567", "i-01234567\n"):
            self.assertFalse(self.matches(boot.INSTANCE, text), text)

    def test_anything_else_is_an_error_that_shows_it(self):
        with self.assertRaises(ValueError) as caught:
            boot.matched(re.compile("[a-z]+"), "A b")
        self.assertEqual(str(caught.exception), '"A b" is not [a-z]+')


class Packages(BareMachine):
    def install(self, system, repositories=()):
        self.commands.has("sh", does='[ -n "$PATH" ] && echo "cvmfs: $AERIE_CVMFS"')
        self.commands.has("lsblk", says='{"blockdevices": []}')
        boot.install({"os": system, "osg": "24", "cvmfs": {"repositories": list(repositories)}})
        return self.commands.all(), [one.options.get("env") for one in self.commands.started]

    def test_a_baked_image_lacks_nothing(self):
        self.assertEqual(self.install("baked", ["atlas.cern.ch"]), ([], []))

    def test_a_plain_image_gets_its_own_packages_in_the_environment_that_there_is(self):
        started, [_, env] = self.install("debian")
        self.assertEqual(started[-1], "sh /programs/packages-debian.sh")
        self.assertEqual(env, {**os.environ, "AERIE_CVMFS": "no", "AERIE_OSG": "24", "AERIE_STRIPE": "no"})

    def test_cvmfs_is_installed_where_it_is_asked_for(self):
        started, [_, env] = self.install("el9", ["atlas.cern.ch"])
        self.assertEqual((started[-1], env["AERIE_CVMFS"]), ("sh /programs/packages-el9.sh", "yes"))

    def test_packages_that_cannot_be_installed_are_an_error(self):
        self.commands.has("sh", says="no mirror", ends=100)
        self.commands.has("lsblk", says='{"blockdevices": []}')
        with self.assertRaisesRegex(RuntimeError, "ended with 100: no mirror$"):
            boot.install({"os": "el9", "osg": "25", "cvmfs": {"repositories": []}})


class Cvmfs(BareMachine):
    def setUp(self):
        super().setUp()
        os.makedirs(self.root + "/etc/cvmfs")

    def test_repositories_proxy_and_cache_are_written_before_the_automounter_is_set_up(self):
        self.commands.has("cvmfs_config", does=f"[ -e {self.root}/etc/cvmfs/default.local ] || exit 1")
        repositories = ["atlas.cern.ch", "sft.cern.ch"]
        boot.configure_cvmfs({"repositories": repositories, "proxy": "http://a;DIRECT", "quotaMb": 9})
        self.assertEqual(
            self.read("/etc/cvmfs/default.local"),
            'CVMFS_REPOSITORIES=atlas.cern.ch,sft.cern.ch\nCVMFS_HTTP_PROXY="http://a;DIRECT"\nCVMFS_QUOTA_LIMIT=9\n',
        )
        self.assertEqual(self.commands.all(), ["cvmfs_config setup"])

    def test_without_a_squid_the_cdn_is_asked(self):
        self.commands.has("cvmfs_config")
        for proxy, asks in (("DIRECT", True), ("DIRECT;http://a", True), ("http://a", False)):
            boot.configure_cvmfs({"repositories": ["a"], "proxy": proxy, "quotaMb": 9})
            self.assertEqual("CVMFS_USE_CDN=yes\n" in self.read("/etc/cvmfs/default.local"), asks, proxy)

    def test_a_pool_without_repositories_has_no_cvmfs(self):
        boot.configure_cvmfs({"repositories": []})
        self.assertEqual((self.commands.all(), os.listdir(self.root + "/etc/cvmfs")), ([], []))


class Plugins(BareMachine):
    def test_all_but_those_of_cloud_drives_stay(self):
        names = "/x/curl_plugin, /x/gdrive_plugin.py,/x/box_plugin.py ,/x/onedrive_plugin.py, /x/s3_plugin.py"
        self.commands.has("condor_config_val", says=names)
        self.assertEqual(
            boot.transfer_plugins(), ("FILETRANSFER_PLUGINS = /x/curl_plugin, /x/s3_plugin.py",)
        )
        self.assertEqual(self.commands.all(), ["condor_config_val FILETRANSFER_PLUGINS"])

    def test_an_htcondor_that_names_none_is_left_as_it_is(self):
        self.commands.has("condor_config_val", says="Not defined: FILETRANSFER_PLUGINS", ends=1)
        self.assertEqual(boot.transfer_plugins(), ())
