import fc, { type Arbitrary } from 'fast-check';
import { anyScript } from './any-script.ts';
import { episode } from './episode.ts';
import type { Mutation } from './handlers.ts';
import type { Script } from './script.ts';
import { type Failure, shortest } from './shortest.ts';
import type { Tally } from './tally.ts';

/** What a search has come to. */
export interface Search {
  readonly ticks: number;
  readonly episodes: number;
  /** The shortest script found that breaks a law; undefined if none did. */
  readonly failure: Failure | undefined;
}

export interface SearchOptions {
  /** Runs of the pilots' and the workers' tick, at least; the last episode is played to its end. */
  readonly ticks: number;
  readonly seed: number;
  readonly tally: Tally;
  /** Scripts that are played before any is drawn, all of them. */
  readonly first?: readonly Script[];
  /** What is drawn then; absent: any script. */
  readonly drawn?: Arbitrary<Script>;
  readonly mutation?: Mutation;
  /** Whether to look for the shortest script; it takes a while. */
  readonly shorten?: boolean;
  /** Hears after each episode how many ticks have run. */
  readonly heard?: (ticks: number) => void;
}

/** Scripts drawn at once under one seed; the next batch has the next seed. */
const BATCH = 20;

/** The given scripts, and then as many as anybody asks for. */
const scripts = function* (
  { first = [], drawn = anyScript }: Pick<SearchOptions, 'first' | 'drawn'>,
  seed: number,
): Generator<Script> {
  yield* first;
  for (let batch = 0; ; batch += 1) {
    yield* fc.sample(drawn, { seed: seed + batch, numRuns: BATCH });
  }
};

/** Plays episodes until so many ticks have run or a law is broken; then looks for the shortest script that breaks it. */
export const search = async (options: SearchOptions): Promise<Search> => {
  const { ticks: wanted, seed, tally, first = [], mutation = {}, shorten = true, heard = () => {} } = options;
  let ticks = 0;
  let episodes = 0;
  for (const script of scripts(options, seed)) {
    if (episodes >= first.length && ticks >= wanted) break;
    const { breaks, ticks: more } = await episode(script, { tally, mutation });
    ticks += more;
    episodes += 1;
    heard(ticks);
    if (breaks.length === 0) continue;
    const failure = { script, breaks };
    return { ticks, episodes, failure: shorten ? await shortest(failure, mutation) : failure };
  }
  return { ticks, episodes, failure: undefined };
};
