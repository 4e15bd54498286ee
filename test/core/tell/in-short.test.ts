import { describe, expect, it } from 'vitest';
import type { Decision, Retirement } from '../../../core/model/decision.ts';
import { inShort } from '../../../core/tell/in-short.ts';
import { LARGE, NARROW, NOW, openLaunch } from '../worlds.ts';

const TOLD = { at: NOW, why: [], counts: {} };
const OF_QUEUE = { queue: 'BNL', ...TOLD };
const OF_FLEET = { fleet: 'default', ...TOLD };
const retirement = (step: 'drain' | 'terminate'): Retirement => ({
  instanceId: 'i-00000001',
  step,
  cause: { kind: 'drained' },
});
const launch = (count: number) => ({ request: openLaunch(count).request, offers: LARGE });

describe('a decision in short', () => {
  it.each<readonly [string, Decision]>([
    [
      'submit 12',
      {
        of: 'pilots',
        kind: 'submit',
        count: 12,
        shape: NARROW,
        requestId: 'BNL.1',
        viewedAt: NOW,
        ...OF_QUEUE,
      },
    ],
    ['remove 3', { of: 'pilots', kind: 'remove', count: 3, leave: 1, ...OF_QUEUE }],
    ['rest', { of: 'pilots', kind: 'rest', ...OF_QUEUE }],
    ['hold', { of: 'workers', kind: 'hold', ...OF_FLEET }],
    [
      'launch 6 x m6i.large',
      { of: 'workers', kind: 'act', launches: [launch(6)], retirements: [], ...OF_FLEET },
    ],
    [
      'launch 6 x m6i.large, launch 1 x m6i.large, drain 1, terminate 2',
      {
        of: 'workers',
        kind: 'act',
        launches: [launch(6), launch(1)],
        retirements: [retirement('drain'), retirement('terminate'), retirement('terminate')],
        ...OF_FLEET,
      },
    ],
    [
      'wake 1, let sleep 2, launch 6 x m6i.large',
      {
        of: 'workers',
        kind: 'act',
        launches: [launch(6)],
        retirements: [],
        wakes: [
          {
            instanceId: 'i-1',
            meantFor: 'x',
            offer: { flavour: 'm6i.large', zone: 'z', market: 'on-demand' },
            offers: { cpus: 2, memoryMb: 7500, diskMb: 100_000, gpus: 0 },
          },
        ],
        mayStop: ['i-2', 'i-3'],
        ...OF_FLEET,
      },
    ],
  ])('reads %s', (text, decision) => {
    expect(inShort(decision)).toBe(text);
  });
});
