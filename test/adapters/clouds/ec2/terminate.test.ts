import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { ec2Cloud } from '../../../../adapters/clouds/ec2/ec2.ts';
import { ec2Face } from '../../../../twin/aws/ec2/face.ts';
import type { EndRefusal } from '../../../../twin/aws/ec2/refusing.ts';
import { fleetOf, runTo, START, smallWorld } from '../../../twin/aws/ec2-world.ts';

const ALWAYS = () => true;

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A cloud with so many instances, of which EC2 will not end those at these places. */
const withRefused = async (count: number, places: readonly number[], how: Omit<EndRefusal, 'isHit'>) => {
  const { clock, world } = smallWorld({ ownTag: 'aerie:queue' });
  const face = await ec2Face(world);
  const client = new EC2Client({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  closing.push(() => client.destroy(), face.close);
  world.calls.createFleet(fleetOf(count));
  runTo(clock, START + 60);
  const ids = [...world.instances.keys()];
  const hit = new Set(places.map((place) => ids[place]));
  world.faults.refuseEnds({ ...how, isHit: ({ instanceId }) => hit.has(instanceId) });
  const calls = () => face.calls.get('TerminateInstances') ?? 0;
  return { cloud: ec2Cloud(client), world, ids, hit, calls };
};

const NAMED = { code: 'UnauthorizedOperation', names: true } as const;
const NAMELESS = { code: 'UnauthorizedOperation', names: false } as const;
const PROTECTED = { code: 'OperationNotPermitted', names: true } as const;

describe('an end that EC2 refuses for one of several', () => {
  it.each([
    ['named by its ARN', [1], NAMED, 2],
    ['protected by its owner', [1], PROTECTED, 2],
    ['two of them, named one after the other', [0, 2], NAMED, 3],
    ['without a name', [1], NAMELESS, 5],
    ['without a name, the last', [2], NAMELESS, 3],
  ])('%s, keeps no other alive', async (_, places, how, calls) => {
    const found = await withRefused(3, places, how);
    const { taken, refused, unanswered } = await found.cloud.terminate(found.ids, ALWAYS);
    expect(unanswered).toBeUndefined();
    expect(new Set(refused.map(({ instanceId }) => instanceId))).toEqual(found.hit);
    expect(new Set(refused.map(({ why }) => why.split(':')[0]))).toEqual(new Set([how.code]));
    expect([...taken].sort()).toEqual(found.ids.filter((id) => !found.hit.has(id)).sort());
    expect(found.world.live.size).toBe(places.length);
    expect(found.calls()).toBe(calls);
  });

  it('without a name is found among 500 in 20 calls', async () => {
    const { cloud, ids, hit, calls } = await withRefused(500, [321], NAMELESS);
    const { taken, refused } = await cloud.terminate(ids, ALWAYS);
    expect(taken).toHaveLength(499);
    expect(new Set(refused.map(({ instanceId }) => instanceId))).toEqual(hit);
    expect(calls()).toBeLessThanOrEqual(20);
  });

  it('for all of many ends after 40 calls, and leaves the rest for another tick', async () => {
    const all = Array.from({ length: 100 }, (_, place) => place);
    const { cloud, ids, calls, world } = await withRefused(100, all, NAMELESS);
    const { taken, refused } = await cloud.terminate(ids, ALWAYS);
    expect(taken).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(100);
    expect(calls()).toBe(40);
    expect(world.live.size).toBe(100);
  });

  it('for one after the other begins no call without time for it, and leaves the rest for another tick', async () => {
    const { cloud, ids, calls } = await withRefused(4, [0, 1], NAMED);
    const begun = () => calls() < 2;
    const { taken, refused, unanswered } = await cloud.terminate(ids, begun);
    expect(calls()).toBe(2);
    expect({ taken, unanswered }).toEqual({ taken: [] });
    expect(refused.map(({ instanceId }) => instanceId)).toEqual(ids.slice(0, 2));
    expect((await cloud.terminate(ids.slice(2), ALWAYS)).taken).toHaveLength(2);
    expect((await cloud.terminate(ids, () => false)).taken).toEqual([]);
    expect(calls()).toBe(3);
  });

  it('because it is gone, and its tags with it, is refused by name like one without the tag', async () => {
    const { cloud, ids } = await withRefused(2, [], NAMED);
    const { taken, refused } = await cloud.terminate(['i-00000000000000001', ...ids], ALWAYS);
    expect([...taken].sort()).toEqual([...ids].sort());
    expect(refused.map(({ instanceId }) => instanceId)).toEqual(['i-00000000000000001']);
  });

  it('because its id is none takes nobody else with it', async () => {
    const { clock, world } = smallWorld();
    const face = await ec2Face(world);
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
    const client = new EC2Client({ endpoint: face.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    closing.push(() => client.destroy(), face.close);
    world.calls.createFleet(fleetOf(2));
    runTo(clock, START + 60);
    const ids = [...world.instances.keys()];
    const { taken, refused } = await ec2Cloud(client).terminate(['worker', ...ids], ALWAYS);
    expect([...taken].sort()).toEqual([...ids].sort());
    expect(refused).toMatchObject([{ instanceId: 'worker' }]);
  });
});

describe('an order to end that is not answered', () => {
  it.each([
    [
      'for the caller',
      'RequestExpired',
      { unheard: { code: 'RequestExpired', why: 'RequestExpired: Request has expired.' } },
    ],
    ['in an outage', 'Unavailable', { unanswered: 'Unavailable: The request was refused as a whole.' }],
  ])('%s says so, and takes nobody', async (_, code, said) => {
    const { cloud, world, ids } = await withRefused(2, [], NAMED);
    world.faults.refuseCalls({ call: 'TerminateInstances', code });
    expect(await cloud.terminate(ids, ALWAYS)).toEqual({ taken: [], refused: [], ...said });
  });

  it('because EC2 throttles is for another tick, and no more is asked', async () => {
    const { cloud, world, ids, calls } = await withRefused(2, [], NAMED);
    world.faults.throttleEverything(true);
    const many = Array.from({ length: 1000 }, (_, n) => `i-${String(n).padStart(17, '0')}`);
    expect(await cloud.terminate([...ids, ...many], ALWAYS)).toEqual({ taken: [], refused: [] });
    expect(calls()).toBe(1);
  });
});
