import { type Equivalent, isAbout } from './equivalents.ts';
import type { Mutant } from './mutant.ts';
import type { Part } from './parts.ts';
import { ROOMS } from './rooms.ts';

/** How well tests see changes of a file, or of many. */
export interface Score {
  readonly killed: number;
  /** Of the killed: tests that came to no end. Many of them tell of a busy machine. */
  readonly late: number;
  /** Survived or unseen, and not equivalent. */
  readonly missed: readonly Mutant[];
  readonly equivalent: number;
  readonly invalid: number;
  /** Killed of those that could be killed, in per cent. */
  readonly percent: number;
}

const PER_CENT = 100;

/** Counts what became of mutants. Those that do not compile or are equivalent count for nothing. */
export const scoreOf = (mutants: readonly Mutant[], equivalents: readonly Equivalent[]): Score => {
  const late = mutants.filter(({ fate }) => fate === 'late').length;
  const killed = late + mutants.filter(({ fate }) => fate === 'killed').length;
  const alive = mutants.filter(({ fate }) => fate === 'survived' || fate === 'unseen');
  const missed = alive.filter((mutant) => !equivalents.some(isAbout(mutant)));
  const counted = killed + missed.length;
  return {
    killed,
    late,
    missed,
    equivalent: alive.length - missed.length,
    invalid: mutants.filter(({ fate }) => fate === 'invalid').length,
    percent: counted === 0 ? PER_CENT : (PER_CENT * killed) / counted,
  };
};

const WRONG = 'in test/mutants/equivalents.json, but';

/** Entries of the list that are wrong: a test noticed the change, or the code is not there any more. */
const wrongEntries = (
  files: readonly string[],
  mutants: readonly Mutant[],
  equivalents: readonly Equivalent[],
): readonly string[] =>
  equivalents
    .filter(({ file }) => files.includes(file))
    .flatMap((entry) => {
      const about = mutants.filter((mutant) => isAbout(mutant)(entry));
      const name = `${entry.file}: ${entry.code} → ${entry.becomes}`;
      if (about.some(({ fate }) => fate === 'ignored')) return [];
      if (about.length === 0) return [`${name} is ${WRONG} is no change of this file.`];
      return about.every(({ fate }) => fate === 'killed') ? [`${name} is ${WRONG} a test notices it.`] : [];
    });

/** Of one file, so many in a hundred may be less than its room has to have: a small file has few changes. */
const FILE_SLACK = 20;

/** Why a run fails: a score below what the room has to have, or an entry of the list that is wrong. */
export const judge = (
  { room, files, isWhole }: Part,
  mutants: readonly Mutant[],
  equivalents: readonly Equivalent[],
): readonly string[] => {
  const least = isWhole ? ROOMS[room].least : ROOMS[room].least - FILE_SLACK;
  const { percent } = scoreOf(mutants, equivalents);
  const low = `${isWhole ? room : files.join(', ')}: tests notice ${percent.toFixed(1)} % of the changes, fewer than ${least} %.`;
  return [...(percent < least ? [low] : []), ...wrongEntries(files, mutants, equivalents)];
};
