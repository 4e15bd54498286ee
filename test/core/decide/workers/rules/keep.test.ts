import { describe, expect, it } from 'vitest';
import type { WorkerRecord, WorkerState } from '../../../../../core/model/worker.ts';
import { planWorkers } from '../../../planning.ts';
import {
  busy,
  type Given,
  inLedger,
  inPool,
  JOINED,
  NOW,
  only,
  openLaunch,
  pilots,
  workerWorld,
} from '../../../worlds.ts';

const plan = (given: Given) => only(planWorkers(workerWorld(given)));

/** What a plan comes to: `2 m6i.large kept`, `1 m6i.large`, `drain 1`. */
const planned = (given: Given): readonly string[] => {
  const decision = plan(given);
  if (decision.kind !== 'act') return [];
  return [
    ...decision.launches.map(
      ({ request: { count, overrides, kept } }) =>
        `${count} ${overrides[0]?.flavour}${kept === true ? ' kept' : ''}`,
    ),
    ...decision.retirements.map(({ step, instanceId }) => `${step} ${instanceId.at(-1)}`),
  ];
};

const keeping = (count: number, given: Given = {}): Given => ({
  ...given,
  knobs: { 'min-workers': String(count), ...given.knobs },
});
const kept = (id: string, state: WorkerState = JOINED, given: Partial<WorkerRecord> = {}) =>
  inLedger(id, state, { kept: true, ...given });
const GONE = { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } } as const;

describe('workers that are kept', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    ['are none, unless the fleet says so', {}, []],
    ['are launched though nobody waits', keeping(2), ['2 m6i.large kept']],
    [
      'are of the size for the widest of the pilots',
      keeping(2, { knobs: { cpus: '8' } }),
      ['2 m6i.2xlarge kept'],
    ],
    [
      'are not launched while they are there',
      keeping(1, { workers: [kept('i-1')], pool: [inPool('i-1')] }),
      [],
    ],
    [
      'are not launched while they boot',
      keeping(1, { workers: [kept('i-1', { kind: 'booting' }, { launchedAt: NOW - 60 })] }),
      [],
    ],
    [
      'are not launched while their launch is open',
      keeping(2, { launches: [{ ...openLaunch(2), request: { ...openLaunch(2).request, kept: true } }] }),
      [],
    ],
    [
      'are replaced when they leave',
      keeping(1, { workers: [kept('i-1', GONE)], pool: [busy('i-1', { draining: true })] }),
      ['1 m6i.large kept'],
    ],
    [
      'are not others that are there',
      keeping(1, { workers: [inLedger('i-1', JOINED)], pool: [inPool('i-1')] }),
      ['1 m6i.large kept'],
    ],
    [
      'are not others that are being launched',
      keeping(1, { launches: [openLaunch(1)] }),
      ['1 m6i.large kept'],
    ],
    [
      'are replaced at the moment at which their life is over',
      keeping(1, {
        workers: [kept('i-1', JOINED, { launchedAt: NOW - 9000 })],
        pool: [inPool('i-1')],
        knobs: { 'max-life-seconds': '7200', 'pilot-wall-seconds': '600' },
      }),
      ['1 m6i.large kept', 'drain 1'],
    ],
    ['are no more than the caps allow', keeping(5, { knobs: { 'max-cores': '6' } }), ['3 m6i.large kept']],
    [
      'come after those who wait, within the caps',
      keeping(5, { activated: 4, pilots: pilots({ idle: 4 }), knobs: { 'max-cores': '6' } }),
      ['2 m6i.large', '1 m6i.large kept'],
    ],
    [
      'are those whose drain is taken back, too',
      keeping(1, {
        activated: 2,
        pilots: pilots({ idle: 2 }),
        workers: [kept('i-1', { ...GONE, surplus: true })],
        pool: [inPool('i-1', { busy: 1, idleSince: null, draining: true })],
      }),
      ['undrain 1'],
    ],
    ['are not launched while the fleet is paused', keeping(2, { knobs: { state: 'paused' } }), []],
    [
      'are let go of when fewer are kept, the idle ones',
      keeping(0, {
        workers: [kept('i-1'), kept('i-2')],
        pool: [busy('i-1'), inPool('i-2')],
      }),
      ['drain 2'],
    ],
    [
      'are let go of, the oldest of the idle ones',
      keeping(1, {
        workers: [kept('i-1'), kept('i-2', JOINED, { launchedAt: NOW - 9000 })],
        pool: [inPool('i-1'), inPool('i-2')],
      }),
      ['drain 2'],
    ],
    [
      'are let go of, and others that are idle are left to themselves',
      keeping(0, { workers: [kept('i-1'), inLedger('i-2', JOINED)], pool: [busy('i-1'), inPool('i-2')] }),
      [],
    ],
    [
      'stay idle for longer than others linger',
      keeping(1, { workers: [kept('i-1')], pool: [inPool('i-1', { idleSince: NOW - 2000 })] }),
      [],
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toEqual(expected);
  });

  it('do not power themselves off before their life is over', () => {
    const decision = plan(keeping(1));
    const tags = decision.kind === 'act' ? decision.launches[0]?.request.tags : undefined;
    expect(tags?.['aerie:linger-seconds']).toBe(tags?.['aerie:max-life-seconds']);
  });

  it.each<readonly [string, Given['knobs'], string, number]>([
    ['caps', { 'max-cores': '6' }, 'capped-by-fleet', 2],
    ['caps, all of them', { 'max-cores': '0' }, 'capped-by-fleet', 5],
    ['a budget', { 'budget-dollars-per-hour': '0.35' }, 'capped-by-budget', 2],
    ['a budget, all of them', { 'budget-dollars-per-hour': '0' }, 'capped-by-budget', 5],
  ])('are told where fewer are launched because of %s', (_, more, kind, workers) => {
    const priced = { 'dollars-per-core-hour': '0.05', 'worker-overhead-percent': '0', ...more };
    const { why } = plan(keeping(5, { knobs: priced }));
    expect(why.filter((reason) => reason.kind.startsWith('capped'))).toEqual([{ kind, workers }]);
  });

  it('are told', () => {
    expect(plan(keeping(2)).why).toContainEqual({ kind: 'workers-kept', workers: 2, missing: 2 });
  });
});

