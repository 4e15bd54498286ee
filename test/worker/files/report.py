"""Runs all unit tests of a folder and prints what came of each, a JSON object a line."""
import json
import os
import sys
import unittest


class Report(unittest.TextTestResult):
    """Keeps what came of each test; what one that fails has printed is part of its why."""

    def __init__(self, *given):
        super().__init__(*given)
        self.outcomes = []

    def _note(self, test, why=""):
        self.outcomes.append({"test": test.id(), "why": why})

    def addSuccess(self, test):
        super().addSuccess(test)
        self._note(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, self.failures[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, (self.failures + self.errors)[-1][1])


def main():
    told = sys.stdout
    # unittest shows what a failing test has printed here too.
    with open(os.devnull, "w") as nowhere:
        sys.stdout = nowhere
        suite = unittest.defaultTestLoader.discover(sys.argv[1])
        runner = unittest.TextTestRunner(resultclass=Report, buffer=True, stream=nowhere)
        outcomes = runner.run(suite).outcomes
    for outcome in outcomes:
        print(json.dumps(outcome), file=told)


if __name__ == "__main__":
    main()
