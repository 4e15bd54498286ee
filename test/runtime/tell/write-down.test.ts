import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { writerDown } from '../../../runtime/tell/write-down.ts';
import { NARROW, NOW } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';

const wait = (waiting: number): Reason => ({
  kind: 'pilots-seen',
  ...{ activated: waiting, taken: 0, waiting, running: 0 },
});
const unknown = (source: 'panda' | 'pool', words: string): Reason => ({
  kind: 'source-unknown',
  source,
  words,
});
const PAUSED: Reason = { kind: 'queue-paused' };
const DRAINED: Reason = { kind: 'queue-drained' };

const shadow = (submit: number): Reason => ({ kind: 'queue-in-shadow', submit, remove: 0 });

const rest = (at: number, why: Reason = PAUSED, queue = 'A'): Decision => ({
  of: 'pilots',
  kind: 'rest',
  queue,
  at,
  why: [why],
  counts: {},
});
const fleetRests = (at: number, why: Reason = PAUSED, fleet = 'A'): Decision => ({
  ...{ of: 'workers', kind: 'rest', fleet, at, why: [why], counts: {} },
});
const hold = (at: number): Decision => ({
  ...{ of: 'pilots', kind: 'hold', queue: 'A', at, why: [PAUSED], counts: {} },
});
const submit = (at: number, count = 3): Decision => ({
  ...{ of: 'pilots', kind: 'submit', queue: 'A', at, why: [wait(count)], counts: {} },
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
      [rest(1, wait(4)), rest(2, wait(5)), rest(3, wait(6))],
      [1],
    ],
    [
      'a quiet one again when it says something else',
      [rest(1, PAUSED), rest(2, DRAINED), rest(3, PAUSED)],
      [1, 2, 3],
    ],
    [
      'a quiet one once, whatever words the outside has for it',
      [rest(1, unknown('panda', 'HTTP 503')), rest(2, unknown('panda', 'no answer'))],
      [1],
    ],
    [
      'a quiet one again for the same of something else',
      [rest(1, unknown('panda', 'HTTP 503')), rest(2, unknown('pool', 'HTTP 503'))],
      [1, 2],
    ],
    [
      'a quiet one again when it would do something else if it were live',
      [rest(1, shadow(3)), rest(2, shadow(3)), rest(3, shadow(4)), rest(4, shadow(4))],
      [1, 3],
    ],
    ['a quiet one again after a deed', [rest(1), submit(2), rest(3), rest(4)], [1, 2, 3]],
    ['each deed', [submit(1), submit(2), submit(3)], [1, 2, 3]],
    ['those of each queue', [rest(1), rest(2, PAUSED, 'B'), rest(3), rest(4, PAUSED, 'B')], [1, 2]],
    [
      'those of a queue and of a fleet with the same name',
      [rest(1), fleetRests(2), rest(3), fleetRests(4), submit(5), fleetRests(6)],
      [1, 2, 5],
    ],
    ['those of each fleet', [fleetRests(1), fleetRests(2, PAUSED, 'B'), fleetRests(3)], [1, 2]],
    ['a hold where there was a rest', [rest(1), hold(2)], [1, 2]],
  ])('%s', async (_, decisions, expected) => {
    const { container, written, told } = writing();
    const writeDown = container();
    for (const decision of decisions) await writeDown(decision);
    expect(written).toEqual(expected);
    expect(told).toEqual(decisions.map(({ at }) => at));
  });

  it('and a quiet one says whether it was only told again', async () => {
    const { container } = writing();
    const writeDown = container();
    const repeated = [];
    for (const decision of [rest(1), rest(2), submit(3)])
      repeated.push((await writeDown(decision)).isRepeated);
    expect(repeated).toEqual([false, true, false]);
  });

  it('once more by a new container, which remembers nothing', async () => {
    const { container, written } = writing();
    for (const at of [1, 2]) await container()(rest(at));
    expect(written).toEqual([1, 2]);
  });

  it('by the first writer: the second gets that one to carry out, and tells it', async () => {
    const { container } = writing();
    await container()(submit(NOW, 3));
    expect((await container()(submit(NOW, 8))).decision).toEqual(submit(NOW, 3));
    expect((await container()(rest(NOW))).decision).toEqual(submit(NOW, 3));
  });
});
