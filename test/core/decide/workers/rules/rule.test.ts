import { expect, it } from 'vitest';
import { type Proposal, withSteps } from '../../../../../core/decide/workers/rules/rule.ts';
import type { Retirement } from '../../../../../core/model/decision.ts';

const steps = (count: number, step: Retirement['step'], cause: Retirement['cause']): readonly Retirement[] =>
  Array.from({ length: count }, (_, n) => ({ instanceId: `i-${step}-${n}`, step, cause }));
const drains = (count: number) => steps(count, 'drain', { kind: 'too-old', maxLifeSeconds: 60 });
const undrains = (count: number) => steps(count, 'undrain', { kind: 'needed-again' });
const proposed = (...retirements: readonly Retirement[]): Proposal => ({
  ...{ fleet: { members: [], strangers: [], launches: [] }, launches: [], why: [], counts: {} },
  retirements,
});

it.each([
  [[], 300, 200],
  [drains(150), 100, 200],
  [drains(200), 10, 200],
  [undrains(20), 300, 220],
  [[...undrains(20), ...drains(150)], 30, 200],
])(
  'steps of all rules are two hundred in a tick, but for drains that are taken back',
  (before, more, all) => {
    const { retirements } = withSteps(proposed(...before), drains(more));
    expect(retirements).toHaveLength(all);
    expect(retirements.slice(0, before.length)).toEqual(before);
  },
);
