import { usualSeconds } from '../learn/boot-curve.ts';
import type { CurveOf } from '../learn/joins.ts';
import type { Start } from '../model/learned.ts';
import type { Waiting } from '../model/resources.ts';
import type { Stage } from '../model/stage.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import { type QueueSettings, shapeOf, siteOf } from '../settings/queue-settings.ts';
import type { Facts } from './facts.ts';

/**
 * What is added to the start itself, seconds. A launch may wait for a tick, and its worker for a cycle of the negotiator
 * (NEGOTIATOR_INTERVAL, 60 s): a boot more or less matters little beside that. A wake that comes too soon makes a machine wait that
 * costs as much as the wake: 10 s are what a tick takes that the endpoint asks for, and a negotiation that a new slot does.
 */
const ROUND_ABOUT_SECONDS = { cold: 120, woken: 10 } as const;

/**
 * How far ahead it is of use to know of a job for which a worker is started like this, seconds: knowing it earlier would only
 * keep a machine waiting.
 */
export const horizonSeconds = (
  { flavours }: FleetSettings,
  { template }: Pick<Stage, 'template'>,
  curveOf: CurveOf,
  start: Start,
): number => {
  const [flavour] = flavours;
  const curve =
    flavour === undefined
      ? undefined
      : curveOf({ template, offer: { flavour: flavour.name, zone: '', market: 'on-demand' } }, start);
  return usualSeconds(curve, start) + ROUND_ABOUT_SECONDS[start];
};

/**
 * Jobs of a queue that land after so many seconds from now and before so many, as far as the site has said when their inputs
 * land. None if it has not, or if PanDA has the site as anything but online. A job whose moment lies before the view is in the
 * counts of that view.
 */
export const landingWithin = (
  settings: QueueSettings,
  facts: Pick<Facts, 'now' | 'viewedAt' | 'landings' | 'siteStatus'>,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Waiting[] => {
  const { now, viewedAt } = facts;
  if ((facts.siteStatus(siteOf(settings)) ?? 'online') !== 'online') return [];
  const after = Math.max(viewedAt, now + from);
  const soon = facts.landings(settings.name).filter(({ at }) => at > after && at <= now + to);
  return soon.map(({ shape, count }) => ({ shape: shape ?? shapeOf(settings), count }));
};
