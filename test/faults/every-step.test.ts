import { expect, it } from 'vitest';
import { neverHappened } from './coverage.ts';
import { EVERY_STEP } from './every-step.ts';
import { search } from './search.ts';
import { tally } from './tally.ts';

it('the scripted episodes bring every fault and every step of a life about, whatever the seed, and break no law', async () => {
  const counts = tally();
  const { failure, episodes } = await search({ ticks: 1, seed: 1, tally: counts, first: EVERY_STEP });
  expect(failure).toBeUndefined();
  expect(episodes).toBe(EVERY_STEP.length);
  expect(neverHappened(counts)).toEqual([]);
});
