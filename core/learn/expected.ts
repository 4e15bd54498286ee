import type { Joins } from '../model/learned.ts';
import { comingSince, isComing, type WorkerRecord } from '../model/worker.ts';
import { startOf } from './joins.ts';

/** How long half of the starts that are like a worker's took that came to join, seconds; undefined: none is remembered. */
const usualOf = (worker: WorkerRecord, joins: readonly Joins[]): number | undefined => {
  const like = joins.filter(
    ({ flavour, woken }) =>
      flavour === worker.offer.flavour && (woken === true ? 'woken' : 'cold') === startOf(worker),
  );
  const took = like.flatMap((of) => of.took.filter((seconds) => seconds !== null)).sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)];
};

/**
 * When the next machine of each fleet is expected in the pool, seconds since 1970: of those on their way, the first by what machines
 * of its type took before. One that is late is expected now. A fleet of which none is on its way, or nothing is known, is absent.
 */
export const machinesExpected = (
  workers: readonly WorkerRecord[],
  joins: readonly Joins[],
  now: number,
): ReadonlyMap<string, number> => {
  const expected = new Map<string, number>();
  for (const worker of workers) {
    if (!isComing(worker.state)) continue;
    const usual = usualOf(worker, joins);
    if (usual === undefined) continue;
    const at = Math.max(now, comingSince(worker) + usual);
    expected.set(worker.fleet, Math.min(at, expected.get(worker.fleet) ?? at));
  }
  return expected;
};
