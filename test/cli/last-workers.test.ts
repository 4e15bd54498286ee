import { afterEach, describe, expect, it } from 'vitest';
import { endSleepers } from '../../cli/last-workers.ts';
import { closeServed, REQUEST, serve } from '../adapters/ec2-served.ts';
import { runTo } from '../twin/aws/ec2-world.ts';

afterEach(closeServed);

const ALWAYS = () => true;

/** Four workers of the stage `test` that run, on the twin's EC2. */
const running = async () => {
  const served = await serve();
  const { cloud, clock, world } = served;
  await cloud.launch(REQUEST);
  runTo(clock, clock.now + 100);
  const ids = [...world.instances.keys()];
  const sleep = async (which: readonly string[]) => {
    await cloud.letStop(which, ALWAYS);
    for (const id of which) world.powerOff(id);
    runTo(clock, clock.now + 100);
  };
  const end = () => endSleepers(cloud, 'test', clock.now);
  return { ...served, ids, sleep, end };
};

describe('before a stage is destroyed', () => {
  it('its sleepers are ended', async () => {
    const { ids, sleep, end, world, clock } = await running();
    await sleep(ids);
    expect(await end()).toBe(4);
    runTo(clock, clock.now + 100);
    expect([...world.instances.values()].map(({ life }) => life.kind)).toEqual(Array(4).fill('terminated'));
    expect(await end()).toBe(0);
  });

  it('nothing is ended or destroyed while a worker has power', async () => {
    const { ids, sleep, end, world } = await running();
    await sleep(ids.slice(1));
    await expect(end()).rejects.toThrow(
      `1 worker of test still has power (${ids[0]}), and nothing is destroyed; say "aerie stop --all --stage test"`,
    );
    expect(world.sleeping.size).toBe(3);
  });

  it('those of another stage are left alone', async () => {
    const { ids, sleep, cloud, clock, world } = await running();
    await sleep(ids);
    expect(await endSleepers(cloud, 'prod', clock.now)).toBe(0);
    expect(world.sleeping.size).toBe(4);
  });

  it('nothing is destroyed where EC2 does not say what there is', async () => {
    const { end, world } = await running();
    world.faults.throttleEverything(true);
    await expect(end()).rejects.toThrow('EC2 does not say which workers test has, and nothing is destroyed:');
    world.faults.throttleEverything(false);
    world.faults.denyEverything(true);
    await expect(end()).rejects.toThrow(
      'EC2 was not asked for the workers of test, and nothing is destroyed:',
    );
  });

  it('nothing is destroyed where EC2 will not end one', async () => {
    const { ids, sleep, end, world } = await running();
    await sleep(ids);
    world.faults.refuseEnds({
      ...{ code: 'OperationNotPermitted', names: true },
      isHit: ({ instanceId }) => instanceId === ids[0],
    });
    await expect(end()).rejects.toThrow(
      `EC2 does not end 1 worker of test (${ids[0]}), and nothing is destroyed`,
    );
  });
});
