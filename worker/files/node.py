"""What the programs of a worker share: the facts of the pool, commands, the console, power-off."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
FACTS = os.environ.get("AERIE_FACTS", "/etc/aerie/worker.json")
CA = "/etc/aerie/ca.pem"
SITE = "/etc/aerie/site.json"
STATE = "/var/lib/aerie"
RUN = "/run/aerie"
NOTICE = RUN + "/notice"
ACCEPTING = RUN + "/accepting"
# What HTCondor is to read once a job has run, and where it reads it: neither outlives a power-off.
AFTER_JOB = RUN + "/after-job.conf"
LINGER = RUN + "/linger.conf"
TOKEN = "/etc/condor/tokens.d/aerie"
CONSOLE = "/dev/console"
POWER_OFF = os.path.join(HERE, "power-off")
SYSTEMD = os.path.isdir("/run/systemd/system")


def facts():
    """The pool-wide facts that user-data has written."""
    with open(FACTS) as file:
        return json.load(file)


def trust():
    """The authorities that may have signed the endpoint's certificate: the system's, and those of the stage."""
    # The hook's first line is not to wait for it.
    import ssl

    context = ssl.create_default_context()
    if os.path.exists(CA):
        context.load_verify_locations(CA)
    return context


def say(text):
    """One line for EC2's console output, which outlives the machine, and for the log."""
    line = "aerie: " + " ".join(str(text).split())
    print(line, file=sys.stderr, flush=True)
    try:
        with open(CONSOLE, "w") as console:
            console.write(line + "\n")
    except OSError:
        pass


def run(*argv, env=None):
    """Runs a command that has to succeed."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    if done.returncode != 0:
        said = " ".join(done.stdout.split())[-300:]
        raise RuntimeError(f"{' '.join(argv[:4])} ended with {done.returncode}: {said}")
    return done.stdout


def condor_value(name):
    """A value of HTCondor's configuration."""
    return run("condor_config_val", name).strip()


def write(path, text, mode=0o644):
    """Writes a file at once or not at all; nobody sees it with wider rights than `mode`."""
    new = path + ".new"
    if os.path.lexists(new):
        os.unlink(new)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.replace(new, path)


def background(*argv):
    """Starts a program that outlives this one."""
    quiet = subprocess.DEVNULL
    subprocess.Popen(argv, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def power_off(why):
    """Ends this VM, and this program with it."""
    os.execv(POWER_OFF, [POWER_OFF, str(why)])


def power_off_later(unit, seconds, *arguments):
    """Ends this VM after some time, whatever becomes of every other program of aerie's."""
    if SYSTEMD:
        run("systemd-run", f"--on-active={seconds}", f"--unit={unit}", POWER_OFF, *arguments)
    else:
        background("sh", "-c", 'sleep "$1"; shift; exec "$@"', "sh", str(seconds), POWER_OFF, *arguments)
