import * as z from 'zod';
import { factReason } from './reason-facts.ts';
import { launchReason } from './reason-launches.ts';
import { leavingReason } from './reason-leaving.ts';
import { pilotReason } from './reason-pilots.ts';
import { workerReason } from './reason-workers.ts';

/**
 * Why something was decided or has happened: a kind, with its numbers and names. `words` are those of the outside (EC2,
 * the endpoint, a server): they are carried and shown, and nothing reads them. core/tell makes sentences of reasons.
 */
export const reason = z.discriminatedUnion('kind', [
  factReason,
  pilotReason,
  launchReason,
  leavingReason,
  workerReason,
]);

export type Reason = z.infer<typeof reason>;

export type ReasonKind = Reason['kind'];

/** Fields that say which one of its kind a reason is; all others are numbers, words, or one of many. */
const NAMES: ReadonlySet<string> = new Set([
  'source',
  'part',
  'plugin',
  'status',
  'market',
  'month',
  'breaker',
  'canary',
  'key',
  'entry',
  'cloud',
]);

/** What a reason comes to, numbers and words aside: two reasons with the same gist are the same reason, later. */
export const gistOf = (of: Reason): string => {
  const names = Object.entries(of)
    .filter(([field]) => NAMES.has(field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const knobs = 'problems' in of ? of.problems.map(({ knob }) => knob) : [];
  const codes = of.kind === 'boots-ended' ? [of.reason.code] : [];
  return [of.kind, ...names.map(([, name]) => String(name)), ...knobs, ...codes].join(' ');
};

/** Whether it says what somebody in shadow would do, and does not. */
export const isOfShadow = ({ kind }: Reason): boolean =>
  kind === 'queue-in-shadow' || kind === 'fleet-in-shadow';

/** Whether somebody in shadow would do anything. */
export const wouldAct = (of: Reason): boolean => {
  if (of.kind === 'queue-in-shadow') return of.submit + of.remove > 0;
  if (of.kind !== 'fleet-in-shadow') return false;
  return of.launches.length + of.wake + of.letSleep + of.undrain + of.drain + of.terminate > 0;
};

/** Reasons without those that say exactly what one before them says. */
export const distinct = (reasons: readonly Reason[]): readonly Reason[] => [
  ...new Map(reasons.map((of) => [JSON.stringify(of), of])).values(),
];
