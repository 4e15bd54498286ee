import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, sequences } from '../contract/ledger/alike.ts';
import { SUBJECTS } from '../contract/ledger/subjects.ts';

describe('the ledger in memory', () => {
  // Dynalite takes half a second to begin, so it gets few.
  it.each([
    ['a table of dynalite', 12],
    ["the fault simulation's table", 300],
  ] as const)(
    'answers any sequence of calls as the one in %s',
    async (name, numRuns) => {
      await fc.assert(
        fc.asyncProperty(sequences, async (sequence) => {
          const [memory, other] = [await SUBJECTS.memory(), await SUBJECTS[name]()];
          try {
            const expected = await outcomeOf(other.ledger, sequence);
            expect(await outcomeOf(memory.ledger, sequence)).toEqual(expected);
          } finally {
            await other.close();
          }
        }),
        { numRuns },
      );
    },
    120_000,
  );
});
