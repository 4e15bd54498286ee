"""A worker's join: what it sends, what it makes of each answer, and how long it tries."""
import os
import random
import shutil

from bare_machine import BareMachine
from clock import BEGAN
from joining import GIVEN, INSTANCE, Endpoint, token_until
from programs import CERTIFICATES
from web import patience

import cloud
import imds
import join

TOKEN = "/etc/condor/tokens.d/aerie"
MOMENT = "20270115T080000Z"


class Asking(BareMachine):
    def test_a_worker_sends_its_proof_once_and_keeps_the_token_for_root_alone(self):
        endpoint = Endpoint(self, GIVEN)
        waits = patience(self)
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        proof = cloud.proof(
            "sts.eu-west-1.amazonaws.com", "eu-west-1", "cm.example.org", MOMENT, "ASIA1", "the-secret", "the-session"
        )
        self.assertEqual(endpoint.bodies(), [{"instanceId": INSTANCE, "headers": proof}])
        self.assertEqual(endpoint.web.paths(), ["POST /v1/workers/join"])
        self.assertEqual(endpoint.web.asked[0].headers["content-type"], "application/json")
        # It gives the endpoint longer than that gives STS and HTCondor, 10 s and 20 s.
        self.assertEqual(waits[-1], 45)
        self.assertEqual(self.read(TOKEN), "an.id.token\n")
        self.assertEqual((self.mode(TOKEN), self.mode(os.path.dirname(TOKEN))), (0o600, 0o700))
        self.assertEqual(self.clock.slept, [])

    def test_a_folder_of_tokens_that_is_there_is_shut_to_others(self):
        os.makedirs(self.root + "/etc/condor/tokens.d", mode=0o755)
        join.join(Endpoint(self, GIVEN).facts, INSTANCE, BEGAN + 900)
        self.assertEqual(self.mode("/etc/condor/tokens.d"), 0o700)

    def test_a_folder_of_tokens_is_never_open_to_others(self):
        made = []
        real = os.makedirs
        self.put(os, "makedirs", lambda *given, **options: (made.append(options), real(*given, **options)))
        join.join(Endpoint(self, GIVEN).facts, INSTANCE, BEGAN + 900)
        self.assertEqual(made[0], {"mode": 0o700, "exist_ok": True})

    def test_a_worker_that_has_a_token_does_not_ask_again(self):
        # Of every length that the last group of its base64 may have.
        for ends in (BEGAN + 61, BEGAN + 61.5, BEGAN + 61.25, BEGAN + 61.125):
            self.file(TOKEN, f"{token_until(ends)}\n")
            endpoint = Endpoint(self, GIVEN)
            join.join(endpoint.facts, INSTANCE, BEGAN + 900)
            self.assertEqual((endpoint.bodies(), self.read(TOKEN)), ([], f"{token_until(ends)}\n"))

    def test_one_that_has_slept_longer_than_its_token_lasts_joins_anew(self):
        for text in (token_until(BEGAN), token_until(BEGAN - 86400), token_until(None), "", "a", "a.b.c", "a.e30.c"):
            with self.subTest(text):
                self.file(TOKEN, f"{text}\n")
                endpoint = Endpoint(self, GIVEN)
                join.join(endpoint.facts, INSTANCE, BEGAN + 900)
                self.assertEqual((len(endpoint.bodies()), self.read(TOKEN)), (1, "an.id.token\n"))
                self.assertEqual(self.mode(TOKEN), 0o600)

    def test_one_whose_token_ends_before_it_can_have_joined_waits_for_that_and_joins_anew(self):
        for lasts in (60, 2):
            with self.subTest(lasts):
                self.clock.slept.clear()
                self.file(TOKEN, f"{token_until(self.clock.now + lasts)}\n")
                endpoint = Endpoint(self, GIVEN)
                join.join(endpoint.facts, INSTANCE, self.clock.now + 900)
                self.assertEqual((len(endpoint.bodies()), self.read(TOKEN)), (1, "an.id.token\n"))
                self.assertEqual(self.clock.slept, [lasts])

    def test_another_sts_can_be_named_and_is_signed_for_in_its_region(self):
        Endpoint(self, GIVEN)
        for host, region in (("sts.amazonaws.com", "us-east-1"), ("sts.example.org", "eu-west-1")):
            facts = {"pool": "cm.example.org", "stsHost": host}
            headers = cloud.request_of(imds, join.ask, facts, INSTANCE)["headers"]
            self.assertEqual(headers["host"], host)
            self.assertIn(f"/20270115/{region}/sts/", headers["authorization"])

    def test_the_pool_s_own_authority_is_trusted_and_no_other(self):
        endpoint = Endpoint(self, GIVEN, secure=True)
        with self.assertRaisesRegex(OSError, "CERTIFICATE_VERIFY_FAILED"):
            join.ask(endpoint.facts, "join", {})
        os.makedirs(self.root + "/etc/aerie")
        shutil.copy(f"{CERTIFICATES}/authority.pem", self.root + "/etc/aerie/ca.pem")
        self.assertEqual(join.ask(endpoint.facts, "join", {}), {"token": "an.id.token"})


