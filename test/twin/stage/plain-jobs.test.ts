import { describe, expect, it } from 'vitest';
import { TAG } from '../../../core/model/names.ts';
import { loadOf } from '../../../twin/scenario/load.ts';
import { PLACEMENTS } from '../../../twin/scenario/placements.ts';
import { scenarioSchema } from '../../../twin/scenario/schema.ts';
import { plainIn, setStage } from '../../../twin/stage/stage.ts';
import { TEMPLATE } from '../../../twin/stage/world.ts';
import { givenUp } from '../../../twin/summary/given-up.ts';
import { summarize } from '../../../twin/summary/summary.ts';

const load = { trace: 'LCG-2005', partitions: ['3'], cores: 1, maxRunSeconds: 3600 };
const scenario = scenarioSchema.parse({
  title: 'plain jobs beside a queue',
  hours: 1,
  queues: [{ name: 'Q', load: { ...load, maxRunSeconds: 1 }, settings: { state: 'active' } }],
  jobs: [{ user: 'alice', fleet: 'campus', load, wallSeconds: 7200 }],
});

describe('plain jobs of a scenario', () => {
  it('arrive in the schedd, run their seconds on a worker of their fleet, and are counted', async () => {
    const stage = setStage(scenario, 1, await loadOf(scenario, 1));
    const { clock, world, load: jobs } = stage;
    const startsAt = clock.now;
    const counts = { ticks: 0, ticksFailed: 0, holds: 0, ec2Calls: 0, deadLetters: 0 };
    const sum = () => summarize({ scenario, load: jobs, seed: 1, hours: 1, startsAt }, world, counts);
    expect(jobs.plain.length).toBeGreaterThan(3);
    expect(jobs.plain[0]).toMatchObject({ user: 'alice', fleet: 'campus', wallSeconds: 7200 });
    const tags = [
      { key: TAG.fleet, value: 'campus' },
      { key: TAG.lingerSeconds, value: '7200' },
      { key: TAG.maxLifeSeconds, value: '86400' },
    ];
    const { instances } = world.ec2.calls.runInstances({
      ...{ templateId: TEMPLATE.id, templateVersion: TEMPLATE.version, flavour: 'm6i.large' },
      ...{ subnetId: PLACEMENTS[0].subnetId, market: 'on-demand', minCount: 60, maxCount: 60 },
      tagSpecifications: [{ resourceType: 'instance', tags }],
    });
    const pass = (seconds: number) => {
      const until = startsAt + seconds;
      for (let next = clock.next(); next !== undefined && next <= until; next = clock.next()) clock.step();
      clock.advance(until);
    };
    pass(1800);
    expect(sum()).toMatchObject({ jobsArrived: world.pool.plain.size });
    expect(givenUp('of this test', stage, scenario, new Map()).jobsNotDone).toEqual({
      alice: jobs.plain.length - plainIn(world).done,
    });
    pass(3 * 3600);
    expect(plainIn(world)).toEqual({ done: jobs.plain.length, running: 0 });
    expect(
      [...world.pool.plain.values()].map(({ life }) => life.kind === 'ended' && life.ranSeconds),
    ).toEqual(jobs.plain.map(({ runSeconds }) => runSeconds));
    const { jobsDone, waitMeanSeconds, usefulCoreHours, boundCoreHours } = sum();
    expect(jobsDone).toBe(jobs.plain.length);
    expect(waitMeanSeconds).toBeLessThan(scenario.boot.meanSeconds);
    expect(usefulCoreHours).toBeGreaterThan(0);
    expect(boundCoreHours).toBeGreaterThan(usefulCoreHours);
    const [first] = instances.filter(({ instanceId }) => world.used.has(instanceId));
    expect(world.pool.slots.get(first?.instanceId ?? '')).toMatchObject({
      fleet: 'campus',
      queue: undefined,
      endsAt: startsAt + 86_400,
    });
  });
});
