import type { EndNote } from '../core/end-reason.ts';
import { TAG } from '../core/names.ts';
import type { EndBook, Instance } from '../core/ports.ts';
import { forEach } from './parallel.ts';

/** What is kept of an instance that EC2 shows as ended; nothing of one that says no queue, or of which EC2 says nothing. */
const noteOf = (
  { instanceId, offer, launchedAt, tags, reason }: Instance,
  at: number,
): readonly EndNote[] => {
  const queue = tags[TAG.queue];
  if (queue === undefined || reason === undefined) return [];
  return [{ instanceId, queue, offer, launchedAt, reason, at }];
};

/**
 * Keeps EC2's reason for every end, and answers those that were not kept before. EC2 shows an instance for an hour after
 * its end, and every audit lists all of them: none is missed, and no call is made for it. What a container has kept it
 * does not write again.
 */
export const endKeeper = (book: EndBook) => {
  const kept = new Set<string>();
  return async (instances: readonly Instance[], now: number): Promise<readonly EndNote[]> => {
    const notes = instances.filter(({ state }) => state === 'terminated').flatMap((of) => noteOf(of, now));
    const unknown = notes.filter(({ instanceId }) => !kept.has(instanceId));
    const isNew = await forEach(unknown, (note) => book.ended(note));
    kept.clear();
    for (const { instanceId } of notes) kept.add(instanceId);
    return unknown.filter((_, index) => isNew[index] === true);
  };
};
