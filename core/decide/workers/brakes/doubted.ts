import type { Reason } from '../../../model/reason.ts';
import type { Doubt } from '../../../observe/belief.ts';
import type { Fleet, Member } from '../../../observe/fleet.ts';
import { type Brake, startsAny, withStarted } from './brake.ts';

/** One alone is an odd machine. */
const FEW_WORKERS = 2;

const MOST_SHARE = 1 / 2;

/** Of whoever claims too much it is known what it has. */
const KNOWS_NOTHING: ReadonlySet<Doubt | undefined> = new Set(['unreadable', 'contradictory', 'elsewhere']);

const isDoubted = ({ doubt }: Member): boolean => KNOWS_NOTHING.has(doubt);

/** Why nothing can be said of what a fleet has: most of its workers in the pool cannot be believed. */
const doubted = ({ members }: Fleet): Reason | undefined => {
  const inPool = members.filter(({ pool }) => pool !== undefined);
  const found = inPool.filter(isDoubted);
  const [first] = found;
  if (first === undefined || found.length < FEW_WORKERS) return undefined;
  if (found.length <= inPool.length * MOST_SHARE) return undefined;
  const { instanceId } = first.record;
  return { kind: 'workers-doubted', workers: found.length, instanceId, inPool: inPool.length };
};

/**
 * Starts nothing for a fleet most of whose workers cannot be believed: an endpoint, an image or a setting has made them
 * so, and the next ones would be as odd. Their jobs may well be running.
 */
export const mostDoubted: Brake = (decisions, { fleets }) =>
  decisions.map((decision) => {
    if (decision.kind !== 'act' || !startsAny(decision)) return decision;
    const why = doubted(fleets.of(decision.fleet));
    if (why === undefined) return decision;
    return withStarted({ ...decision, why: [...decision.why, why] }, { launches: [], wakes: [] });
  });