class Trying(BareMachine):
    def setUp(self):
        super().setUp()
        # In the middle: the waits are as long as they are meant to be.
        self.put(random, "random", lambda: 0.5)

    def test_a_lost_answer_is_asked_for_again_with_the_same_proof_while_that_is_fresh(self):
        endpoint = Endpoint(self, b"", (503, {}, ""), (429, {}, ""), (500, {}, ""), GIVEN)
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        self.assertEqual(endpoint.bodies(), 5 * endpoint.bodies()[:1])

    def test_a_proof_that_is_old_or_not_believed_is_signed_anew(self):
        dates = lambda endpoint: [body["headers"]["x-amz-date"] for body in endpoint.bodies()]  # noqa: E731
        endpoint = Endpoint(self, (403, {}, ""), GIVEN)
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        self.assertEqual(dates(endpoint), ["20270115T080000Z", "20270115T080001Z"])
        os.remove(self.root + TOKEN)
        # 240 s old it is still the same, and no older.
        endpoint = Endpoint(self, (503, {"retry-after": "120"}, ""), (503, {"retry-after": "120"}, ""), b"", GIVEN)
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        self.assertEqual(dates(endpoint), 3 * ["20270115T080001Z"] + ["20270115T080405Z"])

    def test_it_waits_as_long_as_the_endpoint_says_but_no_longer_than_two_minutes(self):
        for said, waited in (("15", 15), ("0", 1), ("-5", 1), ("soon", 1), ("1e9", 1), ("999999999", 120)):
            endpoint = Endpoint(self, (503, {"retry-after": said}, ""), GIVEN)
            self.clock.slept.clear()
            with self.subTest(said):
                join.join(endpoint.facts, INSTANCE, BEGAN + 9_000)
                self.assertEqual(self.clock.slept, [waited])
            os.remove(self.root + TOKEN)

    def test_those_who_were_launched_together_come_back_at_different_times(self):
        for chance, waited in ((0.0, [0.5, 1.0, 2.0]), (0.999, [1.499, 2.998, 5.996])):
            self.put(random, "random", lambda chance=chance: chance)
            endpoint = Endpoint(self, *3 * [(503, {}, "")], GIVEN)
            self.clock.slept.clear()
            join.join(endpoint.facts, INSTANCE, BEGAN + 900)
            self.assertEqual([round(wait, 3) for wait in self.clock.slept], waited)
            os.remove(self.root + TOKEN)

    def test_a_final_answer_is_the_end_and_says_so(self):
        for status in (400, 404, 405, 409, 413, 415):
            endpoint = Endpoint(self, (status, {}, '{"error":\n "It has  joined."}'))
            with self.subTest(status), self.assertRaises(RuntimeError) as caught:
                join.join(endpoint.facts, INSTANCE, BEGAN + 900)
            self.assertEqual(
                str(caught.exception),
                f'joining was refused: the endpoint answered {status}: {{"error": "It has joined."}}',
            )
            self.assertEqual(len(endpoint.bodies()), 1)
            self.assertIsNone(caught.exception.__cause__)
            self.assertTrue(caught.exception.__suppress_context__)
        self.assertEqual(self.clock.slept, [])

    def test_any_other_answer_is_asked_for_again(self):
        for answer in (
            (401, {}, ""),
            (403, {}, ""),
            (429, {}, ""),
            (500, {}, ""),
            (503, {}, ""),
            (200, {}, "<html>"),
            (200, {}, "{}"),
            (200, {}, "[]"),
            (200, {}, "null"),
            (200, {}, '{"token": 5}'),
            (200, {"content-length": "1000"}, "{"),
            b"what?\r\n\r\n",
            b"",
        ):
            endpoint = Endpoint(self, answer, GIVEN)
            self.clock.slept.clear()
            with self.subTest(answer):
                join.join(endpoint.facts, INSTANCE, BEGAN + 900)
                self.assertEqual((len(endpoint.bodies()), self.clock.slept), (2, [1]))
                self.assertEqual(self.read(TOKEN), "an.id.token\n")
            os.remove(self.root + TOKEN)

    def test_an_answer_is_told_with_its_first_500_bytes_whatever_they_are(self):
        endpoint = Endpoint(self, b"HTTP/1.1 500 No\r\ncontent-length: 900\r\n\r\n\xff" + 899 * b"x")
        with self.assertRaises(ConnectionError) as caught:
            join.ask(endpoint.facts, "join", {})
        self.assertEqual(str(caught.exception), "the endpoint answered 500: \ufffd" + 499 * "x")
        self.assertTrue(caught.exception.__suppress_context__)

    def test_it_waits_twice_as_long_each_time_and_half_a_minute_at_most(self):
        endpoint = Endpoint(self, *9 * [(500, {}, "busy")], GIVEN)
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        self.assertEqual(self.clock.slept, [1, 2, 4, 8, 16, 30, 30, 30, 30])
        self.assertEqual(
            self.told()[:2],
            [f"aerie: joining failed, again in {wait} s: the endpoint answered 500: busy" for wait in (1, 2)],
        )

    def test_it_gives_up_when_another_try_would_be_too_late(self):
        endpoint = Endpoint(self, (500, {}, "busy"))
        with self.assertRaises(RuntimeError) as caught:
            join.join(endpoint.facts, INSTANCE, BEGAN + 7)
        self.assertEqual(str(caught.exception), "joining did not succeed in time: the endpoint answered 500: busy")
        self.assertTrue(caught.exception.__suppress_context__)
        self.assertEqual(self.clock.slept, [1, 2, 4])
        self.assertFalse(self.there(TOKEN))

    def test_a_role_that_is_not_there_yet_is_asked_for_again(self):
        endpoint = Endpoint(self, GIVEN)
        role = "meta-data/iam/security-credentials/worker"
        keys = endpoint.metadata.knows.pop(role)
        self.clock.after(3, lambda: endpoint.metadata.knows.update({role: keys}))
        join.join(endpoint.facts, INSTANCE, BEGAN + 900)
        self.assertEqual((self.clock.slept, len(endpoint.bodies())), ([1, 2], 1))
        self.assertEqual(self.told()[0], f"aerie: joining failed, again in 1 s: the metadata service has no {role}")

    def test_nothing_is_said_of_its_keys(self):
        with self.assertRaises(RuntimeError) as caught:
            join.join(Endpoint(self, (403, {}, ""), (409, {}, "")).facts, INSTANCE, BEGAN + 900)
        self.assertNotRegex("\n".join([*self.told(), str(caught.exception)]), "the-se|Signature")
