import { beforeAll, describe, expect, it } from 'vitest';
import type { GivenJob } from '../../../cli/simulate/given.ts';
import { housed } from '../../../cli/simulate/homes.ts';
import { outcomeOf } from '../../../cli/simulate/outcome.ts';
import { type Played, played, simulatedScenario, stageToPlay } from '../../../cli/simulate/play.ts';
import { LOOK_SECONDS } from '../../../collector/nudge/newcomers.ts';
import { TWIN_PLACE } from '../../../twin/scenario/place.ts';
import { stageOf } from './stage.ts';

const MONDAY = Date.parse('2026-01-05T00:00:00Z') / 1000;

/** Machines that all boot alike. */
const BOOT_SECONDS = 200;
const ALIKE = { meanSeconds: BOOT_SECONDS, sdSeconds: 0, neverShare: 0 };

const job = (at: number, cores: number, runSeconds: number, to?: string): GivenJob => ({
  ...{ at: MONDAY + at, cores, runSeconds, memoryMb: undefined, to, where: 'a test' },
});

/** Plays jobs on a stage to the end. */
const simulated = async (
  stage: Parameters<typeof stageOf>[0],
  jobs: readonly GivenJob[],
  { seed = 1, place = TWIN_PLACE } = {},
) => {
  const setUp = stageOf(stage, place);
  const usable = await stageToPlay(setUp, (await setUp.settings()).records);
  const toPlay = { ...usable, machines: { boot: ALIKE, wake: undefined } };
  const load = housed({ jobs }, toPlay, undefined);
  const run = await played(simulatedScenario(toPlay, load, 'a test'), load, { seed, hear() {} });
  return { run, outcome: outcomeOf(run, toPlay, load) };
};

const FOURS = { fleets: { default: { flavours: 'm6i.xlarge' } } };

const machinesOf = ({ world }: Played) => [...world.ec2.instances.values()];

describe('one plain job alone', () => {
  let run: Played;
  let outcome: Awaited<ReturnType<typeof simulated>>['outcome'];

  beforeAll(async () => {
    ({ run, outcome } = await simulated(FOURS, [job(0, 4, 3600)]));
  });

  it('waits for the tick that launches, for the boot, and until the endpoint has told the negotiator', () => {
    const [machine] = machinesOf(run);
    const untilLaunch = (machine?.launchedAt ?? 0) - MONDAY;
    expect(untilLaunch).toBeLessThanOrEqual(20);
    const wait = untilLaunch + BOOT_SECONDS + LOOK_SECONDS;
    expect(outcome.waitSeconds.mean).toBeCloseTo(wait, 1);
    expect(outcome.waitSeconds).toEqual({
      mean: outcome.waitSeconds.mean,
      p50: outcome.waitSeconds.mean,
      p95: outcome.waitSeconds.mean,
      longest: outcome.waitSeconds.mean,
    });
  });

  it('is paid for with its boot, its hour and the linger of its machine', () => {
    const [machine] = machinesOf(run);
    const paidSeconds = (machine?.runs ?? []).reduce((sum, { from, until = 0 }) => sum + until - from, 0);
    expect(paidSeconds).toBeGreaterThan(BOOT_SECONDS + 3600);
    expect(outcome).toMatchObject({
      ...{ jobs: 1, done: 1, launched: 1, useless: 0, woken: 0, mostWorkers: 1, mostCores: 4 },
      ...{ coreHours: 4, coreHoursUsed: 4, givenUp: null, limits: [] },
    });
    expect(outcome.coreHoursPaid).toBeCloseTo((4 * paidSeconds) / 3600, 1);
    expect(outcome.overBound).toBeGreaterThan(outcome.coreHoursPaid / (4 + (4 * BOOT_SECONDS) / 3600) - 0.01);
  });

  it('is drawn as it was: what is busy is its core-hours, and what is paid those of its machine', () => {
    const { from, to, busy, paid, wanted } = outcome.overTime;
    const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
    const mean = (values: readonly number[]) => values.reduce((sum, of) => sum + of, 0) / values.length;
    expect(mean(busy) * hours).toBeCloseTo(4, 1);
    expect(mean(paid) * hours).toBeCloseTo(outcome.coreHoursPaid, 1);
    expect(mean(wanted) * hours).toBeCloseTo(4 + (4 * outcome.waitSeconds.mean) / 3600, 1);
  });
});

/** Three machines' worth of jobs and a cap of one machine: they run one after the other. */
const CAPPED = { fleets: { default: { flavours: 'm6i.xlarge', 'max-workers': '1' } } };
const THREE = [0, 1, 2].map((at) => job(at, 4, 1800));

