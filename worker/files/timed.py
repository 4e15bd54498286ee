"""Programs that have to succeed within a time, and packages that are installed within it."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

LAST_WORDS = 300
# A mirror that fails is asked again then.
PAUSE_SECONDS = 15


def bounded(what, until, argv, env=None):
    """Runs a program that has to succeed before `until`, of time.monotonic()."""
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
        running = subprocess.Popen(argv, env={**os.environ, **(env or {})}, start_new_session=True, **quiet)
        while running.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        how = "did not end in time"
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        elif running.returncode == 0:
            return
        else:
            how = f"ended with {running.returncode}"
        out.seek(0)
        said = " ".join(out.read().split())[-LAST_WORDS:]
    raise RuntimeError(f"{what} {how}: {said}")


def install(packages, until):
    """Packages of the system's own manager, tried until then."""
    while True:
        try:
            return install_once(packages, until)
        except RuntimeError:
            if time.monotonic() + PAUSE_SECONDS > until:
                raise
        time.sleep(PAUSE_SECONDS)


def install_once(packages, until):
    if shutil.which("dnf"):
        bounded("dnf", until, ["dnf", "-y", "-q", "install", *packages])
        return
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    bounded("apt-get update", until, [*apt, "update", "-o", "APT::Update::Error-Mode=any"], env)
    bounded("apt-get install", until, [*apt, "install", "-y", "--no-install-recommends", *packages], env)
