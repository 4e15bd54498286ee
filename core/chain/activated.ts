import type { Reason } from '../model/reason.ts';
import { flag, MOST_PILOTS, optional, pilots, whole, withDefault, withoutFacts } from './parameters.ts';
import { type SchedPlugin, schedPlugin } from './plugin.ts';
import { room } from './room.ts';
import { STATUS_MISSING } from './status.ts';
import { counted, label, of, type PilotFacts, type Plugin, type Step, sum, unchanged } from './step.ts';

interface Activated {
  readonly max_jobs_torun: number | undefined;
  readonly min_pilots_pending: number | undefined;
  readonly max_pilots_per_cycle: number | undefined;
  readonly min_pilots_per_cycle: number | undefined;
  readonly max_pilots_pending: number | undefined;
  readonly 'testmode.allowed': boolean;
  readonly 'testmode.pilots': number;
  readonly 'testmode.max_pending': number;
  readonly default: number;
}

/** The limits apply in this order, so that max_pilots_pending has the last word. */
const limited = (settings: Activated, { ready, pending, running }: PilotFacts): number => {
  const { max_jobs_torun, max_pilots_pending } = settings;
  let n = Math.max(0, ready - pending);
  if (max_jobs_torun !== undefined) n = Math.min(n, room(max_jobs_torun, pending + running, false));
  n = Math.max(n, (settings.min_pilots_pending ?? 0) - pending);
  n = Math.min(n, settings.max_pilots_per_cycle ?? n);
  n = Math.max(n, settings.min_pilots_per_cycle ?? n);
  if (max_pilots_pending !== undefined) n = Math.min(n, room(max_pilots_pending, pending, false));
  return n;
};

type ByStatus = Extract<Reason, { kind: 'chain-by-status' }>;

const byStatus = (before: number, to: number, seen: Pick<ByStatus, 'status' | 'pending'>): Step =>
  to === before
    ? unchanged(to)
    : { n: to, why: { kind: 'chain-by-status', plugin: 'Activated', ...seen, to } };

const make =
  (settings: Activated): Plugin =>
  (n, facts) => {
    const { siteStatus, ready, pending } = facts;
    if (siteStatus === undefined) return STATUS_MISSING;
    if (siteStatus === 'offline') return byStatus(n, 0, { status: siteStatus });
    if (siteStatus === 'test' && settings['testmode.allowed']) {
      const crowded = pending > settings['testmode.max_pending'];
      return byStatus(n, crowded ? 0 : settings['testmode.pilots'], { status: siteStatus, pending });
    }
    const terms = sum([of('ready', ready)], [of('pending', pending)]);
    return counted(label('Activated'), n, limited(settings, facts), { ...terms, areLimited: true });
  };

/** In AutoPyFactory 0 switches such a limit off, though it reads as "none at all": neither is guessed. */
const limit = (description: string) => optional(whole(1, MOST_PILOTS, description));

const activated = schedPlugin<Activated>({
  name: 'Activated',
  description:
    'A whole chain in one plugin, of an older AutoPyFactory: ready jobs less pending pilots, never below 0, then its limits in the order below. In status offline nothing is submitted, in status test only the pilots of the test mode, if that is allowed.',
  differs:
    'Being above a maximum submits nothing, where AutoPyFactory may ask for removal. A limit of 0, which in AutoPyFactory means no limit, is refused. A site whose status is not known holds the queue.',
  parameters: {
    max_jobs_torun: limit('Most pilots, pending and running.'),
    min_pilots_pending: limit('Fewest pilots that should be pending.'),
    max_pilots_per_cycle: limit('Most pilots to submit in one cycle.'),
    min_pilots_per_cycle: limit('Fewest pilots to submit in one cycle.'),
    max_pilots_pending: limit('Most pilots that may be pending.'),
    'testmode.allowed': withDefault(flag('Whether status test has a number of its own.'), 'False'),
    'testmode.pilots': withDefault(pilots('Pilots to submit in every cycle in status test.'), '0'),
    'testmode.max_pending': withDefault(pilots('Pending pilots above which a test gets no more.'), '10'),
    default: withoutFacts,
  },
  make,
});

export const ACTIVATED: readonly SchedPlugin[] = [activated];
