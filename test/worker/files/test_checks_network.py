"""What has to be reachable before a worker takes jobs."""
import errno
import socket
from unittest.mock import patch

from bare_machine import BareMachine

import checks


class FakeSocket(socket.socket):
    """Connects to what is in `up`; a machine without IPv6 cannot make the other kind."""

    up = ()
    families = (socket.AF_INET, socket.AF_INET6)
    tried = []

    def __init__(self, family, kind, protocol):
        if family not in self.families:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        super().__init__(family, kind, protocol)

    def connect(self, address):
        self.tried.append((address, self.gettimeout()))
        if address[0] not in self.up:
            raise OSError(errno.ECONNREFUSED, "Connection refused")


def entry(address, family=socket.AF_INET):
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 1094)


class Reach(BareMachine):
    def setUp(self):
        super().setUp()
        self.put(socket, "socket", FakeSocket)
        FakeSocket.tried = []

    def reach(self, place, found, up=(), families=(socket.AF_INET, socket.AF_INET6), check=None):
        asked = []

        def resolve(host, port, **options):
            asked.append((host, port, options))
            if isinstance(found, OSError):
                raise found
            return found

        with patch.object(socket, "getaddrinfo", resolve), patch.multiple(FakeSocket, up=up, families=families):
            said = (check or checks.reach)(place)
        return said, asked

    def test_a_place_that_answers_is_well_and_is_left_at_once(self):
        said, asked = self.reach("se.example.org:1094", [entry("10.0.0.1"), entry("10.0.0.2")], up=("10.0.0.1",))
        self.assertIsNone(said)
        self.assertEqual(asked, [("se.example.org", 1094, {"type": socket.SOCK_STREAM})])
        self.assertEqual(FakeSocket.tried, [(("10.0.0.1", 1094), 5)])

    def test_one_of_its_addresses_is_enough(self):
        said, _ = self.reach("se.example.org:1094", [entry("10.0.0.1"), entry("10.0.0.2")], up=("10.0.0.2",))
        self.assertIsNone(said)

    def test_a_place_where_nothing_answers_is_named_with_its_last_address(self):
        said, _ = self.reach("se.example.org:1094", [entry("10.0.0.1"), entry("10.0.0.2")])
        self.assertEqual(said, "se.example.org:1094, which is 10.0.0.2, does not answer: Connection refused")

    def test_an_error_without_a_sentence_says_what_it_is(self):
        self.put(FakeSocket, "connect", lambda *_: (_ for _ in ()).throw(socket.timeout("timed out")))
        said, _ = self.reach("se.example.org:1094", [entry("10.0.0.1")])
        self.assertEqual(said, "se.example.org:1094, which is 10.0.0.1, does not answer: timed out")

    def test_a_machine_without_ipv6_tries_the_other_addresses(self):
        found = [entry("fd00::1", socket.AF_INET6), entry("10.0.0.1")]
        said, _ = self.reach("se.example.org:1094", found, up=("10.0.0.1",), families=(socket.AF_INET,))
        self.assertIsNone(said)
        said, _ = self.reach("se.example.org:1094", found[:1], families=(socket.AF_INET,))
        self.assertEqual(
            said, "se.example.org:1094, which is fd00::1, does not answer: Address family not supported by protocol"
        )

    def test_a_name_that_does_not_resolve_is_named(self):
        said, _ = self.reach("se.example.org:1094", socket.gaierror(-2, "Name or service not known"))
        self.assertEqual(said, "se.example.org does not resolve: Name or service not known")

    def test_a_name_without_an_address_is_named(self):
        self.assertEqual(self.reach("se.example.org:1094", [])[0], "se.example.org has no address")

    def test_an_ipv6_address_stands_in_brackets(self):
        _, asked = self.reach("[fd00::1]:1094", [entry("fd00::1", socket.AF_INET6)])
        self.assertEqual(asked[0][:2], ("fd00::1", 1094))

    def test_ipv4_is_tried_first_and_what_answers_is_told_by_its_family(self):
        both = [entry("fd00::1", socket.AF_INET6), entry("10.0.0.1"), entry("fd00::2", socket.AF_INET6)]
        for up, answer in (
            (("10.0.0.1", "fd00::1"), (socket.AF_INET, None)),
            (("fd00::2",), (socket.AF_INET6, None)),
            ((), (None, "cm:1094, which is fd00::2, does not answer: Connection refused")),
        ):
            self.assertEqual(self.reach("cm:1094", both, up=up, check=checks.answering)[0], answer)
        self.assertEqual([address[0] for address, _ in FakeSocket.tried[:4]], ["10.0.0.1", "10.0.0.1", "fd00::1", "fd00::2"])
        gone = socket.gaierror(-2, "Name or service not known")
        self.assertIsNone(self.reach("cm:1094", gone, check=checks.answering)[0][0])


class Pinned(BareMachine):
    def pinned(self, address, *found):
        def resolve(host, port):
            if not found:
                raise socket.gaierror(-2, "Name or service not known")
            return [entry(one) for one in found] if (host, port) == ("lfc.example.org", None) else []

        with patch.object(socket, "getaddrinfo", resolve):
            return checks.pinned("lfc.example.org", address)

    def test_a_name_resolves_to_its_address_however_often_and_however_it_is_written(self):
        self.assertIsNone(self.pinned("10.0.0.1", "10.0.0.1", "10.0.0.1"))
        self.assertIsNone(self.pinned("fd00:0::1", "fd00::1"))

    def test_a_name_that_resolves_to_another_address_too_is_named(self):
        self.assertEqual(self.pinned("10.0.0.1", "10.0.0.2"), "lfc.example.org is 10.0.0.2, expected 10.0.0.1")
        said = self.pinned("10.0.0.1", "10.0.0.1", "10.0.0.2")
        self.assertRegex(said, r"^lfc.example.org is 10.0.0.(1, 10.0.0.2|2, 10.0.0.1), expected 10.0.0.1$")

    def test_a_name_that_does_not_resolve_is_named(self):
        self.assertEqual(self.pinned("10.0.0.1"), "lfc.example.org does not resolve: Name or service not known")
