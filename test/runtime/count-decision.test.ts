import { expect, it } from 'vitest';
import { countDecision } from '../../runtime/count-decision.ts';

it.each([
  [{}, 0],
  [{ workersDisbelieved: 3 }, 3],
])('counts the workers of a queue whose ads are not believed: %j', (counts, expected) => {
  const counted: Record<string, number> = {};
  countDecision({ of: 'workers', kind: 'rest', queue: 'BNL', at: 0, why: [], counts }, (name, value) => {
    counted[name] = value;
  });
  expect(counted.WorkersNotBelieved).toBe(expected);
});
