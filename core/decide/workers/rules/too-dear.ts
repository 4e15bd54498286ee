import type { Retirement } from '../../../model/decision.ts';
import type { Fleet } from '../../../observe/fleet.ts';
import type { Standing } from '../money/purse.ts';
import { mayLeave } from './surplus.ts';

/**
 * Idle workers of a queue that is committed to more than its budget (it was lowered, or a price has risen): they leave
 * at once, for good. Busy ones go on to their end; no job is ended for money.
 */
export const tooDear = (
  fleet: Fleet,
  money: Standing | undefined,
  leaving: ReadonlySet<string>,
): readonly Retirement[] =>
  money?.step !== 'over'
    ? []
    : mayLeave(fleet, leaving)
        .filter(({ pool }) => pool?.busy === 0)
        .map(({ record }) => ({
          instanceId: record.instanceId,
          step: 'drain',
          cause: { kind: 'idle-over-budget' },
        }));
