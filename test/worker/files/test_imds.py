"""The worker's reading of EC2's instance metadata."""
import json
import os
import runpy
import urllib.error
from http.client import HTTPException
from unittest.mock import patch

from bare_machine import BareMachine
from clock import BEGAN
from metadata import Metadata
from programs import FILES
from web import Web, patience

import cloud
import imds

KEYS = {"AccessKeyId": "ASIA1", "SecretAccessKey": "secret", "Token": "session"}


class Reading(BareMachine):
    def setUp(self):
        super().setUp()
        self.metadata = Metadata(self, {"meta-data/instance-id": " i-0123456789abcdef0\n"})
        self.put(imds, "BASE", self.metadata.url)

    def test_one_session_serves_all_questions_and_lasts_as_long_as_ec2_allows(self):
        self.assertEqual(imds.get("meta-data/instance-id"), " i-0123456789abcdef0\n")
        self.assertEqual(imds.get("meta-data/instance-id"), " i-0123456789abcdef0\n")
        self.assertEqual(
            self.metadata.web.paths(),
            ["PUT /latest/api/token", *2 * ["GET /latest/meta-data/instance-id"]],
        )
        self.assertEqual(self.metadata.web.asked[0].headers["x-aws-ec2-metadata-token-ttl-seconds"], "21600")

    def test_a_session_that_has_ended_is_replaced(self):
        imds.get("meta-data/instance-id")
        self.metadata.forget()
        self.assertEqual(imds.get("meta-data/instance-id"), " i-0123456789abcdef0\n")
        self.assertEqual([path[:3] for path in self.metadata.web.paths()], ["PUT", "GET", "GET", "PUT", "GET"])
        imds.get("meta-data/instance-id")
        self.assertEqual(len(self.metadata.sessions), 2)

    def test_a_fresh_session_that_is_refused_is_an_error(self):
        self.metadata.fails = 401
        with self.assertRaises(urllib.error.HTTPError) as caught:
            imds.get("meta-data/instance-id")
        self.assertEqual(caught.exception.code, 401)
        self.assertEqual(len(self.metadata.sessions), 2)

    def test_what_is_not_there_is_none_and_is_asked_for_once(self):
        self.assertIsNone(imds.get("meta-data/spot/instance-action"))
        self.assertEqual(len(self.metadata.web.asked), 2)

    def test_a_failing_service_is_an_error_at_once(self):
        for status in (403, 500, 503):
            self.metadata.fails = status
            asked = len(self.metadata.web.asked)
            with self.assertRaises(urllib.error.HTTPError) as caught:
                imds.get("meta-data/instance-id")
            self.assertEqual(caught.exception.code, status)
            self.assertLessEqual(len(self.metadata.web.asked) - asked, 2)

    def test_no_question_waits_longer_than_five_seconds(self):
        waits = patience(self)
        imds.get("meta-data/instance-id")
        self.assertEqual(waits, [5, 5])

    def test_a_service_that_cannot_be_reached_is_an_error(self):
        self.put(imds, "BASE", "http://127.0.0.1:9")
        with self.assertRaises(urllib.error.URLError):
            imds.get("meta-data/instance-id")

    def test_a_text_that_is_no_utf_8_is_an_error(self):
        broken = Web(self, lambda _: b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\xff")
        self.put(imds, "BASE", broken.url)
        with self.assertRaises(ValueError):
            imds.get("meta-data/instance-id")


class Needs(BareMachine):
    def setUp(self):
        super().setUp()
        self.metadata = Metadata(
            self,
            {
                "meta-data/local-ipv4": " 10.0.0.7\n",
                "meta-data/tags/instance/aerie:fleet": "CERN\n",
                "meta-data/iam/security-credentials/": "worker\nanother\n",
                "meta-data/iam/security-credentials/worker": json.dumps(KEYS),
            },
        )
        self.put(imds, "BASE", self.metadata.url)

    def test_a_text_that_every_worker_has_comes_without_blanks(self):
        self.assertEqual(imds.need("meta-data/local-ipv4"), "10.0.0.7")

    def test_its_absence_is_an_error_that_names_it(self):
        with self.assertRaisesRegex(LookupError, "^the metadata service has no meta-data/nothing$"):
            imds.need("meta-data/nothing")

    def test_what_not_every_worker_has_can_be_left_out_and_is_asked_for_once(self):
        self.assertEqual(imds.need("meta-data/nothing", "none"), "none")
        self.assertEqual(imds.need("meta-data/nothing", ""), "")
        self.assertEqual(imds.need("meta-data/local-ipv4", "none"), "10.0.0.7")
        self.assertEqual(self.clock.slept, [])

    def test_a_service_that_fails_for_a_while_is_asked_again_with_longer_pauses(self):
        for fails in (429, 503):
            self.clock.slept.clear()
            self.metadata.fails = fails
            self.clock.after(self.clock.now - BEGAN + 6, lambda: setattr(self.metadata, "fails", None))
            self.assertEqual(imds.need("meta-data/local-ipv4"), "10.0.0.7")
            self.assertEqual(self.clock.slept, [1, 2, 4])

    def test_what_not_every_worker_has_can_be_left_out_also_after_failures(self):
        self.metadata.fails = 500
        self.clock.after(15, lambda: setattr(self.metadata, "fails", None))
        self.assertEqual(imds.need("meta-data/nothing", "none"), "none")
        self.assertEqual(self.clock.slept, [1, 2, 4, 8])

    def test_a_text_that_comes_late_is_waited_for(self):
        text = self.metadata.knows.pop("meta-data/local-ipv4")
        self.clock.after(1, lambda: self.metadata.knows.update({"meta-data/local-ipv4": text}))
        self.assertEqual(imds.need("meta-data/local-ipv4"), "10.0.0.7")

    def test_a_service_that_goes_on_failing_is_an_error_after_a_quarter_of_a_minute(self):
        self.metadata.fails = 500
        with self.assertRaises(urllib.error.HTTPError):
            imds.need("meta-data/local-ipv4", "none")
        self.assertEqual(self.clock.slept, [1, 2, 4, 8])
        for url in ("http://127.0.0.1:9", Web(self, lambda _: b"what?\r\n\r\n").url):
            self.put(imds, "BASE", url)
            cloud._session.clear()
            with self.assertRaises((OSError, HTTPException)):
                imds.need("meta-data/local-ipv4")
        self.assertEqual(self.clock.slept, 3 * [1, 2, 4, 8])

    def test_tags_are_read_by_name(self):
        self.assertEqual(imds.tag("fleet"), "CERN")
        with self.assertRaisesRegex(LookupError, "^the metadata service has no meta-data/tags/instance/aerie:linger$"):
            imds.tag("linger")
        self.assertEqual(imds.tag("linger", "none"), "none")

    def test_a_proof_is_signed_with_the_keys_of_the_first_role(self):
        self.metadata.knows["meta-data/placement/region"] = "eu-west-1"
        headers = cloud.request_of(imds, None, {"pool": "cm.example.org"}, "i-0123456789abcdef0")["headers"]
        self.assertEqual(headers["x-amz-security-token"], "session")
        self.assertIn(" Credential=ASIA1/", headers["authorization"])

    def test_broken_credentials_are_an_error(self):
        self.metadata.knows["meta-data/placement/region"] = "eu-west-1"
        role = "meta-data/iam/security-credentials/worker"
        for text, kind in (("{", ValueError), ("{}", KeyError)):
            self.metadata.knows[role] = text
            with self.assertRaises(kind):
                cloud.request_of(imds, None, {"pool": "cm.example.org"}, "i-0123456789abcdef0")


class Loading(BareMachine):
    def test_the_service_is_ec2_s_own_address(self):
        self.assertEqual(runpy.run_path(FILES + "/imds.py")["BASE"], "http://169.254.169.254")

    def test_no_proxy_comes_between_a_worker_and_another_service_that_is_named(self):
        metadata = Metadata(self, {"meta-data/local-ipv4": "10.0.0.7"})
        env = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "", "AERIE_IMDS": metadata.url}
        with patch.dict(os.environ, env):
            program = runpy.run_path(FILES + "/imds.py")
            self.assertEqual(program["get"]("meta-data/local-ipv4"), "10.0.0.7")
