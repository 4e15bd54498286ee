import type { Condor } from '../condor/condor.ts';
import { rowsOf } from '../condor/rows.ts';
import { ownClauses } from './start-clauses.ts';
import { type JudgedStart, otherStartArgs, shutArgs } from './status-args.ts';

/** A slot that takes no job because its START says so, whatever the job. */
export interface ShutSlot {
  readonly instanceId: string;
  readonly startedAt: number;
  readonly why: string;
}

/** Asks for them, by a tool that may leave some workers out. Best effort: what cannot be known is not said. */
export type SeesShut = (condor: Condor) => Promise<readonly ShutSlot[]>;

/** START is changed by hand: what is new is found within a minute of the looks before. */
const LOOK_SECONDS = 60;

/** A fleet's workers have one; a site has a handful. Of more none is read, until all are read anew. */
const MOST_STARTS = 8;
const ANEW_SECONDS = 3600;

/** The kernel takes 128 KiB in one argument, and whoever writes a longer START may not keep the others from being asked about. */
const MOST_ASKED_CHARACTERS = 100_000 / MOST_STARTS;

const judged = (start: string): readonly JudgedStart[] => {
  const [first, ...others] = ownClauses(start);
  if (first === undefined) return [];
  const one: JudgedStart = { start, clauses: [first, ...others] };
  return shutArgs([one]).some((argument) => argument.length > MOST_ASKED_CHARACTERS) ? [] : [one];
};

/** It stands in the view for each of the workers. */
const MOST_CHARACTERS = 200;

const whyOf = ({ clauses }: JudgedStart): string =>
  `START is false: ${clauses.map(({ text }) => text).join(' && ')}`.slice(0, MOST_CHARACTERS);

/**
 * Sees workers that an operator has closed by an expression. It learns every START that there is, one at a look, and asks
 * which workers it keeps shut; where no START has a clause of the machine alone, nothing more is asked. `elapsed` in seconds.
 */
export const seesShut = (elapsed: () => number): SeesShut => {
  /** By the worker that showed it: one that shows others all the time takes no more than one place. */
  let starts = new Map<string, string>();
  /** They count until all are read anew: a worker that is closed stays so meanwhile. */
  let before: readonly string[] = [];
  let anewAt = Number.NEGATIVE_INFINITY;
  let nextLookAt = Number.NEGATIVE_INFINITY;

  const learn = async (condor: Condor): Promise<void> => {
    const now = elapsed();
    if (now < nextLookAt) return;
    if (now >= anewAt) {
      before = [...starts.values()];
      starts = new Map();
      anewAt = now + ANEW_SECONDS;
    }
    const answer = await condor('condor_status', otherStartArgs([...starts.values()]));
    const [[instanceId, start] = []] = answer.ok ? rowsOf(answer.stdout) : [];
    const isNew = typeof instanceId === 'string' && typeof start === 'string';
    if (isNew) starts.set(instanceId, start);
    // While there are more, each view learns one.
    const isMore = isNew && starts.size < MOST_STARTS;
    if (answer.ok && !isMore) before = [];
    nextLookAt = isMore ? now : now + LOOK_SECONDS;
  };

  return async (condor) => {
    await learn(condor);
    const known = new Set([...starts.values(), ...before]);
    const those = [...known].slice(0, MOST_STARTS).flatMap(judged);
    if (those.length === 0) return [];
    const answer = await condor('condor_status', shutArgs(those));
    if (!answer.ok) return [];
    return rowsOf(answer.stdout).flatMap(([instanceId, startedAt, index]) => {
      const by = typeof index === 'number' ? those[index] : undefined;
      if (typeof instanceId !== 'string' || typeof startedAt !== 'number' || by === undefined) return [];
      return [{ instanceId, startedAt, why: whyOf(by) }];
    });
  };
};
