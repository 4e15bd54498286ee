"""Tries a mutant: the worker's tree in a folder of its own, one program changed, all unit tests."""
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
PROGRAMS = "worker/files"
TESTS = "test/worker/files"
CERTIFICATES = "test/cli/doctor/certificates"
# A test that hangs is a test that fails: all of them together take some 2 s of a processor.
MOST_PROCESSOR_SECONDS = 10
MOST_SECONDS = 120
# Each trial is a process of its own, from one that has loaded already what all of them need.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["concurrent.futures.thread", "http.server", "runpy", "ssl", "tempfile", "unittest.mock", "urllib.request"]
)


def passes(folder, temporary, names):
    """Runs tests in this process, which is their own, and ends it with whether one failed."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_PROCESSOR_SECONDS, MOST_PROCESSOR_SECONDS))
    os.chdir(folder)
    os.environ["TMPDIR"] = temporary
    sys.path.insert(0, folder)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    passed = unittest.TextTestRunner(failfast=True).run(suite).wasSuccessful()
    os._exit(0 if passed else 1)


def tests_of(program):
    """The tests of all programs that are Python, its own first."""
    programs = [f"test_{one[:-3]}" for one in sorted(os.listdir(f"{ROOT}/{PROGRAMS}")) if one.endswith(".py")]
    names = [one[:-3] for one in sorted(os.listdir(f"{ROOT}/{TESTS}")) if one.startswith(tuple(programs))]
    return sorted(names, key=lambda name: not name.startswith(f"test_{program[:-3]}"))


class Copy:
    """A copy of the programs and their tests. What is no Python stays away: power-off would be in earnest."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="aerie-mutants-")
        for place, end in ((PROGRAMS, ".py"), (TESTS, ".py"), (CERTIFICATES, "")):
            os.makedirs(f"{self.folder}/{place}")
            for name in os.listdir(f"{ROOT}/{place}"):
                if name.endswith(end) and os.path.isfile(f"{ROOT}/{place}/{name}"):
                    shutil.copy(f"{ROOT}/{place}/{name}", f"{self.folder}/{place}")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def survives(self, program, text):
        """Whether no test fails with this text in the place of the program's."""
        at = f"{self.folder}/{PROGRAMS}/{program}"
        shutil.copy(at, at + ".kept")
        with open(at, "w") as file:
            file.write(text)
        try:
            return self._passes(program)
        finally:
            os.replace(at + ".kept", at)

    def _passes(self, program):
        temporary = f"{self.folder}/tmp"
        os.makedirs(temporary, exist_ok=True)
        running = PROCESSES.Process(target=passes, args=(f"{self.folder}/{TESTS}", temporary, tests_of(program)))
        running.start()
        running.join(MOST_SECONDS)
        if running.exitcode is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.join()
        shutil.rmtree(temporary, ignore_errors=True)
        return running.exitcode == 0
