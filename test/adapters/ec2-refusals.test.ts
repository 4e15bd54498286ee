import { afterEach, describe, expect, test } from 'vitest';
import { isThrottled } from '../../core/learn/launch-outcome.ts';
import { closeServed, REQUEST, serve } from './ec2-served.ts';

afterEach(closeServed);

describe('A launch', () => {
  test('that names a pool twice is asked with each of them once: EC2 would refuse the whole', async () => {
    const { cloud } = await serve();
    const overrides = [...REQUEST.overrides, ...REQUEST.overrides.map((of) => ({ ...of }))];
    expect(await cloud.launch({ ...REQUEST, overrides })).toMatchObject({ kind: 'answered', refused: [] });
  });

  test.each([
    ['one type in one zone', { flavour: 'm6a.large', zone: 'us-east-1b' }, 'InvalidFleetConfiguration', 1],
    ['one type', { flavour: 'm6a.large' }, 'InvalidFleetConfig', 2],
  ])(
    'that EC2 refuses as a whole and names %s for is refused in that alone',
    async (_, where, code, count) => {
      const { cloud, world } = await serve();
      world.faults.refuseFleets({ ...where, code, names: true });
      const outcome = await cloud.launch(REQUEST);
      const refused = outcome.kind === 'answered' ? outcome.refused : [];
      expect(refused).toHaveLength(count);
      for (const refusal of refused) expect(refusal).toMatchObject({ class: 'unsupported', offer: where });
    },
  );

  test('that EC2 refuses as a whole without a name is rejected, and nothing is known of its offers', async () => {
    const { cloud, world } = await serve();
    world.faults.refuseFleets({ flavour: 'm6a.large', code: 'UnauthorizedOperation', names: false });
    expect(await cloud.launch(REQUEST)).toMatchObject({ kind: 'rejected', class: 'configuration' });
  });

  test('whose every instance is throttled inside the answer is answered for good, and throttled', async () => {
    const { cloud } = await serve({ capacity: [{ count: 0, code: 'RequestLimitExceeded' }] });
    const outcome = await cloud.launch(REQUEST);
    expect(outcome).toMatchObject({ kind: 'answered', launched: [] });
    expect(isThrottled(outcome)).toBe(true);
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(refused.map((of) => of.class)).toEqual(Array.from({ length: 4 }, () => 'throttled'));
  });

  test('of which a part is throttled brings the others, and says so', async () => {
    const { cloud } = await serve({
      capacity: [{ flavour: 'm6a.large', zone: 'us-east-1a', count: 0, code: 'RequestLimitExceeded' }],
    });
    const outcome = await cloud.launch(REQUEST);
    expect(outcome).toMatchObject({ kind: 'answered', launched: { length: 4 } });
    expect(outcome.kind === 'answered' && outcome.refused).toMatchObject([{ class: 'throttled' }]);
  });

  test.each(['RequestExpired', 'AuthFailure', 'SignatureDoesNotMatch', 'ExpiredToken'])(
    'whose caller EC2 does not accept (%s) is not heard, and is one launch when it is asked again',
    async (code) => {
      const { cloud, world } = await serve();
      const lift = world.faults.refuseCalls({ call: 'CreateFleet', code });
      expect(await cloud.launch(REQUEST)).toMatchObject({ kind: 'unheard' });
      lift();
      expect(await cloud.launch(REQUEST)).toMatchObject({ kind: 'answered' });
      expect(world.instances.size).toBe(4);
    },
  );
});
