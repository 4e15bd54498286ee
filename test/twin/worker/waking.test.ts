import { describe, expect, it } from 'vitest';
import { TAG } from '../../../core/model/names.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { PLACEMENTS } from '../../../twin/scenario/placements.ts';
import { type Scenario, scenarioSchema } from '../../../twin/scenario/schema.ts';
import { makeWorld, TEMPLATE } from '../../../twin/stage/world.ts';
import { runTo, START } from '../aws/ec2-world.ts';

const LINGER_SECONDS = 60;
const LIFE_SECONDS = 7_200;

/** A worker that has fallen asleep after its first linger. */
const asleep = (wake: Partial<Scenario['wake']> = {}) => {
  const clock = simulatedClock(START);
  const scenario = scenarioSchema.parse({
    title: 'one worker',
    hours: 1,
    fleets: { default: { flavours: 'm6i.large, m6i.xlarge' } },
    boot: { meanSeconds: 200, sdSeconds: 0 },
    wake: { meanSeconds: 35, sdSeconds: 0, ...wake },
  });
  const world = makeWorld(scenario, clock, 7, () => {});
  const { ec2, pool } = world;
  const tags = {
    [TAG.stage]: 'twin',
    [TAG.fleet]: 'default',
    [TAG.lingerSeconds]: String(LINGER_SECONDS),
    [TAG.maxLifeSeconds]: String(LIFE_SECONDS),
  };
  const [instance] = ec2.calls.runInstances({
    ...{ templateId: TEMPLATE.id, templateVersion: TEMPLATE.version },
    ...{ flavour: 'm6i.large', subnetId: PLACEMENTS[0].subnetId, market: 'on-demand' },
    ...{ minCount: 1, maxCount: 1 },
    tagSpecifications: [
      { resourceType: 'instance', tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
    ],
  }).instances;
  const instanceId = instance?.instanceId ?? '';
  const slot = () => pool.slots.get(instanceId);
  runTo(clock, START + 100);
  ec2.calls.modifyInstanceAttribute({ instanceId, shutdownBehavior: 'stop' });
  runTo(clock, START + 1000);
  return { clock, ec2, pool, instanceId, slot, life: () => ec2.instances.get(instanceId)?.life.kind };
};

describe('A machine', () => {
  it('that powers itself off after its linger leaves the pool at once, and sleeps', () => {
    const { slot, life } = asleep();
    expect([slot(), life()]).toEqual([undefined, 'stopped']);
  });

  it('that is started again joins after a wake, for as long as its launch gave it', () => {
    const { clock, ec2, instanceId, slot } = asleep();
    ec2.calls.startInstances([instanceId]);
    runTo(clock, START + 1034);
    expect(slot()).toBeUndefined();
    runTo(clock, START + 1036);
    expect(slot()?.joinedAt).toBe(START + 1035);
    expect(slot()?.endsAt).toBe(START + LIFE_SECONDS);
  });

  it('lingers again as it did, and sleeps again', () => {
    const { clock, ec2, instanceId, slot, life } = asleep();
    ec2.calls.startInstances([instanceId]);
    runTo(clock, START + 1035 + LINGER_SECONDS - 1);
    expect(life()).toBe('running');
    runTo(clock, START + 1300);
    expect([slot(), life()]).toEqual([undefined, 'stopped']);
  });

  it('that wakes as another size offers what that one has', () => {
    const { clock, ec2, instanceId, slot } = asleep();
    ec2.calls.modifyInstanceAttribute({ instanceId, flavour: 'm6i.xlarge' });
    ec2.calls.startInstances([instanceId]);
    runTo(clock, START + 1050);
    expect(slot()?.total.cpus).toBe(4);
  });

  it('of those that never wake has power, and never joins', () => {
    const { clock, ec2, instanceId, slot, life } = asleep({ neverShare: 1 });
    ec2.calls.startInstances([instanceId]);
    runTo(clock, START + 2000);
    expect([slot(), life()]).toEqual([undefined, 'running']);
  });
});
