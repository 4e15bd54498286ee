"""Changes the worker's Python in one place at a time, and says which changes no unit test sees."""
import argparse
import json
import os
import queue
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from operators import mutants
from trial import PROGRAMS, ROOT, Copy

EQUIVALENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "equivalents.json")
TOLD_EACH = 100


def options():
    parser = argparse.ArgumentParser(prog="npm run test:mutants:worker --", description=__doc__)
    parser.add_argument("--sample", type=int, help="so many of them, drawn at random (all)")
    parser.add_argument("--seed", type=int, default=1, help="draws another sample (1)")
    parser.add_argument("--program", help="of this program alone, such as boot.py")
    parser.add_argument("--least", type=float, default=95, help="fails below this score in per cent (95)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at once (the processors)")
    return parser.parse_args()


def all_mutants(only):
    """Every mutant of the programs, as a key and the program's text."""
    for program in sorted(name for name in os.listdir(f"{ROOT}/{PROGRAMS}") if name.endswith(".py")):
        if only in (None, program):
            with open(f"{ROOT}/{PROGRAMS}/{program}") as file:
                for was, becomes, text in mutants(file.read()):
                    yield (program, was, becomes), text


def tried(drawn, jobs):
    """Each mutant of the sample, and whether it survives."""
    copies = queue.Queue()
    for _ in range(jobs):
        copies.put(Copy())

    def survives(mutant):
        (program, _, _), text = mutant
        copy = copies.get()
        try:
            return copy.survives(program, text)
        finally:
            copies.put(copy)

    pool = ThreadPoolExecutor(jobs)
    try:
        yield from zip(drawn, pool.map(survives, drawn))
    finally:
        pool.shutdown(cancel_futures=True)
        while not copies.empty():
            copies.get().remove()


def must_be_healthy():
    """The tests have to pass as long as nothing is changed."""
    copy = Copy()
    try:
        with open(f"{copy.folder}/{PROGRAMS}/node.py") as file:
            if not copy.survives("node.py", file.read()):
                sys.exit("the unit tests fail by themselves")
    finally:
        copy.remove()


def accepted():
    """What nobody can see, by key."""
    with open(EQUIVALENTS) as file:
        return {(one["program"], one["was"], one["becomes"]): one["why"] for one in json.load(file)}


def wrong_with(equivalents, known, outcomes):
    """What is no equivalent: a change that can be seen, and one that can no longer be made."""
    for key in equivalents:
        if key not in known:
            yield key, "can no longer be made"
        elif outcomes.get(key) is False:
            yield key, "is seen"


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = options()
    equivalents = {key: why for key, why in accepted().items() if given.program in (None, key[0])}
    known = list(all_mutants(given.program))
    drawn = known
    if given.sample is not None:
        drawn = random.Random(given.seed).sample(known, min(given.sample, len(known)))
    must_be_healthy()
    outcomes = []
    for (key, _), survives in tried(drawn, given.jobs):
        outcomes.append((key, survives))
        if len(outcomes) % TOLD_EACH == 0:
            print(f"{len(outcomes)} of {len(drawn)} tried", file=sys.stderr, flush=True)
        if survives and key not in equivalents:
            print(f"{key[0]} survives:\n  - {key[1]}\n  + {key[2]}", flush=True)
    # A disk that is full by now would have seen everything.
    must_be_healthy()
    counted = [(key[0], survives) for key, survives in outcomes if key not in equivalents]
    for program in sorted({program for program, _ in counted}):
        print_score(program, [survives for one, survives in counted if one == program])
    score = print_score("all", [survives for _, survives in counted])
    wrong = list(wrong_with(equivalents, {key for key, _ in known}, dict(outcomes)))
    for (program, was, becomes), why in wrong:
        print(f"equivalents.json: {program}: {was!r} -> {becomes!r} {why}", file=sys.stderr)
    sys.exit(1 if wrong or score < given.least else 0)


def print_score(name, outcomes):
    survived = sum(outcomes)
    score = 100 * (1 - survived / len(outcomes)) if outcomes else 100.0
    print(f"{name:12} {len(outcomes) - survived:4} of {len(outcomes):4} seen, {survived:3} not: {score:5.1f} %")
    return score


if __name__ == "__main__":
    main()
