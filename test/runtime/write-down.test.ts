import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/model/decision.ts';
import { writerDown } from '../../runtime/write-down.ts';
import { NARROW, NOW } from '../core/worlds.ts';
import { fakeLedger } from '../fakes/ledger.ts';

const rest = (at: number, why: string, queue = 'A'): Decision => ({
  of: 'pilots',
  kind: 'rest',
  queue,
  at,
  why: [why],
  counts: {},
});
const submit = (at: number, count = 3): Decision => ({
  ...rest(at, 'jobs'),
  of: 'pilots',
  kind: 'submit',
  requestId: `A.${at}`,
  viewedAt: at,
  count,
  shape: NARROW,
});

const writing = () => {
  const { ledger } = fakeLedger();
  const written: number[] = [];
  const told: number[] = [];
  const keep: typeof ledger.decisions.keep = (decision) => {
    written.push(decision.at);
    return ledger.decisions.keep(decision);
  };
  const container = () => writerDown({ keep }, (decision) => void told.push(decision.at));
  return { container, written, told };
};

describe('decisions are written down', () => {
  it.each([
    [
      'a quiet one once, however often it comes, but for its numbers',
      [rest(1, '4 wait'), rest(2, '5 wait'), rest(3, '6 wait')],
      [1],
    ],
    [
      'a quiet one again when it says something else',
      [rest(1, 'paused'), rest(2, 'drained'), rest(3, 'paused')],
      [1, 2, 3],
    ],
    ['a quiet one again after a deed', [rest(1, 'x'), submit(2), rest(3, 'x'), rest(4, 'x')], [1, 2, 3]],
    ['each deed', [submit(1), submit(2), submit(3)], [1, 2, 3]],
    ['those of each queue', [rest(1, 'x'), rest(2, 'x', 'B'), rest(3, 'x'), rest(4, 'x', 'B')], [1, 2]],
    [
      'a hold where there was a rest',
      [rest(1, 'x'), { ...rest(2, 'x'), of: 'pilots', kind: 'hold' } as const],
      [1, 2],
    ],
  ])('%s', async (_, decisions, expected) => {
    const { container, written, told } = writing();
    const writeDown = container();
    for (const decision of decisions) await writeDown(decision);
    expect(written).toEqual(expected);
    expect(told).toEqual(decisions.map(({ at }) => at));
  });

  it('once more by a new container, which remembers nothing', async () => {
    const { container, written } = writing();
    for (const at of [1, 2]) await container()(rest(at, 'x'));
    expect(written).toEqual([1, 2]);
  });

  it('by the first writer: the second gets that one to carry out, and tells it', async () => {
    const { container } = writing();
    await container()(submit(NOW, 3));
    expect(await container()(submit(NOW, 8))).toEqual(submit(NOW, 3));
    expect(await container()(rest(NOW, 'too late'))).toEqual(submit(NOW, 3));
  });
});
