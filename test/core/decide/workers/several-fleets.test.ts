import { describe, expect, it } from 'vitest';
import type { WorkerDecision } from '../../../../core/model/decision.ts';
import { known } from '../../../../core/model/snapshot.ts';
import type { Stage } from '../../../../core/model/stage.ts';
import type { WorkerRecord } from '../../../../core/model/worker.ts';
import { planWorkers } from '../../planning.ts';
import {
  busy,
  fleet,
  inLedger,
  JOINED,
  type Knobs,
  NOW,
  pilots,
  poolView,
  queue,
  STAGE,
} from '../../worlds.ts';

const KNOBS: Knobs = { flavours: 'm6i.large', 'max-workers': '2000', 'max-launch-per-tick': '1000' };

interface Given {
  /** Waiting pilots with jobs, by queue, each on a fleet of its name; two of them fit on a worker. */
  readonly idle: Readonly<Record<string, number>>;
  readonly workers?: readonly WorkerRecord[];
  readonly knobs?: Knobs;
  /** Of single fleets. */
  readonly knobsOf?: Readonly<Record<string, Knobs>>;
  readonly stage?: Stage;
}

/** What is decided for several fleets; the workers are busy. */
const decide = ({
  idle,
  workers = [],
  knobs = {},
  knobsOf = {},
  stage = STAGE,
}: Given): readonly WorkerDecision[] => {
  const all = Object.entries(idle);
  const view = poolView(
    all.map(([name, count]) => ({ ...pilots({ idle: count, fleet: name }), queue: name })),
    workers.map(({ instanceId, fleet: name }) => busy(instanceId, { fleet: name })),
  );
  return planWorkers({
    now: NOW,
    queues: all.map(([name]) => queue({ fleet: name }, name)),
    fleets: all.map(([name]) => fleet({ ...KNOBS, ...knobs, ...knobsOf[name] }, name)),
    stage,
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
      of.fleet,
      of.kind === 'act' ? of.launches.reduce((n, { request }) => n + request.count, 0) : 0,
    ]),
  );

const of = (name: string, count: number): readonly WorkerRecord[] =>
  Array.from({ length: count }, (_, n) => inLedger(`i-${name}000000${n}`, JOINED, { fleet: name }));

describe('the workers of a fleet that is no longer among the settings', () => {
  it('are drained, and are no affair of another', () => {
    const decisions = decide({ idle: { BNL: 20 }, workers: of('GONE', 4), knobs: { 'max-workers': '10' } });
    expect(launched(decisions)).toEqual({ BNL: 10, GONE: 0 });
    const gone = decisions.find(({ fleet: name }) => name === 'GONE');
    expect(gone?.kind === 'act' ? gone.retirements.map(({ step }) => step) : []).toEqual([
      'drain',
      'drain',
      'drain',
      'drain',
    ]);
  });
});

describe('the launch tokens of one tick', () => {
  // EC2's bucket holds 1,000; a worker of the larger flavour holds eight pilots, and one of the smaller two.
  const knobs = { flavours: 'm6i.large, m6i.2xlarge' };

  it('are what the fleet before has left: the next one takes larger workers', () => {
    const [first, second] = decide({ idle: { A: 1_800, B: 1_800 }, knobs });
    const flavourOf = (decision: WorkerDecision | undefined) =>
      decision?.kind === 'act' ? decision.launches[0]?.request.overrides[0]?.flavour : undefined;
    expect([flavourOf(first), flavourOf(second)]).toEqual(['m6i.large', 'm6i.2xlarge']);
  });

  it('are all there for the first fleet alone', () => {
    const [first] = decide({ idle: { A: 1_800 }, knobs });
    expect(first?.kind === 'act' ? first.launches[0]?.request.overrides[0]?.flavour : undefined).toBe(
      'm6i.large',
    );
  });
});

describe('a cap on workers', () => {
  it('is no budget: no money is said to be out', () => {
    const priced = { 'dollars-per-core-hour': '0.5', 'budget-dollars-per-hour': '1000' };
    const [capped] = decide({ idle: { BNL: 20 }, knobs: { ...priced, 'max-workers': '2' } });
    expect(capped?.counts.budgetOver).toBe(0);
    expect(capped?.why).toContainEqual({ kind: 'capped-by-fleet', workers: 8 });
  });
});

describe('fleets with templates of their own', () => {
  const GPU = { template: { id: 'lt-gpu', version: '9' }, workerDiskMb: 200_000 };
  const templates = (stage: Stage) =>
    decide({ idle: { A: 2, gpu: 2 }, stage }).map((decision) =>
      decision.kind === 'act'
        ? decision.launches.map(({ request, offers }) => [request.template.id, offers.diskMb])
        : decision.why.map(({ kind }) => kind),
    );

  it('are launched from these, with the disk that these give', () => {
    expect(templates({ ...STAGE, fleets: { gpu: GPU } })).toEqual([
      [['lt-0a1b', 100_000]],
      [['lt-gpu', 200_000]],
    ]);
  });

  it('do not wait for the image of another', () => {
    const [own, other] = templates({ ...STAGE, imageUnknown: 'slow', fleets: { gpu: GPU } });
    expect(own).toContain('image-unknown');
    expect(other).toEqual([['lt-gpu', 200_000]]);
  });
});

describe('fleets on two clouds', () => {
  const places = { imageId: 'image-1', placements: [{ subnetId: 'net-1', zone: 'nova' }] };
  const site = { cloud: 'site', flavours: 'g1.small(2c,8192m)' };
  const clouds = (unknown?: string) =>
    decide({
      idle: { A: 2, site: 2 },
      knobsOf: { site },
      stage: { ...STAGE, clouds: { site: { ...places, ...(unknown === undefined ? {} : { unknown }) } } },
    });
  const requests = (decision: WorkerDecision | undefined) =>
    decision?.kind === 'act' ? decision.launches.map(({ request }) => request) : [];

  it('are launched each where it says, and only one beside EC2 says so in its tags', () => {
    const [first, second] = clouds();
    expect(requests(first)).toMatchObject([{ overrides: [{ zone: 'us-east-1a' }, { zone: 'us-east-1b' }] }]);
    expect(requests(first)[0]?.tags).not.toHaveProperty('aerie:cloud');
    expect(requests(second)).toMatchObject([
      {
        template: { id: `${STAGE.template.id}@site`, imageId: 'image-1' },
        overrides: [{ flavour: 'g1.small', zone: 'nova', subnetId: 'net-1' }],
        tags: { 'aerie:cloud': 'site', 'aerie:image': 'image-1' },
      },
    ]);
  });

  it('are held alone where their cloud says nothing', () => {
    const [first, second] = clouds('Nova answered 503');
    expect(requests(first)).toHaveLength(1);
    expect(second).toMatchObject({
      kind: 'hold',
      why: [{ kind: 'cloud-unknown', cloud: 'site', words: 'Nova answered 503' }],
    });
  });
});