describe('a load above a cap', () => {
  it('waits until those before it are done, and says which knob keeps it back, and for how long', async () => {
    const { outcome } = await simulated(CAPPED, THREE);
    expect(outcome).toMatchObject({
      jobs: 3,
      done: 3,
      launched: 1,
      mostWorkers: 1,
      mostCores: 4,
      coreHours: 6,
    });
    expect(outcome.waitSeconds.longest - outcome.waitSeconds.p50).toBeGreaterThanOrEqual(1799);
    const [limit] = outcome.limits;
    expect(limit).toMatchObject({
      ...{ of: 'fleet/default', reason: 'capped-by-fleet', isHold: false },
      text: expect.stringMatching(/^\d+ more (is|are) kept back by max-workers, which is 1$/),
      fix: { command: 'aerie set fleet/default max-workers=N --stage test', text: 'it is 1 now' },
    });
    // From the first tick until the last of them has begun.
    expect(limit?.seconds).toBeGreaterThan(3600);
    expect(limit?.seconds).toBeLessThan(outcome.waitSeconds.longest + 60);
  });

  it('comes out the same for the same seed', async () => {
    const [one, again] = [
      await simulated(CAPPED, THREE, { seed: 7 }),
      await simulated(CAPPED, THREE, { seed: 7 }),
    ];
    expect(again.outcome).toEqual(one.outcome);
  });
});

const MIXED = {
  queues: {
    ONE: { cpus: '1', 'memory-mb': '2000' },
    FOUR: { cpus: '4', 'memory-mb': '8000', fleet: 'wide' },
  },
  fleets: { default: { flavours: 'm6i.large' }, wide: { flavours: 'm6i.xlarge' } },
};

describe('queues by pilots, and plain jobs beside them', () => {
  const jobs = [
    ...Array.from({ length: 6 }, (_, index) => job(index * 60, 1, 1200, 'ONE')),
    ...Array.from({ length: 2 }, (_, index) => job(index * 600, 4, 900, 'FOUR')),
    job(300, 2, 600, 'fleet/wide'),
  ];
  let outcome: Awaited<ReturnType<typeof simulated>>['outcome'];

  beforeAll(async () => {
    ({ outcome } = await simulated(MIXED, jobs));
  });

  it('have the core-seconds of the load, by whose they are and by fleet', () => {
    const [one, four, plain] = [6 * 1200, 2 * 4 * 900, 2 * 600].map((of) => Number((of / 3600).toFixed(2)));
    expect(outcome.queues).toMatchObject([
      { of: 'queue/ONE', fleet: 'default', jobs: 6, done: 6, coreHours: one },
      { of: 'queue/FOUR', fleet: 'wide', jobs: 2, done: 2, coreHours: four },
      { of: 'fleet/wide', fleet: 'wide', jobs: 1, done: 1, coreHours: plain },
    ]);
    expect(outcome.fleets).toMatchObject([
      { fleet: 'default', coreHoursUsed: one },
      { fleet: 'wide', coreHoursUsed: Number(((four ?? 0) + (plain ?? 0)).toFixed(2)) },
    ]);
    expect(outcome.coreHours).toBeCloseTo((one ?? 0) + (four ?? 0) + (plain ?? 0), 1);
  });

  it('add up: the fleets are the whole', () => {
    const sum = (of: (fleet: (typeof outcome.fleets)[number]) => number) =>
      outcome.fleets.reduce((all, fleet) => all + of(fleet), 0);
    expect(sum(({ launched }) => launched)).toBe(outcome.launched);
    expect(sum(({ coreHoursPaid }) => coreHoursPaid)).toBeCloseTo(outcome.coreHoursPaid, 1);
    expect(sum(({ dollars }) => dollars ?? Number.NaN)).toBeCloseTo(outcome.dollars ?? 0, 1);
    expect(outcome.dollars).toBeGreaterThan(0);
  });
});

it('a fleet that can have no machine is given up, with what is not done and what keeps it back', async () => {
  const { outcome } = await simulated(
    { fleets: { default: { flavours: 'm6i.xlarge', 'max-workers': '0' } } },
    [job(0, 1, 600)],
  );
  expect(outcome).toMatchObject({ jobs: 1, done: 0, launched: 0, overBound: expect.any(Number) });
  expect(outcome.givenUp).toMatch(/^The run was given up, because nothing has happened for 1 h/);
  expect(outcome.limits[0]).toMatchObject({ fix: { text: 'it is 0 now' } });
});

it('as many pilots share a machine as its disk lets, which is the stage’s and not the twin’s', async () => {
  const place = { ...TWIN_PLACE, workerDiskMb: 400_000 };
  const stage = {
    queues: { WIDE: { 'disk-mb': '190000' } },
    fleets: { default: { flavours: 'm6i.xlarge' } },
  };
  const { outcome } = await simulated(stage, [job(0, 1, 3600), job(0, 1, 3600)], { place });
  expect(outcome).toMatchObject({ done: 2, mostWorkers: 1 });
  const wider = { ...stage, queues: { WIDE: { 'disk-mb': '210000' } } };
  expect((await simulated(wider, [job(0, 1, 3600), job(0, 1, 3600)], { place })).outcome).toMatchObject({
    done: 2,
    mostWorkers: 2,
  });
});
