"""What the machine itself is given: an end, a shut door to its metadata, names, and accounts for its slots."""
import os
import pwd
import socket
import time

import cloud
import imds
import node

HOSTS = "/etc/hosts"
PASSWD = "/etc/passwd"
HOMES = "/home"
ETC = "/etc"
IPV6 = "/proc/net/if_inet6"
SHARED_MEMORY = "/proc/sys/kernel/shm_rmid_forced"
OTHERS = ("-m", "owner", "!", "--uid-owner", "0")


def ends_at():
    """When the longest life of this machine is over, in seconds since 1970."""
    with open(node.STATE + "/ends-at") as file:
        return int(file.read())


def limit_life(seconds):
    """Whatever happens, this VM ends; a restart does not begin its life again."""
    path = node.STATE + "/ends-at"
    if not os.path.exists(path):
        node.write(path, str(int(time.time()) + seconds))
    left = max(1, ends_at() - int(time.time()))
    node.power_off_later("aerie-end-of-life", left, "its longest life is over")


def block_metadata():
    """Role credentials, tags and user-data are for root alone."""
    for tool, address in cloud.METADATA:
        if tool == "ip6tables" and not os.path.exists(IPV6):
            continue
        rule = ("OUTPUT", "-d", address, "-p", "tcp", *OTHERS, "-j", "REJECT", "--reject-with", "tcp-reset")
        try:
            node.run(tool, "-w", "-C", *rule)
        except RuntimeError:
            node.run(tool, "-w", "-I", *rule)


def pin_names(pins):
    """Names that resolve wrongly from here, and this machine's own, for which HTCondor must not wait on DNS."""
    name = imds.need("meta-data/local-hostname").split()[0]
    own = imds.need("meta-data/local-ipv4")
    names = dict.fromkeys((name, name.split(".")[0], socket.gethostname()))
    lines = [f"{own} {' '.join(names)}"] + [f"{address} {host}" for host, address in pins.items()]
    with open(HOSTS) as file:
        kept = [line for line in file.read().splitlines() if not line.endswith("# aerie")]
    # The first line that has a name wins. cloud-init may have given the own name to a loopback address.
    text = "\n".join([f"{line} # aerie" for line in lines] + kept) + "\n"
    with open(HOSTS, "w") as file:
        file.write(text)


def cores():
    """At most so many jobs at once, each in a dynamic slot of at least one core."""
    configured = node.condor_value("NUM_CPUS")
    return max(os.cpu_count() or 1, int(configured) if configured.isdigit() else 0)


def make_accounts():
    """One account with a home of its own for each slot that there can be; HTCondor uses their names again."""
    accounts = [f"slot1_{number}" for number in range(1, cores() + 1)]
    with open(PASSWD) as file:
        known = {line.split(":")[0] for line in file}
    for account in accounts:
        if account not in known:
            node.run("useradd", "--create-home", "--home-dir", f"{HOMES}/{account}", "--shell", "/bin/bash", account)
        os.chmod(f"{HOMES}/{account}", 0o700)
    return accounts


def slots():
    """The accounts of the slots, as the system knows them."""
    return [entry for entry in pwd.getpwall() if entry.pw_name.startswith("slot1_")]


def shut_timetables():
    """What one job leaves to cron, at or a systemd of its account's own would run beside the next job of its account."""
    # Both let in whom these files name.
    for name in ("cron", "at"):
        node.write(f"{ETC}/{name}.allow", "root\n")
    # Whoever asks for it (loginctl enable-linger) gets a systemd of its own, outside of the job; what is nothing is not started.
    units = f"{ETC}/systemd/system"
    os.makedirs(units, exist_ok=True)
    for entry in slots():
        unit = f"{units}/user@{entry.pw_uid}.service"
        if not os.path.lexists(unit):
            os.symlink(os.devnull, unit)


def forget_shared_memory():
    """What a job leaves in shared memory of System V would be in the next one's reach, and its room would be nobody's."""
    # With its last process it goes, as all that lies in /dev/shm does, of which each job has its own.
    with open(SHARED_MEMORY, "w") as file:
        file.write("1")


def open_homes():
    """A job that shuts its account's home shuts it for itself alone: root opens it again."""
    for entry in slots():
        try:
            if os.stat(entry.pw_dir).st_mode & 0o777 != 0o700:
                os.chmod(entry.pw_dir, 0o700)
        except OSError:
            # The hook looks for homes too, and says which one is not there.
            pass
