import { beforeAll, describe, expect, it } from 'vitest';
import { modelOf } from '../../../cli/stage/model-of.ts';
import { type ModelRun, playModel } from '../../../cli/stage/model-run.ts';
import { type Recorded, recordedSince } from '../../../cli/stage/recorded.ts';
import type { Sight } from '../../../cli/stage/sight.ts';
import type { TickInputs } from '../../../core/replay/inputs.ts';
import { loadOf } from '../../../twin/scenario/load.ts';
import { TWIN_PLACE } from '../../../twin/scenario/place.ts';
import { type Scenario, scenarioSchema } from '../../../twin/scenario/schema.ts';
import { parametersOf } from '../../../twin/scenario/settings.ts';
import { keptRun } from '../../twin/in-process/kept-run.ts';

const HOURS = 6;
const HOUR = 3600;

const lcg = (partition: string) => ({
  ...{ trace: 'LCG-2005', partitions: [partition], cores: 1, maxRunSeconds: 43_200 },
});
const active = { state: 'active' };

/** A stage whose caps hold it back now and then, on demand and on spot, with queues of one core and of eight, and plain jobs. */
const SCENARIO = scenarioSchema.parse({
  title: 'six hours that are tried again',
  hours: HOURS,
  tickSeconds: 20,
  fleets: {
    default: { 'max-workers': '30' },
    mcore: { 'max-workers': '10' },
    spot: { market: 'spot-first', 'max-workers': '30' },
  },
  queues: [
    { name: 'RU_KIAE', load: lcg('3'), settings: active },
    { name: 'UK_RAL', load: lcg('12'), settings: active },
    { name: 'CERN_GRID', load: lcg('40'), settings: { ...active, fleet: 'spot' } },
    {
      name: 'CERIT_MCORE',
      resourceType: 'MCORE',
      load: { trace: 'wagap-2013', cores: 8, fromHour: 1064, maxRunSeconds: 43_200 },
      settings: { ...active, fleet: 'mcore', cpus: '8', 'memory-mb': '16000' },
    },
  ],
  jobs: [{ user: 'alice', fleet: 'default', load: lcg('43'), wallSeconds: 43_200 }],
});

type Knobs = Readonly<Record<string, string>>;

const withFleet = (scenario: Scenario, fleet: string, knobs: Knobs): Scenario => ({
  ...scenario,
  fleets: { ...scenario.fleets, [fleet]: { ...scenario.fleets[fleet], ...knobs } },
});

const recordsOf = (scenario: Scenario) =>
  parametersOf(scenario).map(({ owner, raw }) => ({ ...owner, readAt: 0, good: raw }));

const startsAt = Date.parse(SCENARIO.startsAt) / 1000;
const to = startsAt + HOURS * HOUR;

/** A stage that is looked at six hours later, of which nothing is asked but what its ticks decided on. */
const sightOf = (inputs: readonly TickInputs[]): Sight =>
  ({
    ...{ stage: 'twin', now: to, place: TWIN_PLACE, ticks: { seconds: 20, nudges: true } },
    past: {
      async *inputs(of: string, span: { readonly from: number; readonly to: number }) {
        for (const one of inputs) {
          if (one.of === of && one.at >= span.from && one.at <= span.to)
            yield { kind: 'inputs', inputs: one };
        }
      },
    },
  }) as unknown as Sight;

/** What the twin comes to with its own jobs in the time that counts. */
const truth = async (scenario: Scenario, { countsFrom }: Recorded): Promise<ModelRun> =>
  playModel({ scenario, load: await loadOf(scenario, HOURS), countsFrom, to, place: TWIN_PLACE });

const CHANGES: readonly (readonly [words: string, fleet: string, knobs: Knobs])[] = [
  ['max-workers halved', 'default', { 'max-workers': '15' }],
  ['linger doubled', 'default', { 'linger-seconds': '360' }],
  ['market changed to spot', 'default', { market: 'spot' }],
  ['market changed to on-demand', 'spot', { market: 'on-demand' }],
];

const off = (forecast: ModelRun, real: ModelRun): number => forecast.launched / real.launched - 1;

describe('a recorded day is tried with another setting', () => {
  let sight: Sight;
  let recorded: Recorded;
  let real: ModelRun;
  let model: ModelRun;

  beforeAll(async () => {
    sight = sightOf((await keptRun(SCENARIO)).inputs);
    recorded = await recordedSince(sight, startsAt);
    real = await truth(SCENARIO, recorded);
    model = await playModel(modelOf(sight, recorded, recordsOf(SCENARIO)));
  });

  it('finds as many jobs as there were, within a tenth', async () => {
    const { jobs, plain } = await loadOf(SCENARIO, HOURS);
    const { demand } = recorded;
    const sum = [...demand.queues.values(), ...demand.plain.map((of) => of.jobs)].reduce(
      (n, of) => n + of.length,
      0,
    );
    expect(Math.abs(sum / (jobs.length + plain.length) - 1)).toBeLessThan(0.1);
  });

  it('launches in its model what was launched, within a tenth', () => {
    expect(real.launched).toBeGreaterThan(50);
    expect(Math.abs(off(model, real))).toBeLessThan(0.1);
  });

  it.each(CHANGES)(
    'forecasts launches, waits and core-hours of the twin with %s within a tenth',
    async (_, fleet, knobs) => {
      const changed = withFleet(SCENARIO, fleet, knobs);
      const forecast = await playModel(modelOf(sight, recorded, recordsOf(changed)));
      const then = await truth(changed, recorded);
      for (const of of ['launched', 'waitMeanSeconds', 'coreHours'] as const) {
        expect(Math.abs(forecast[of] / then[of] - 1)).toBeLessThan(0.1);
      }
    },
  );
});
