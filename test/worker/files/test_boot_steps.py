"""The steps of a boot, each by itself."""
import os
import re
import socket

from bare_machine import BareMachine
from clock import BEGAN
from metadata import Metadata

import boot
import checks
import cloud
import imds


class Words(BareMachine):
    def matches(self, pattern, text):
        try:
            return boot.matched(pattern, text) == text
        except ValueError:
            return False

    def test_what_goes_into_htcondor_s_configuration_is_a_fleet_or_an_instance_and_nothing_more(self):
        for text in ("C", "0", "CERN-PROD_1.x", "a" * 64):
            self.assertTrue(self.matches(boot.FLEET, text), text)
        for text in ("", "_a", "a b", "a\n", "a$(X)", 'a"', "a" * 65, "-a"):
            self.assertFalse(self.matches(boot.FLEET, text), text)
        for text in ("i-01234567", "i-0123456789abcdef0"):
            self.assertTrue(self.matches(cloud.INSTANCE, text), text)
        for text in ("i-0123456", "i-0123456789abcdef01", "i-0123456G", "x-01234567", "i-01234567\n"):
            self.assertFalse(self.matches(cloud.INSTANCE, text), text)

    def test_anything_else_is_an_error_that_shows_it(self):
        with self.assertRaises(ValueError) as caught:
            boot.matched(re.compile("[a-z]+"), "A b")
        self.assertEqual(str(caught.exception), '"A b" is not [a-z]+')


class Packages(BareMachine):
    def install(self, system, repositories=()):
        self.commands.has("sh", does='[ -n "$PATH" ] && echo "cvmfs: $AERIE_CVMFS"')
        self.commands.has("lsblk", says='{"blockdevices": []}')
        facts = {"os": system, "osg": "24", "cvmfs": {"repositories": list(repositories)}}
        boot.install(facts, BEGAN + 900.7)
        return self.commands.all(), [one.options.get("env") for one in self.commands.started]

    def test_a_baked_image_lacks_nothing(self):
        self.assertEqual(self.install("baked", ["atlas.cern.ch"]), ([], []))

    def test_a_plain_image_gets_its_own_packages_in_the_environment_that_there_is(self):
        started, [_, env] = self.install("debian")
        self.assertEqual(started[-1], "sh /programs/packages-debian.sh")
        wanted = {"AERIE_CVMFS": "no", "AERIE_OSG": "24", "AERIE_STRIPE": "no", "AERIE_UNTIL": str(BEGAN + 870)}
        self.assertEqual(env, {**os.environ, **wanted})

    def test_cvmfs_is_installed_where_it_is_asked_for(self):
        started, [_, env] = self.install("el9", ["atlas.cern.ch"])
        self.assertEqual((started[-1], env["AERIE_CVMFS"]), ("sh /programs/packages-el9.sh", "yes"))

    def test_packages_that_cannot_be_installed_are_an_error(self):
        self.commands.has("sh", says="no mirror", ends=100)
        self.commands.has("lsblk", says='{"blockdevices": []}')
        with self.assertRaisesRegex(RuntimeError, "ended with 100: no mirror$"):
            boot.install({"os": "el9", "osg": "25", "cvmfs": {"repositories": []}}, BEGAN)


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


class Environment(BareMachine):
    def test_each_variable_stands_between_quotes_so_that_a_blank_is_a_blank(self):
        variables = {"http_proxy": "http://squid:3128", "FRONTIER_SERVER": "(serverurl=http://a)(proxyurl=http://b c)"}
        self.assertEqual(
            boot.environment(variables),
            "'http_proxy=http://squid:3128' 'FRONTIER_SERVER=(serverurl=http://a)(proxyurl=http://b c)'",
        )
        self.assertEqual(boot.environment({}), "")

    def test_quotes_and_dollars_are_those_of_the_value(self):
        self.assertEqual(boot.environment({"A": "it's \"$(B)\""}), "'A=it''s \"\"$(DOLLAR)(B)\"\"'")


class Memory(BareMachine):
    def test_a_job_may_have_what_it_asks_for_or_more_than_that_or_all_there_is(self):
        for policy, limit in (
            ("hard", "Memory"),
            ("soft", "TotalMemory"),
            (1.5, "int(min({Memory * 1.5, TotalMemory}))"),
        ):
            self.assertEqual(boot.memory_limit(policy), limit)


class Accounting(BareMachine):
    def accounted(self, prices, known=()):
        self.put(imds, "BASE", Metadata(self, dict(known)).url)
        self.put(os, "cpu_count", lambda: 4)
        cloud._session.clear()
        return boot.accounting(prices)

    def test_a_machine_s_type_zone_market_image_and_price_are_written_down(self):
        known = {
            "meta-data/instance-type": "m6i.xlarge",
            "meta-data/placement/availability-zone": "eu-west-1b",
            "meta-data/instance-life-cycle": "on-demand",
            "meta-data/ami-id": "ami-01234567",
        }
        self.assertEqual(
            self.accounted({"m6i": 0.0499999999}, known),
            [
                "AERIE_TYPE = m6i.xlarge",
                "AERIE_ZONE = eu-west-1b",
                "AERIE_MARKET = on-demand",
                "AERIE_IMAGE = ami-01234567",
                "AERIE_PRICE = 0.2",
            ],
        )

    def test_a_type_can_have_a_price_of_its_own_and_one_without_any_has_none(self):
        known = {"meta-data/instance-type": "g5.xlarge"}
        self.assertEqual(self.accounted({"g5.xlarge": 1.006, "g5": 1}, known)[-1], "AERIE_PRICE = 1.006")
        self.assertEqual(self.accounted({"m6i": 0.05}, known)[-1], "AERIE_PRICE = undefined")
        self.put(os, "cpu_count", lambda: None)
        self.assertEqual(boot.accounting({"g5": 0.5})[-1], "AERIE_PRICE = 0.5")

    def test_what_the_metadata_service_does_not_know_is_unknown(self):
        self.assertEqual(self.accounted({})[:4], [f"AERIE_{one} = unknown" for one in ("TYPE", "ZONE", "MARKET", "IMAGE")])

    def test_what_is_no_word_is_an_error(self):
        for text in ("a b", 'a"', "$(X)", "a" * 65):
            with self.assertRaises(ValueError):
                self.accounted({}, {"meta-data/ami-id": text})


class AddressFamily(BareMachine):
    def family(self, found):
        asked = []
        self.put(checks, "answering", lambda place: asked.append(place) or found)
        return boot.address_family({"centralManager": "cm.example.org"}), asked

    def test_htcondor_takes_the_family_in_which_the_collector_answers(self):
        self.assertEqual(self.family((socket.AF_INET, None)), (("PREFER_IPV4 = True",), ["cm.example.org:9618"]))
        self.assertEqual(self.family((socket.AF_INET6, None))[0], ("PREFER_IPV4 = False",))

    def test_while_it_does_not_answer_htcondor_does_as_it_likes(self):
        self.assertEqual(self.family((None, "no")), ((), ["cm.example.org:9618"]))
