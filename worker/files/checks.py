"""What has to hold before this machine takes jobs, and while it does. Each check gives a sentence if it fails."""
import calendar
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

import gpu
import node

CVMFS = "/cvmfs/"
MEMINFO = "/proc/meminfo"
CONNECT_SECONDS = 5
# It is one hop away.
METADATA_SECONDS = 0.5
NOBODY = 65534
SIDE_BY_SIDE = 16
# A first look into a repository fetches its catalogue over the network.
CVMFS_SECONDS = 30
# Signatures are refused from 5 minutes on, tokens and proxies from less; chrony keeps a healthy VM within one second.
MOST_CLOCK_SKEW_SECONDS = 60
# Another kernel keeps some MB more for itself, and what is promised of memory is counted cautiously.
LEAST_SHARE = 0.95
PROMISED = {"c": ("cores", 1), "m": ("GB of memory", 1024), "d": ("GB of disk", 1024), "g": ("GPUs", 1)}


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


def answering(place):
    """The first address family in which `place`, host:port, answers, or why none does. IPv4 first, as HTCondor does it."""
    host, port = place.rsplit(":", 1)
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return None, f"{host} does not resolve: {error.strerror}"
    why = f"{host} has no address"
    for family, kind, protocol, _, address in sorted(found, key=lambda one: one[0] != socket.AF_INET):
        # A machine without IPv6 cannot even make the socket.
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.settimeout(CONNECT_SECONDS)
                probe.connect(address)
                return family, None
        except OSError as error:
            why = f"{place}, which is {address[0]}, does not answer: {error.strerror or error}"
    return None, why


def collectors(facts):
    """Where the collectors listen: one, or those of a pool with high availability."""
    managers = facts["centralManager"].split(", ")
    return tuple(manager if ":" in manager else manager + ":9618" for manager in managers)


def answering_one(places):
    """The address family of the first place that answers, or why none does."""
    why = []
    for place in places:
        family, sentence = answering(place)
        if sentence is None:
            return family, None
        why.append(sentence)
    return None, "; ".join(why)


def reach(*places):
    """One of them has to resolve and to answer: while a central manager is down, the other one is the pool."""
    return answering_one(places)[1]


def pinned(host, address):
    """A pinned name resolves to its address, and to nothing else."""
    try:
        found = {ip_address(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except socket.gaierror as error:
        return f"{host} does not resolve: {error.strerror}"
    return None if found == {ip_address(address)} else f"{host} is {', '.join(map(str, found))}, expected {address}"


def there_is(path):
    """The path, or of what is above it the nearest that is there: HTCondor makes its directories, and takes none that others made."""
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return path


def free_mb(path):
    return shutil.disk_usage(there_is(path)).free // 2**20


def disk(path, least_mb):
    """Room for the jobs' scratch directories."""
    path = there_is(path)
    free = free_mb(path)
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
    try:
        with urllib.request.urlopen(url.rstrip("/") + "/healthz", timeout=CONNECT_SECONDS, context=node.trust()) as answer:
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
    # A boot waits for it: without what Python loads by itself it takes a fifth of the time.
    look = f"import _socket as s; s.setdefaulttimeout({METADATA_SECONDS}); s.socket().connect(('169.254.169.254', 80))"
    done = subprocess.run([sys.executable, "-ISc", look], stderr=subprocess.DEVNULL, **other)
    return None if done.returncode != 0 else "jobs would reach the metadata service"


def gpus():
    """How many GPUs the driver knows; none without a driver."""
    try:
        return gpu.shown()
    except (OSError, RuntimeError):
        return 0


def memory_mb():
    with open(MEMINFO) as file:
        return int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) // 1024


def promised(promise, execute, reserved):
    """`promise` is what aerie has counted on, such as 4c,15000m,80000d,0g: if less is there for jobs, none may fit on it."""
    there = {"c": os.cpu_count, "m": memory_mb, "d": lambda: free_mb(execute) - reserved, "g": gpus}
    for number, what in re.findall(r"(\d+)([cmdg])", promise):
        has = int(number) and there[what]()
        if has < LEAST_SHARE * int(number):
            name, unit = PROMISED[what]
            return f"has {has / unit:.4g} {name}, promised {int(number) / unit:.4g}"
    return None


def hosts(facts, when, what):
    """Hosts that, if they do not answer at this time, have this consequence: `refuse` jobs, or `tell` of it."""
    return [partial(reach, host["host"]) for host in facts["requiredHosts"] if host[when] == what]


def repositories(facts, what):
    """As `hosts`: a repository is gone because of this machine, or because of what all machines share."""
    return [partial(cvmfs, one) for one in facts["cvmfs"]["repositories"] if facts["cvmfs"]["later"] == what]


def lasting(facts, execute, accounts):
    """What is looked at all the time, as an ordinary user."""
    return [
        metadata_blocked,
        *repositories(facts, "refuse"),
        *hosts(facts, "later", "refuse"),
        *(partial(home, account) for account in accounts),
        partial(disk, execute, facts["minScratchMb"]),
    ]


def telling(facts, when):
    """What says nothing about this machine: it is looked at too, and told."""
    return hosts(facts, when, "tell") + (repositories(facts, "tell") if when == "later" else [])


def at_boot(facts, execute, accounts, room):
    """What is looked at before the first job, as root; `room` is the check of what was promised."""
    return [
        partial(reach, *collectors(facts)),
        partial(clock, facts["endpointUrl"]),
        room,
        *(partial(pinned, host, address) for host, address in facts["pins"].items()),
        metadata_blocked,
        *(partial(cvmfs, repository) for repository in facts["cvmfs"]["repositories"]),
        *hosts(facts, "boot", "refuse"),
        *(partial(home, account) for account in accounts),
        partial(disk, execute, facts["minScratchMb"]),
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
