import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { TAG } from '../../../core/model/names.ts';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import type { Pilot } from '../../../twin/pool/model.ts';
import type { ToldDecision } from '../../../twin/report/sample.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { scenarioSchema } from '../../../twin/scenario/schema.ts';
import { fleetsOf } from '../../../twin/scenario/settings.ts';
import { FORMER_TEMPLATE, type World } from '../../../twin/stage/world.ts';
import type { Summary } from '../../../twin/summary/summary.ts';
import type { Table } from '../../faults/table.ts';
import { openAfter } from '../in-process/sandbox.ts';
import { type Former, type FormerQueue, stageBefore } from './before-fleets.ts';
import { EVERYTHING_DONE } from './recorded.ts';

const active = { state: 'active' } as const;
const lcg = (partition: string) => ({
  ...{ trace: 'LCG-2005', partitions: [partition], cores: 1, maxRunSeconds: 5400 },
});
const mcore = { trace: 'wagap-2013', cores: 8, fromHour: 1064, maxRunSeconds: 5400 };

/** Two queues share the default fleet from now on, and one has another. */
const SCENARIO = scenarioSchema.parse({
  title: 'A stage from before there were fleets is moved over',
  hours: 2,
  tickSeconds: 20,
  nudges: false,
  fleets: {
    default: { 'max-workers': '40', 'dollars-per-core-hour': '0.05', 'max-asleep': '0' },
    grid: { 'max-workers': '10', 'max-asleep': '0' },
  },
  queues: [
    { name: 'RU_KIAE', load: lcg('3'), settings: active },
    { name: 'RU_SINP', load: lcg('43'), settings: { ...active, fleet: 'grid' } },
    {
      name: 'CERIT_MCORE',
      resourceType: 'MCORE',
      load: mcore,
      settings: { ...active, cpus: '8', 'memory-mb': '16000' },
    },
  ],
});

const narrow = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };
const wide = { ...narrow, cpus: 8, memoryMb: 16_000 };
const QUEUES: readonly FormerQueue[] = [
  {
    ...{ queue: 'RU_KIAE', flavour: 'm6i.large', workers: 7, pilots: 16, shape: narrow },
    settings: { ...active, 'max-workers': '30', 'dollars-per-core-hour': '0.05' },
  },
  {
    ...{ queue: 'CERIT_MCORE', flavour: 'm6i.2xlarge', workers: 3, pilots: 4, shape: wide },
    settings: { ...active, cpus: '8', 'memory-mb': '16000', 'max-workers': '10' },
  },
  {
    ...{ queue: 'RU_SINP', flavour: 'm6i.large', workers: 3, pilots: 8, shape: narrow },
    settings: { ...active, 'max-workers': '10', market: 'spot-first' },
  },
];

const pricedItem = z.object({
  sk: z.string().startsWith('worker#'),
  cost: z.object({ dollarsPerHour: z.number() }),
  goneAt: z.number().optional(),
});

const told: ToldDecision[] = [];
let [world, book]: [World | undefined, Table | undefined] = [undefined, undefined];
let former: Former | undefined;
let summary: Summary | undefined;

beforeAll(async () => {
  const [settings] = fleetsOf(SCENARIO);
  if (settings === undefined) throw new Error('there is no default fleet');
  summary = await runScenario(SCENARIO, {
    seed: 1,
    openSandbox: openAfter((of, table) => {
      [world, book] = [of, table];
      former = stageBefore(of, table, QUEUES, settings);
    }),
    show(shown) {
      if (shown.kind === 'told') told.push(shown.told);
    },
  });
});

const instances = (): readonly TwinInstance[] => [...(world?.ec2.instances.values() ?? [])];
const whys = () => new Set(told.flatMap(({ why }) => why.map(({ kind }) => kind)));

