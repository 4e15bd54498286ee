import type { Ledger } from '../../core/ledger.ts';
import { type EndNote, type Instance, isAskedFor } from '../../core/model/instance.ts';
import { belongingIn } from '../../core/model/names.ts';
import type { Failures } from '../run/failures.ts';
import { forEach } from '../run/parallel.ts';

/** What is kept of an instance that EC2 shows as ended; nothing of one that says no fleet, or of which EC2 says nothing. */
const noteOf = (
  { instanceId, offer, launchedAt, tags, reason }: Instance,
  at: number,
): readonly EndNote[] => {
  const of = belongingIn(tags);
  if (of === undefined || reason === undefined) return [];
  return [{ instanceId, fleet: of.fleet, offer, launchedAt, reason, at }];
};

/** An end that somebody asked for is aerie's own, as long as the ledger does not say otherwise. */
const withAsker = async (note: EndNote, ends: Ledger['ends']): Promise<EndNote> => {
  if (!isAskedFor(note.reason)) return note;
  const state = await ends.lastState(note.fleet, note.instanceId);
  return state === undefined || state === 'retiring' ? note : { ...note, askedByOther: true };
};

/**
 * Keeps EC2's reason for every end, and answers those that were not kept before. EC2 shows an instance for an hour after
 * its end, and every audit lists all of them: none is missed, and no call is made for it. What a container has kept it
 * does not write again; what it could not keep, it tries again with the next audit, and the others are kept all the same.
 */
export const endKeeper = (ends: Ledger['ends']) => {
  const kept = new Set<string>();
  return async (
    instances: readonly Instance[],
    failures: Failures,
    now: number,
  ): Promise<readonly EndNote[]> => {
    const notes = instances.filter(({ state }) => state === 'terminated').flatMap((of) => noteOf(of, now));
    const unknown = notes.filter(({ instanceId }) => !kept.has(instanceId));
    const fresh = await forEach(unknown, (plain) =>
      failures.during(async () => {
        const note = await withAsker(plain, ends);
        const isFresh = await ends.keep(note);
        kept.add(note.instanceId);
        return isFresh ? [note] : [];
      }),
    );
    const shown = new Set(notes.map(({ instanceId }) => instanceId));
    for (const instanceId of kept) if (!shown.has(instanceId)) kept.delete(instanceId);
    return fresh.flatMap((of) => of ?? []);
  };
};
