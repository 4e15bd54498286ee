import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import { TAG } from '../../../core/model/names.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { failedThere, newsOf } from '../../../core/write/looked.ts';
import { inEc2, inLedger, NOW } from '../worlds.ts';

const ID = 'os-0c6d2f30-11bd-4e37-8a53-1c9d9f6b4d02';
const shown = (given: Partial<Instance>): Instance => ({ ...inEc2(ID), ...given });

const at = { since: NOW - 60 };
const DRAINED = { kind: 'drained' } as const;
const STATES = {
  booting: { kind: 'booting' },
  joined: { kind: 'joined', joinedAt: 0 },
  missing: { kind: 'missing', joinedAt: 0, ...at },
  draining: { kind: 'draining', ...at, cause: DRAINED },
  asleep: { kind: 'asleep', ...at },
  stopping: { kind: 'asleep', ...at, stopping: true },
  waking: { kind: 'waking', ...at },
  retiring: { kind: 'retiring', ...at, cause: DRAINED },
  failed: { kind: 'failed', at: NOW, cause: DRAINED },
} satisfies Readonly<Record<string, WorkerState>>;

const SHOWN = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated', 'absent'] as const;

describe('what a list of a cloud shows is asked about', () => {
  /** Of each state of the ledger, what is news. */
  const NEWS: Readonly<Record<keyof typeof STATES, readonly (typeof SHOWN)[number][]>> = {
    booting: ['shutting-down', 'terminated', 'absent'],
    joined: ['stopping', 'stopped', 'shutting-down', 'terminated', 'absent'],
    missing: ['stopping', 'stopped', 'shutting-down', 'terminated', 'absent'],
    draining: ['stopping', 'stopped', 'shutting-down', 'terminated', 'absent'],
    asleep: ['pending', 'running', 'shutting-down', 'terminated', 'absent'],
    stopping: ['pending', 'running', 'stopped', 'shutting-down', 'terminated', 'absent'],
    waking: ['shutting-down', 'terminated', 'absent'],
    retiring: ['absent'],
    failed: [],
  };

  it.each(Object.entries(STATES))('where the ledger has %s', (name, state) => {
    const worker = inLedger(ID, state);
    const news = SHOWN.filter((what) => {
      const list = what === 'absent' ? [] : [shown({ state: what })];
      return newsOf([worker], list).length > 0;
    });
    expect(news).toEqual(NEWS[name as keyof typeof NEWS]);
  });

  it('on clouds that report nothing by themselves, and EC2 does', () => {
    expect(newsOf([inLedger('i-00000001', STATES.joined)], [])).toEqual([]);
  });
});

describe('machines that have failed at their cloud', () => {
  it.each<readonly [string, WorkerState, Partial<Instance>, Partial<WorkerRecord>, readonly string[]]>([
    ['was accepted and found no room', STATES.booting, { refusedFor: 'capacity' }, {}, ['capacity']],
    ['broke in its boot', STATES.booting, {}, {}, ['broken']],
    ['broke after it had run', STATES.joined, { refusedFor: 'capacity' }, {}, ['broken']],
    ['is ended already', STATES.retiring, {}, {}, []],
    ['is given up already', STATES.failed, {}, {}, []],
    ['an operator protects there', STATES.booting, { tags: { [TAG.protected]: 'true' } }, {}, []],
    ['an operator protects in the ledger', STATES.booting, {}, { isProtected: true }, []],
    ['an operator protected once', STATES.booting, {}, { isProtected: false }, ['broken']],
  ])('one that %s', (_, state, given, record, expected) => {
    const found = failedThere([inLedger(ID, state, record)], [shown({ state: 'failed', ...given })]);
    expect(found.map(({ refusedFor }) => refusedFor ?? 'broken')).toEqual(expected);
  });

  it('is none that runs, and none that the ledger does not know', () => {
    expect(failedThere([inLedger(ID, STATES.joined)], [shown({ state: 'running' })])).toEqual([]);
    expect(failedThere([], [shown({ state: 'failed' })])).toEqual([]);
  });
});
