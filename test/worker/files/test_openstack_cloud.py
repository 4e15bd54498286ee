"""What a worker of an OpenStack has in the place of EC2's cloud.py: metadata of Nova's, and the answer to a challenge."""
import hashlib
import hmac
import importlib.util
import json

from bare_machine import BareMachine
from clock import BEGAN
from programs import FILES
from web import Web

import boot
import imds
import join
import machine

specification = importlib.util.spec_from_file_location("openstack_cloud", FILES + "/../openstack/cloud.py")
cloud = importlib.util.module_from_spec(specification)
specification.loader.exec_module(cloud)

SERVER = "6f1b1f0e-9f0c-4bf5-9d5f-0d9f5e1c2a11"
INSTANCE = "os-" + SERVER
CHALLENGE = "a-challenge"
GIVEN = (200, {}, json.dumps({"token": "an.id.token"}))
ABOUT = {
    "uuid": SERVER,
    "hostname": "aerie-site-1.novalocal",
    "name": "aerie-site-1",
    "availability_zone": "zone_a",
    "meta": {"aerie:fleet": "site", "aerie:linger-seconds": "60"},
}


def told(challenge=CHALLENGE, seconds=120, issued_at=BEGAN):
    sha256 = hashlib.sha256(challenge.encode()).hexdigest()
    return 200, {}, json.dumps({"issuedAt": issued_at, "sha256": sha256, "seconds": seconds})


class Server(BareMachine):
    """A server of an OpenStack, and its metadata service."""

    def setUp(self):
        super().setUp()
        for module in (imds, join, boot, machine):
            self.put(module, "cloud", cloud)
        self.about = json.loads(json.dumps(ABOUT))
        self.alike = {"local-ipv4": "10.9.0.7\n", "instance-type": "m1.large (big)"}
        self.fails = None
        self.metadata = Web(self, self._tell)
        self.put(imds, "BASE", self.metadata.url)

    def _tell(self, request):
        if self.fails is not None:
            return self.fails, {}, ""
        if request.path == "/openstack/latest/meta_data.json" and request.command == "GET":
            return (404, {}, "") if self.about is None else (200, {}, json.dumps(self.about))
        text = self.alike.get(request.path.removeprefix("/latest/meta-data/"))
        return (404, {}, "") if text is None or request.command != "GET" else (200, {}, text)


class Reading(Server):
    def test_a_server_is_called_after_its_id(self):
        self.assertEqual(boot.matched(cloud.INSTANCE, imds.need("meta-data/instance-id")), INSTANCE)
        for other in ("i-0123456789abcdef0", "os-", INSTANCE + "0", "os-" + 36 * "a", INSTANCE.upper()):
            with self.assertRaises(ValueError):
                boot.matched(cloud.INSTANCE, other)

    def test_its_metadata_are_what_ec2_calls_tags(self):
        self.assertEqual(imds.tag("fleet"), "site")
        self.assertEqual(imds.tag("promised", ""), "")
        with self.assertRaisesRegex(LookupError, "^the metadata service has no meta-data/tags/instance/aerie:width$"):
            imds.tag("width")
        del self.about["meta"]
        self.assertEqual(imds.tag("fleet", "none"), "none")

    def test_the_rest_is_what_nova_says_of_it_in_words_that_htcondor_takes(self):
        for path, text in (
            ("meta-data/local-hostname", "aerie-site-1.novalocal"),
            ("meta-data/local-ipv4", "10.9.0.7"),
            ("meta-data/placement/availability-zone", "zone-a"),
            ("meta-data/instance-type", "m1.large--big-"),
            ("meta-data/instance-life-cycle", "on-demand"),
        ):
            self.assertEqual(imds.need(path), text)
        self.alike["instance-type"] = 70 * "a"
        self.assertEqual(boot.accounting({})[0], f"AERIE_TYPE = {64 * 'a'}")
        self.assertEqual(boot.accounting({})[3], "AERIE_IMAGE = unknown")

    def test_what_only_ec2_has_is_none_and_asked_of_nobody(self):
        for path in ("meta-data/spot/instance-action", "meta-data/events/recommendations/rebalance", "meta-data/ami-id"):
            self.assertIsNone(imds.get(path))
        self.assertEqual(self.metadata.asked, [])

    def test_what_nova_does_not_know_is_none(self):
        self.about["availability_zone"] = None
        self.alike.clear()
        self.assertIsNone(imds.get("meta-data/placement/availability-zone"))
        self.assertIsNone(imds.get("meta-data/instance-type"))

    def test_a_machine_that_is_no_server_is_told_so(self):
        self.about = None
        sentence = "^the metadata service has no /openstack/latest/meta_data.json: is this a server of an OpenStack"
        with self.assertRaisesRegex(LookupError, sentence):
            imds.need("meta-data/instance-id")
        self.assertEqual(self.clock.slept, [1, 2, 4, 8])

    def test_a_service_that_fails_for_a_while_is_asked_again(self):
        self.fails = 500
        self.clock.after(3, lambda: setattr(self, "fails", None))
        self.assertEqual((imds.tag("fleet"), self.clock.slept), ("site", [1, 2]))
        self.fails = 500
        for path in ("meta-data/instance-id", "meta-data/local-ipv4"):
            with self.assertRaisesRegex(OSError, "500"):
                imds.get(path)

    def test_jobs_are_kept_from_the_service_under_both_its_addresses(self):
        self.assertEqual(cloud.METADATA, (("iptables", "169.254.169.254"), ("ip6tables", "fe80::a9fe:a9fe")))
        self.assertIs(machine.cloud, cloud)


