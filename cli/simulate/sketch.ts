import { secondsIn } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import type { GivenJob, GivenLoad } from './given.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** When the jobs of a night come: users send them before they go. */
const NIGHT_AT_SECONDS = 22 * HOUR;

const EXPECTED =
  'expected COUNT/once, COUNT/hour, COUNT/day or COUNT/night, then " x " and how long each runs, then ", N cores" and ", QUEUE" if need be, such as "100/night x 4h" or "20/hour x 30m, 8 cores"';

const refuse = (text: string, what: string): never => {
  throw new UsageError(`--jobs "${text}": ${what}; ${EXPECTED}.`);
};

type Rhythm = 'once' | 'hour' | 'day' | 'night';

/** How many jobs come in so long, and when each does, seconds from the beginning, which is a midnight. */
const arrivals = (count: number, rhythm: Rhythm, forSeconds: number) => {
  switch (rhythm) {
    case 'once':
      return { jobs: count, at: () => 0 };
    case 'night': {
      const nights = Math.max(0, Math.ceil((forSeconds - NIGHT_AT_SECONDS) / DAY));
      return {
        jobs: count * nights,
        at: (index: number) => Math.floor(index / count) * DAY + NIGHT_AT_SECONDS,
      };
    }
    case 'hour':
    case 'day': {
      // One after the other, evenly.
      const gap = (rhythm === 'hour' ? HOUR : DAY) / count;
      return { jobs: Math.ceil(forSeconds / gap), at: (index: number) => index * gap };
    }
    default:
      return rhythm satisfies never;
  }
};

const isRhythm = (text: string): text is Rhythm => ['once', 'hour', 'day', 'night'].includes(text);

/** Seconds of `4h`, or undefined. */
const lengthIn = (text: string): number | undefined => {
  try {
    return secondsIn('jobs', text);
  } catch {
    return undefined;
  }
};

/** Whatever stands behind the commas: how many cores, and which queue. */
const restOf = (text: string, pieces: readonly string[]) => {
  let cores: number | undefined;
  let to: string | undefined;
  for (const piece of pieces) {
    const [, count] = /^(\d+) cores?$/.exec(piece) ?? [];
    if (count !== undefined) {
      if (Number(count) < 1) refuse(text, `"${piece}" is none`);
      cores = Number(count);
    } else if (piece !== '' && !piece.includes(' ') && to === undefined) {
      to = piece;
    } else {
      refuse(text, `"${piece}" is neither a number of cores nor one name of a queue`);
    }
  }
  return { cores, to };
};

/** The jobs of one sketch, for so long. Throws UsageError, which names the piece that is wrong. */
const sketched = (text: string, forSeconds: number, most: number): readonly GivenJob[] => {
  const [first = '', ...pieces] = text.split(',').map((piece) => piece.trim());
  const [often = '', length, ...more] = first.split(/\s+x\s+/);
  const [, count = '', rhythm = ''] = /^(\d+)\/(\S+)$/.exec(often) ?? [];
  if (count === '' || Number(count) < 1)
    return refuse(text, `"${often}" does not say how many jobs come how often`);
  if (!isRhythm(rhythm)) return refuse(text, `"/${rhythm}" is not known`);
  const runSeconds = length === undefined || more.length > 0 ? undefined : lengthIn(length);
  if (runSeconds === undefined) {
    return refuse(
      text,
      length === undefined ? 'it does not say how long a job runs' : `"${length}" is no time such as 4h`,
    );
  }
  const { cores, to } = restOf(text, pieces);
  const { jobs, at } = arrivals(Number(count), rhythm, forSeconds);
  if (jobs > most) refuse(text, `these are ${jobs} jobs, and ${most} is the most`);
  const where = `--jobs "${text}"`;
  return Array.from({ length: jobs }, (_, index) => ({
    ...{ at: at(index), cores, runSeconds, memoryMb: undefined, to, where },
  }));
};

/** Makes a load of sketches such as `100/night x 4h`, of jobs that come for so long. Throws UsageError. */
export const sketchedLoad = (sketches: readonly string[], forSeconds: number, most: number): GivenLoad => ({
  jobs: sketches.flatMap((text) => sketched(text, forSeconds, most)),
  zero: 'midnight',
  leftOut: new Map(),
});
