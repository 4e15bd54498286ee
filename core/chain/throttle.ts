import { decimal, only, optional, pilots, whole, withDefault } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { label, moved, type Plugin, unchanged } from './step.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

interface Throttle {
  readonly interval: number;
  readonly maxtime: number | undefined;
  readonly ratio: number;
  readonly submit: number;
}

const make =
  ({ maxtime, ratio, submit }: Throttle): Plugin =>
  (n, { ended }) => {
    if (n <= submit || ended.count === 0) return unchanged(n);
    if (maxtime !== undefined && maxtime !== ended.shortSeconds) {
      return {
        missing: { kind: 'short-pilots', wantedSeconds: maxtime, countedSeconds: ended.shortSeconds },
      };
    }
    if (ended.short / ended.count <= ratio) return unchanged(n);
    const { short, count, shortSeconds } = ended;
    return moved(label('Throttle', submit), n, submit, {
      short: { count: short, ended: count, shortSeconds },
    });
  };

/** Brakes a queue whose pilots die young: a broken worker would otherwise burn them as fast as they come. */
const throttle = schedPlugin<Throttle>({
  name: 'Throttle',
  description:
    'Submits at most this few while more than a share of the pilots that ended within the last hour had run for a short time only. Removals, and counts that are lower already, pass.',
  differs:
    'It never raises the count, where AutoPyFactory submits this number even without demand. The pool counts over one hour, by the time at which pilots ended, and has its own bound for short: interval can be 3600 only, and maxtime is best left out, because any other than the bound of the pool holds the queue.',
  parameters: {
    interval: only(
      HOUR_SECONDS,
      'the pool counts the pilots that ended within one hour',
      'Seconds to look back.',
    ),
    maxtime: optional(
      whole(
        1,
        DAY_SECONDS,
        'Run time in seconds below which a pilot is short. Left out: what the pool counts by.',
      ),
    ),
    ratio: withDefault(decimal(0, 1, 'Share of short pilots above which the brake is on.'), '0.5'),
    submit: withDefault(pilots('Most pilots to submit in one cycle while the brake is on.'), '1'),
  },
  make,
});

export const THROTTLE: readonly SchedPlugin[] = [throttle];
