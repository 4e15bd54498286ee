import { describe, expect, it } from 'vitest';
import { lookAgain } from '../../../core/audit/confirm.ts';
import { DISCREPANCIES, type DiscrepancyName } from '../../../core/model/discrepancy.ts';
import { NOW } from '../worlds.ts';

const found = (name: DiscrepancyName, subject: string, waited?: true) => ({
  ...{ name, subject },
  ...(waited === undefined ? {} : { waited }),
});
const marked = (name: DiscrepancyName, subject: string, ago: number) => ({
  name,
  subject,
  firstSeenAt: NOW - ago,
});
const LOST = found('lost-worker', 'i-1');

describe('a discrepancy', () => {
  it.each([
    ['seen for the first time', LOST, [], false],
    ['seen 299 s ago', LOST, [marked('lost-worker', 'i-1', 299)], false],
    ['seen 300 s ago', LOST, [marked('lost-worker', 'i-1', 300)], true],
    ['of another kind of the same subject', LOST, [marked('dead-ad', 'i-1', 900)], false],
    ['of the same kind of another subject', LOST, [marked('lost-worker', 'i-2', 900)], false],
    ['for which nothing is left to wait', found('lost-worker', 'i-1', true), [], true],
  ])('%s is acted on, or not', (_, of, marks, isDue) => {
    expect(lookAgain([of], marks, NOW).due).toEqual(isDue ? [of] : []);
  });

  it('is marked once, and its mark goes with it', () => {
    const marks = [marked('lost-worker', 'i-1', 60), marked('dead-ad', 'i-9', 60)];
    const { fresh, over } = lookAgain([LOST, found('stranger', 'i-3')], marks, NOW);
    expect(fresh).toEqual([{ name: 'stranger', subject: 'i-3', firstSeenAt: NOW }]);
    expect(over).toEqual([marks[1]]);
  });

  it('is told of by kind, also where nothing is wrong', () => {
    const marks = [marked('lost-worker', 'i-1', 60), marked('lost-worker', 'i-2', 400)];
    const { tallies } = lookAgain([LOST, found('lost-worker', 'i-2'), found('stranger', 'i-3')], marks, NOW);
    expect(tallies.map(({ name }) => name)).toEqual([...DISCREPANCIES]);
    expect(tallies.filter(({ count }) => count > 0)).toEqual([
      { name: 'lost-worker', count: 2, oldestSeconds: 400, due: 1 },
      { name: 'stranger', count: 1, oldestSeconds: 0, due: 0 },
    ]);
  });
});
