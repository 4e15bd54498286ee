"""The comparison of a worker's clock with the endpoint's."""
import os
import shutil
from email.utils import formatdate

from bare_machine import BareMachine
from clock import BEGAN
from programs import CERTIFICATES
from web import Web, patience

import checks


class EndpointClock(BareMachine):
    status = 200
    date = formatdate(BEGAN, usegmt=True)

    def endpoint(self, secure=False):
        def answer(_):
            return self.status, {} if self.date is None else {"date": self.date}, ""

        self.web = Web(self, answer, secure)
        return self.web.url

    def test_the_endpoint_s_health_is_asked_with_patience_of_five_seconds(self):
        waits = patience(self)
        self.assertIsNone(checks.clock(self.endpoint() + "/"))
        self.assertEqual(self.web.paths(), ["GET /healthz"])
        self.assertEqual(waits, [5])

    def test_a_minute_is_tolerated_in_both_directions_and_no_more(self):
        url = self.endpoint()
        for skew, said in ((60, None), (-60, None), (61, "+61"), (-3600, "-3600"), (3600, "+3600")):
            self.clock.now = BEGAN + skew
            with self.subTest(skew):
                self.assertEqual(checks.clock(url), said and f"the clock is {said} s off the endpoint's")

    def test_a_refusal_is_dated_too(self):
        self.status = 503
        url = self.endpoint()
        self.assertIsNone(checks.clock(url))
        self.clock.now += 100
        self.assertEqual(checks.clock(url), "the clock is +100 s off the endpoint's")

    def test_an_answer_without_a_date_is_named(self):
        self.date = None
        url = self.endpoint()
        for self.status in (200, 404):
            self.assertEqual(checks.clock(url), "the endpoint's answers have no date")

    def test_an_endpoint_that_does_not_answer_is_named(self):
        self.assertRegex(checks.clock("http://127.0.0.1:9"), "^the endpoint does not answer: .*Connection refused")

    def test_an_endpoint_whose_authority_nobody_trusts_is_named(self):
        said = checks.clock(self.endpoint(secure=True))
        self.assertRegex(said, "^the endpoint does not answer: .*CERTIFICATE_VERIFY_FAILED")

    def test_the_pool_s_own_authority_is_trusted(self):
        os.makedirs(self.root + "/etc/aerie")
        shutil.copy(f"{CERTIFICATES}/authority.pem", self.root + "/etc/aerie/ca.pem")
        self.assertIsNone(checks.clock(self.endpoint(secure=True)))

    def test_a_date_that_is_none_fails_the_check_and_nothing_else(self):
        self.date = "today"
        self.assertRegex(checks.said(lambda: checks.clock(self.endpoint())), "broke off: ValueError")
