import { describe, expect, it } from 'vitest';
import type { WorkerDecision } from '../../../../core/model/decision.ts';
import { known } from '../../../../core/model/snapshot.ts';
import type { StageCaps } from '../../../../core/model/stage.ts';
import type { WorkerRecord } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import { busy, inLedger, JOINED, type Knobs, NOW, pilots, poolView, queue, STAGE } from '../../worlds.ts';

const KNOBS: Knobs = { flavours: 'm6i.large', 'max-workers': '2000', 'max-launch-per-tick': '1000' };

interface Given {
  /** Waiting pilots with jobs, by queue of the settings; two of them fit on a worker. */
  readonly idle: Readonly<Record<string, number>>;
  readonly workers?: readonly WorkerRecord[];
  readonly caps?: StageCaps;
  readonly knobs?: Knobs;
}

/** What is decided for several queues; the workers are busy. */
const decide = ({ idle, workers = [], caps, knobs = {} }: Given): readonly WorkerDecision[] => {
  const all = Object.entries(idle);
  const view = poolView(
    all.map(([name, count]) => ({ ...pilots({ idle: count }), queue: name })),
    workers.map(({ instanceId, queue: name }) => busy(instanceId, { queue: name })),
  );
  return planWorkers({
    now: NOW,
    queues: all.map(([name]) => queue({ ...KNOBS, ...knobs }, name)),
    stage: caps === undefined ? STAGE : { ...STAGE, caps },
    ledger: { workers, launches: [], submissions: {}, cooling: [], pilotsEver: {} },
    panda: known(
      Object.fromEntries(all.map(([name, count]) => [name, { SCORE: { managed: { activated: count } } }])),
      NOW,
    ),
    sites: known({}, NOW),
    pool: known(view, NOW - 10),
  });
};

const launched = (decisions: readonly WorkerDecision[]) =>
  Object.fromEntries(
    decisions.map((of) => [
      of.queue,
      of.kind === 'act' ? of.launches.reduce((n, { request }) => n + request.count, 0) : 0,
    ]),
  );

const of = (name: string, count: number): readonly WorkerRecord[] =>
  Array.from({ length: count }, (_, n) => inLedger(`i-${name}000000${n}`, JOINED, { queue: name }));

describe('the workers of a queue that is no longer among the settings', () => {
  const removed = of('GONE', 4);

  it('count under a cap of the stage, and are drained', () => {
    const decisions = decide({ idle: { BNL: 20 }, workers: removed, caps: { workers: 5 } });
    expect(launched(decisions)).toEqual({ BNL: 1, GONE: 0 });
    const gone = decisions.find(({ queue: name }) => name === 'GONE');
    expect(gone?.kind === 'act' ? gone.retirements.map(({ step }) => step) : []).toEqual([
      'drain',
      'drain',
      'drain',
      'drain',
    ]);
  });

  it('leave no room where they fill the cap', () => {
    expect(launched(decide({ idle: { BNL: 20 }, workers: of('GONE', 6), caps: { workers: 5 } }))).toEqual({
      BNL: 0,
      GONE: 0,
    });
  });
});

describe('the launch tokens of one tick', () => {
  // EC2's bucket holds 1,000; a worker of the larger flavour holds eight pilots, and one of the smaller two.
  const knobs = { flavours: 'm6i.large, m6i.2xlarge' };

  it('are what the queue before has left: the next one takes larger workers', () => {
    const [first, second] = decide({ idle: { A: 1_800, B: 1_800 }, knobs });
    const flavourOf = (decision: WorkerDecision | undefined) =>
      decision?.kind === 'act' ? decision.launches[0]?.request.overrides[0]?.flavour : undefined;
    expect([flavourOf(first), flavourOf(second)]).toEqual(['m6i.large', 'm6i.2xlarge']);
  });

  it('are all there for the first queue alone', () => {
    const [first] = decide({ idle: { A: 1_800 }, knobs });
    expect(first?.kind === 'act' ? first.launches[0]?.request.overrides[0]?.flavour : undefined).toBe(
      'm6i.large',
    );
  });
});

describe('a cap on workers', () => {
  it('of the stage or the queue is no budget: no money is said to be out', () => {
    const priced = { 'dollars-per-core-hour': '0.5', 'budget-dollars-per-hour': '1000' };
    const [staged] = decide({ idle: { BNL: 20 }, caps: { workers: 2 }, knobs: priced });
    expect(staged?.counts.budgetOver).toBe(0);
    const [queued] = decide({ idle: { BNL: 20 }, knobs: { ...priced, 'max-workers': '2' } });
    expect(queued?.counts.budgetOver).toBe(0);
    expect(queued?.why).toContainEqual({ kind: 'capped-by-queue', workers: 8 });
  });
});
