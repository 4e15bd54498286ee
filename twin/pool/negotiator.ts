import { fits, type Shape, shapeKey } from '../../core/model/resources.ts';
import type { Pilot, Slot } from './model.ts';

/** HTCondor packs: a machine that runs something before an empty one, so that empty ones can go; then the fullest. */
const isBetter = (a: Slot, b: Slot): boolean => {
  const [aInUse, bInUse] = [a.running.size > 0, b.running.size > 0];
  return aInUse === bInUse ? a.free.cpus < b.free.cpus : aInUse;
};

/** The best slot that a pilot of this shape fits on. Dead ads look like any other. */
const bestSlot = (slots: readonly Slot[], shape: Shape): Slot | undefined => {
  let best: Slot | undefined;
  for (const slot of slots) {
    if (slot.draining || !fits(shape, slot.free)) continue;
    if (slot.odd === 'unmatched' && slot.running.size > 0) continue;
    if (best === undefined || isBetter(slot, best)) best = slot;
  }
  return best;
};

/**
 * One negotiation: idle pilots, oldest first, each to a slot of its own queue. A shape that finds no slot is not tried
 * again in this cycle. `match` claims the slot, or not if the machine behind it turns out to be dead.
 */
export const negotiate = (
  idle: Iterable<Pilot>,
  slotsOf: (queue: string) => readonly Slot[],
  match: (pilot: Pilot, slot: Slot) => void,
): void => {
  const blocked = new Set<string>();
  for (const pilot of idle) {
    const key = `${pilot.queue}/${shapeKey(pilot.shape)}`;
    if (blocked.has(key)) continue;
    const slot = bestSlot(slotsOf(pilot.queue), pilot.shape);
    if (slot === undefined) blocked.add(key);
    else match(pilot, slot);
  }
};
