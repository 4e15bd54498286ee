import { fits, type Shape, shapeKey } from '../../core/resources.ts';
import type { Pilot, Slot } from './model.ts';

/** HTCondor packs: fullest machine with room first, so that empty ones can go. Dead ads look like any other. */
const tightest = (slots: readonly Slot[], shape: Shape): Slot | undefined => {
  let best: Slot | undefined;
  for (const slot of slots) {
    if (slot.draining || !fits(shape, slot.free)) continue;
    const better =
      best === undefined ||
      slot.free.cpus - (slot.running.size === 0 ? 0 : 1e6) <
        best.free.cpus - (best.running.size === 0 ? 0 : 1e6);
    if (better) best = slot;
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
    const slot = tightest(slotsOf(pilot.queue), pilot.shape);
    if (slot === undefined) blocked.add(key);
    else match(pilot, slot);
  }
};