describe('workers that may boot at once', () => {
  const waiting: Given = { activated: 100, pilots: pilots({ idle: 100 }), knobs: { 'max-booting': '4' } };
  const boots = (count: number) =>
    Array.from({ length: count }, (_, n) =>
      inLedger(`i-${n}`, { kind: 'booting' }, { launchedAt: NOW - 60 }),
    );

  it.each<readonly [string, Given, readonly string[]]>([
    ['are launched and no more', waiting, ['4 m6i.large']],
    ['are fewer while others boot', { ...waiting, workers: boots(3) }, ['1 m6i.large']],
    ['are fewer while a launch is open', { ...waiting, launches: [openLaunch(3)] }, ['1 m6i.large']],
    [
      'are fewer while others wake',
      {
        ...waiting,
        workers: boots(3).map((of) => ({ ...of, state: { kind: 'waking', since: NOW - 60 } })),
      },
      ['1 m6i.large'],
    ],
    ['are none while as many boot', { ...waiting, workers: boots(4) }, []],
    [
      'are not those that have joined',
      { ...waiting, workers: [inLedger('i-1', JOINED)], pool: [busy('i-1')] },
      ['4 m6i.large'],
    ],
    [
      'are those that are kept, too',
      { ...waiting, knobs: { 'max-booting': '51', 'min-workers': '9', 'max-workers': '90' } },
      ['50 m6i.large', '1 m6i.large kept'],
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toEqual(expected);
  });
});
