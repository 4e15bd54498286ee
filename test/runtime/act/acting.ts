import type { Decision } from '../../../core/model/decision.ts';
import type { Launching } from '../../../runtime/act/launch-all.ts';
import { gatherFailures } from '../../../runtime/run/failures.ts';
import { NOW } from '../../core/worlds.ts';

type Act = Extract<Decision, { kind: 'act' }>;

/** A decision about the default fleet that does nothing but what is given. */
export const act = (given: Partial<Act> = {}): Decision => ({
  ...{ of: 'workers', kind: 'act', fleet: 'default', at: NOW, why: [], counts: {} },
  ...{ launches: [], retirements: [], ...given },
});

/** What the acts of one tick share. */
export const launchingNow = (): Launching => ({
  lease: { kind: 'lease', name: 'workers', fence: 1, at: NOW, until: NOW + 60, viewedAt: NOW },
  brake: { throttled: undefined, isOpen: false },
  otherBrake: { throttled: undefined, isOpen: false },
  away: new Set(),
  failures: gatherFailures(),
  now: NOW,
});
