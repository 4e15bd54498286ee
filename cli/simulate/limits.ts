import { type Decision, whose } from '../../core/model/decision.ts';
import type { Reason } from '../../core/model/reason.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { type Owner, ownerKey } from '../../core/settings/settings-record.ts';
import { type Cap, type Counted, capReached, type Fix, fixOf, limitText } from '../../core/tell/fix.ts';
import { gistOfLimit, limitOf } from '../../core/tell/limit.ts';

/** What kept a queue or a fleet back in a run, and for how long in all. */
export interface HeldBack {
  readonly owner: Owner;
  readonly reason: Reason['kind'];
  /** Whether nothing at all was done meanwhile. */
  readonly isHold: boolean;
  readonly seconds: number;
  /** The longest time that one decision of them stood, and its sentence. */
  readonly longest: number;
  readonly text: string;
  readonly fix: Fix | undefined;
}

const ownerOf = (decision: Decision): Owner => ({
  of: decision.of === 'pilots' ? 'queue' : 'fleet',
  name: whose(decision),
});

const NOTHING: Counted = { workers: 0, cores: 0, booting: 0 };

/** What counts against a fleet's caps once a decision is carried out. */
const countedAfter = (decision: Decision, { countedBefore }: Of): Counted => {
  const before = countedBefore.get(decision) ?? NOTHING;
  if (decision.of !== 'workers' || decision.kind !== 'act') return before;
  const begun = [
    ...decision.launches.map(({ request, offers }) => ({ count: request.count, cpus: offers.cpus })),
    ...(decision.wakes ?? []).map(({ offers }) => ({ count: 1, cpus: offers.cpus })),
  ];
  const count = begun.reduce((sum, of) => sum + of.count, 0);
  return {
    workers: before.workers + count,
    cores: before.cores + begun.reduce((sum, of) => sum + of.count * of.cpus, 0),
    booting: before.booting + count,
  };
};

/** Which cap it was that kept workers back. */
const capOf = (decision: Decision, of: Of): Cap | undefined => {
  const settings = of.fleets.find(({ name }) => name === whose(decision));
  return settings && capReached(settings, countedAfter(decision, of));
};

/** What the decisions of a run are judged by. */
interface Of {
  readonly stage: string;
  readonly fleets: readonly FleetSettings[];
  readonly countedBefore: ReadonlyMap<Decision, Counted>;
  readonly endsAt: number;
}

/**
 * Adds up what limited queues and fleets, the longest first. A decision that only says the same again is not written down, so each
 * goes on until the next one of its queue or fleet.
 */
export const heldBack = (decisions: readonly Decision[], of: Of): readonly HeldBack[] => {
  const all = new Map<string, HeldBack>();
  for (const [key, own] of Map.groupBy(decisions, (decision) => ownerKey(ownerOf(decision)))) {
    for (const [index, decision] of own.entries()) {
      const limit = limitOf(decision);
      if (limit.kind !== 'limited') continue;
      const { by } = limit;
      const owner = ownerOf(decision);
      const cap = by.kind === 'capped-by-fleet' ? capOf(decision, of) : undefined;
      const isHold = decision.kind === 'hold';
      const same = `${key} ${isHold} ${gistOfLimit(limit)} ${cap?.knob}`;
      const lasted = (own[index + 1]?.at ?? of.endsAt) - decision.at;
      const before = all.get(same) ?? { seconds: 0, longest: 0, text: '' };
      all.set(same, {
        ...{ owner, isHold, reason: by.kind },
        seconds: before.seconds + lasted,
        longest: Math.max(before.longest, lasted),
        text: lasted >= before.longest ? limitText(by, cap) : before.text,
        fix: fixOf(by, { owner, stage: of.stage, cap }),
      });
    }
  }
  return [...all.values()].sort((a, b) => b.seconds - a.seconds);
};