describe('a stage from before there were fleets', () => {
  it('is in the midst of its load when it is moved over', () => {
    const ofQueue = Map.groupBy(former?.ran.keys() ?? [], ({ queue }) => queue);
    expect([...ofQueue.keys()].sort()).toEqual(['CERIT_MCORE', 'RU_KIAE', 'RU_SINP']);
    expect(former?.ran.size).toBeGreaterThan(15);
    expect(former?.waited.length).toBeGreaterThan(0);
  });

  it('comes to its end with every job done, no busy worker ended and no cap exceeded', () => {
    expect(summary).toMatchObject(EVERYTHING_DONE);
    expect(summary?.givenUp).toBeUndefined();
    expect(summary?.jobsDone).toBe(summary?.jobsArrived);
  });

  it('loses no pilot that ran: each ends where it ran', () => {
    for (const [{ name, starts, life }, instanceId] of former?.ran ?? []) {
      expect({ name, starts, life }).toMatchObject({ name, starts: 1, life: { kind: 'ended', instanceId } });
    }
  });

  it('has its waiting pilots taken by old workers of their queue and by the default fleet, or removed without a job', () => {
    const placeOf = ({ life }: Pilot): string => {
      if (life.kind !== 'ended') return life.kind;
      const { [TAG.fleet]: fleet, [TAG.queue]: queue } =
        world?.ec2.instances.get(life.instanceId)?.tags ?? {};
      return fleet ?? `an old worker of ${queue}`;
    };
    const byQueue = Map.groupBy(former?.waited ?? [], ({ queue }) => queue);
    const places = [...byQueue].map(([queue, all]) => [queue, [...new Set(all.map(placeOf))].sort()]);
    expect(Object.fromEntries(places)).toEqual({
      RU_KIAE: ['an old worker of RU_KIAE', 'default'],
      CERIT_MCORE: ['removed'],
      // New pilots of this queue go to the fleet `grid`.
      RU_SINP: ['an old worker of RU_SINP', 'default'],
    });
  });

  it('rolls its workers as for a new image, and launches no others like them', () => {
    expect(whys()).toContain('other-template');
    const since = instances().filter((instance) => !former?.instances.includes(instance));
    const [ofFleets, others] = [true, false].map((is) =>
      since.filter(({ tags }) => (tags[TAG.fleet] !== undefined) === is),
    );
    expect(new Set(ofFleets?.map(({ tags }) => tags[TAG.fleet]))).toEqual(new Set(['default', 'grid']));
    expect(ofFleets?.filter(({ template }) => template.id === FORMER_TEMPLATE.id)).toEqual([]);
    // The launch that never reached EC2 is asked for again as it was.
    expect(others?.map(({ tags }) => tags[TAG.queue])).toEqual(['CERIT_MCORE']);
  });

  it('has the money of its queues counted once', () => {
    const spent = (sk: string) => Object.values(Object(book?.get('live', sk)?.dollars)).map(Number);
    expect(spent('account#RU_KIAE')).toEqual([former?.booked]);
    // What a worker costs in an hour, and whether it has been booked, as the ledger says of those that are over.
    const workers = [...(book?.partition('past#default') ?? []), ...(book?.partition('live') ?? [])].flatMap(
      (item) => pricedItem.safeParse(item).data ?? [],
    );
    const booked = workers.filter(({ goneAt }) => goneAt !== undefined);
    const dollars = booked.map(({ sk, cost }) => {
      const instance = world?.ec2.instances.get(sk.slice('worker#'.length));
      // Two that were over before the move are no instances of this world any more.
      if (instance === undefined || !('endedAt' in instance.life)) return 0;
      return (cost.dollarsPerHour * (instance.life.endedAt - instance.launchedAt)) / 3600;
    });
    expect(booked.length).toBeGreaterThan(20);
    const expected = dollars.reduce((sum, of) => sum + of, former?.over ?? 0);
    const [own = 0] = spent('account#fleet:default');
    expect(own / expected).toBeGreaterThan(0.98);
    expect(own / expected).toBeLessThan(1.02);
  });

  it('leaves nothing of the version before in what is alive', () => {
    const live = book?.partition('live') ?? [];
    expect(
      live.filter(
        ({ sk, v }) => String(sk).startsWith('launch#') || (String(sk).startsWith('worker#') && v !== 3),
      ),
    ).toEqual([]);
  });
});
