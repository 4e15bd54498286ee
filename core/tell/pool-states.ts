import { type Decision, whose } from '../model/decision.ts';
import type { PoolState } from '../model/pool.ts';
import { type Limit, limitOf } from './limit.ts';
import { sentence } from './sentence.ts';

const STATE_OF: Readonly<Record<Exclude<Limit['kind'], 'limited'>, PoolState['state']>> = {
  acting: 'acting',
  met: 'met',
  'no-demand': 'idle',
};

/**
 * What decisions say to those who use the pool: the state of each queue and fleet, and what limits it. `machineAt`: when a fleet's
 * next machine is expected, seconds since 1970.
 */
export const poolStates = (
  decisions: readonly Decision[],
  machineAt: ReadonlyMap<string, number> = new Map(),
): readonly PoolState[] =>
  decisions.map((decision): PoolState => {
    const limit = limitOf(decision);
    const name = whose(decision);
    const expected = decision.of === 'workers' ? machineAt.get(name) : undefined;
    return {
      of: decision.of === 'pilots' ? 'queue' : 'fleet',
      name,
      state: decision.kind === 'hold' ? 'held' : limit.kind === 'limited' ? 'limited' : STATE_OF[limit.kind],
      ...(limit.kind === 'limited' ? { limit: sentence(limit.by) } : {}),
      ...(expected === undefined ? {} : { machineAt: expected }),
    };
  });
