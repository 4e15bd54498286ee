"""What has to hold before this machine takes jobs, and while it does. Each check gives a sentence if it fails."""
import calendar
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

import node

CVMFS = "/cvmfs/"
CONNECT_SECONDS = 5
# It is one hop away.
METADATA_SECONDS = 0.5
NOBODY = 65534
SIDE_BY_SIDE = 16
# A first look into a repository fetches its catalogue over the network.
CVMFS_SECONDS = 30
# Signatures are refused from 5 minutes on, tokens and proxies from less; chrony keeps a healthy VM within one second.
MOST_CLOCK_SKEW_SECONDS = 60


def cvmfs(repository):
    """Reads a repository's root in a process of its own, because a hanging mount cannot be interrupted."""
    path = CVMFS + repository
    quiet = subprocess.DEVNULL
    look = subprocess.Popen(["ls", path], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    until = time.monotonic() + CVMFS_SECONDS
    while look.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    if look.poll() is None:
        look.kill()
        return f"{path} did not answer within {CVMFS_SECONDS} s"
    return None if look.returncode == 0 else f"{path} is not readable"


def reach(place, seconds=CONNECT_SECONDS):
    """`place` is host:port: the name has to resolve, and something has to answer there."""
    host, port = place.rsplit(":", 1)
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return f"{host} does not resolve: {error.strerror}"
    why = f"{host} has no address"
    for family, kind, protocol, _, address in found:
        # A machine without IPv6 cannot even make the socket.
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.settimeout(seconds)
                probe.connect(address)
                return None
        except OSError as error:
            why = f"{place}, which is {address[0]}, does not answer: {error.strerror or error}"
    return why


def collectors(facts):
    """Where the collectors listen: one, or those of a pool with high availability."""
    managers = facts["centralManager"].split(", ")
    return tuple(manager if ":" in manager else manager + ":9618" for manager in managers)


def reach_one(places):
    """One of them has to answer: while a central manager is down, the other one is the pool."""
    why = []
    for place in places:
        sentence = reach(place)
        if sentence is None:
            return None
        why.append(sentence)
    return "; ".join(why)


def pinned(host, address):
    """A pinned name resolves to its address, and to nothing else."""
    try:
        found = {ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except socket.gaierror as error:
        return f"{host} does not resolve: {error.strerror}"
    return None if found == {ip_address(address)} else f"{host} is {', '.join(map(str, found))}, expected {address}"


def disk(path, least_mb):
    """Room for the jobs' scratch directories; HTCondor makes theirs when it starts."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    free = shutil.disk_usage(path).free // 2**20
    return None if free >= least_mb else f"{path} has {free} MB free, expected {least_mb}"


def home(account):
    """Each slot's account has a home that is its own."""
    try:
        entry = pwd.getpwnam(account)
        at = os.stat(entry.pw_dir)
    except (KeyError, OSError) as error:
        return f"{account} has no home: {error}"
    own = at.st_uid == entry.pw_uid and at.st_mode & 0o700 == 0o700
    return None if own else f"{entry.pw_dir} is not writable for {account}"


def clock(url):
    """Compares this machine's clock with the endpoint's, whose every answer is dated."""
    trust = ssl.create_default_context()
    if node.ca_file():
        trust.load_verify_locations(node.ca_file())
    try:
        with urllib.request.urlopen(url.rstrip("/") + "/healthz", timeout=CONNECT_SECONDS, context=trust) as answer:
            date = answer.headers["date"]
    except urllib.error.HTTPError as error:
        date = error.headers["date"]
    except OSError as error:
        return f"the endpoint does not answer: {error}"
    if date is None:
        return "the endpoint's answers have no date"
    skew = time.time() - calendar.timegm(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT"))
    return None if abs(skew) <= MOST_CLOCK_SKEW_SECONDS else f"the clock is {skew:+.0f} s off the endpoint's"


def metadata_blocked():
    """Nobody but root may reach the metadata service; root tries it as nobody."""
    other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    look = f"import socket; socket.create_connection(('169.254.169.254', 80), {METADATA_SECONDS})"
    done = subprocess.run([sys.executable, "-c", look], stderr=subprocess.DEVNULL, **other)
    return None if done.returncode != 0 else "jobs would reach the metadata service"


def lasting(facts, execute, accounts):
    """What is looked at all the time, as an ordinary user."""
    return [
        metadata_blocked,
        *(partial(cvmfs, repository) for repository in facts["cvmfs"]["repositories"]),
        *(partial(reach, place) for place in facts["requiredHosts"]),
        *(partial(home, account) for account in accounts),
        partial(disk, execute, facts["minScratchMb"]),
    ]


def at_boot(facts, execute, accounts):
    """What is looked at before the first job, as root."""
    return [
        partial(reach_one, collectors(facts)),
        partial(clock, facts["endpointUrl"]),
        *(partial(pinned, host, address) for host, address in facts["pins"].items()),
        *lasting(facts, execute, accounts),
    ]


def said(check):
    """A check's sentence. One that breaks off has failed like any other, and is tried again like any other."""
    try:
        return check()
    except Exception as error:
        return f"{getattr(check, 'func', check).__name__} broke off: {error!r}"


def failed(checks):
    """The sentences of the checks that failed; they wait side by side."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return [sentence for sentence in pool.map(said, checks) if sentence]