class Joining(Server):
    def setUp(self):
        super().setUp()
        self.put(join.random, "random", lambda: 0.5)
        self.challenges = [told()]
        self.answers = [GIVEN]
        self.endpoint = Web(self, self._answer)
        self.facts = {"pool": "cm.example.org", "endpointUrl": self.endpoint.url + "/"}
        self.show(CHALLENGE)

    def show(self, challenge):
        self.about["meta"]["aerie:challenge"] = challenge

    def _answer(self, request):
        queue = self.challenges if request.path.endswith("/challenge") else self.answers
        return queue.pop(0) if len(queue) > 1 else queue[0]

    def sent(self):
        return [(one.path.removeprefix("/v1/workers/"), json.loads(one.text)) for one in self.endpoint.asked]

    def paths(self):
        return [path for path, _ in self.sent()]

    def join(self, seconds=900):
        join.join(self.facts, INSTANCE, BEGAN + seconds)

    def failure(self, seconds=900):
        with self.assertRaises(RuntimeError) as caught:
            self.join(seconds)
        return str(caught.exception)

    def test_it_asks_for_a_challenge_reads_it_and_answers_without_sending_it(self):
        self.join()
        (first, asked), (second, answer) = self.sent()
        self.assertEqual((first, asked), ("challenge", {"instanceId": INSTANCE, "pool": "cm.example.org"}))
        self.assertEqual(second, "join")
        self.assertRegex(answer["nonce"], "^[0-9a-f]{32}$")
        text = f"cm.example.org {INSTANCE} {answer['nonce']}".encode()
        self.assertEqual(
            answer,
            {
                "instanceId": INSTANCE,
                "pool": "cm.example.org",
                "issuedAt": BEGAN,
                "nonce": answer["nonce"],
                "answer": hmac.new(CHALLENGE.encode(), text, hashlib.sha256).hexdigest(),
            },
        )
        self.assertEqual(self.read("/etc/condor/tokens.d/aerie"), "an.id.token\n")
        self.assertEqual(self.clock.slept, [])

    def test_metadata_that_lag_are_looked_at_until_they_show_this_challenge(self):
        for shown in ("an-older-one", ""):
            self.show(shown)
            self.clock.after(self.clock.now - BEGAN + 15, lambda: self.show(CHALLENGE))
            self.clock.slept.clear()
            join.cloud.request_of(imds, join.ask, self.facts, INSTANCE)
            self.assertEqual(self.clock.slept, 8 * [2])
        self.assertEqual(self.paths(), ["challenge", "challenge"])

    def test_a_challenge_that_never_shows_is_asked_for_again_until_the_deadline(self):
        self.show("another-one")
        self.assertEqual(
            self.failure(300),
            "joining did not succeed in time: the metadata service did not show the endpoint's challenge within 120 s",
        )
        self.assertEqual(self.paths(), 3 * ["challenge"])
        self.assertEqual(
            self.told()[0],
            "aerie: joining failed, again in 1 s: the metadata service did not show the endpoint's challenge within 120 s",
        )
        self.assertFalse(self.there("/etc/condor/tokens.d/aerie"))

    def test_it_looks_no_longer_than_four_minutes_whatever_the_endpoint_says(self):
        self.show("another-one")
        self.challenges = [told(seconds=10**9)]
        with self.assertRaisesRegex(TimeoutError, "within 240 s$"):
            cloud.request_of(imds, join.ask, self.facts, INSTANCE)
        self.assertEqual(sum(self.clock.slept), 242)

    def test_an_answer_that_is_lost_is_given_again_and_one_that_is_not_believed_is_made_anew(self):
        self.answers = [(503, {}, ""), GIVEN]
        self.join()
        self.assertEqual(self.paths(), ["challenge", "join", "join"])
        self.assertEqual(self.sent()[1], self.sent()[2])
        self.endpoint.asked.clear()
        self.answers = [(403, {}, '{"error":"That is no answer."}'), GIVEN]
        self.file("/etc/condor/tokens.d/aerie", "")
        self.join()
        self.assertEqual(self.paths(), ["challenge", "join", "challenge", "join"])
        self.assertNotEqual(self.sent()[1][1]["nonce"], self.sent()[3][1]["nonce"])

    def test_an_endpoint_that_cannot_challenge_it_now_is_asked_again(self):
        for refusal in ((503, {"retry-after": "30"}, "{}"), (403, {}, '{"error":"There is no server."}'), (200, {}, "{}"), (200, {}, "[]")):
            self.challenges = [refusal, told()]
            self.file("/etc/condor/tokens.d/aerie", "")
            self.join(9_000)
        self.assertEqual(self.paths(), 4 * ["challenge", "challenge", "join"])
        self.assertEqual(self.clock.slept, [30, 1, 1, 1])

    def test_an_endpoint_that_knows_no_openstack_and_one_token_too_many_are_the_end(self):
        self.challenges = [(404, {}, '{"error":"This endpoint knows no OpenStack."}')]
        self.assertEqual(
            self.failure(),
            'joining was refused: the endpoint answered 404: {"error":"This endpoint knows no OpenStack."}',
        )
        self.challenges = [told()]
        self.answers = [(409, {}, '{"error":"has had its token"}')]
        self.assertRegex(self.failure(), "^joining was refused: the endpoint answered 409: .*has had its token")

    def test_a_metadata_service_that_fails_is_said_and_looked_at_again(self):
        self.fails = 500
        self.clock.after(1, lambda: setattr(self, "fails", None))
        self.join()
        self.assertRegex(self.told()[0], "^aerie: joining failed, again in 1 s: HTTP Error 500")

    def test_nothing_is_said_of_the_challenge(self):
        self.answers = [(403, {}, ""), (409, {}, "")]
        self.assertNotIn(CHALLENGE, "\n".join([self.failure(), *self.told()]))
