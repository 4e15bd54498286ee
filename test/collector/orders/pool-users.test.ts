import { afterEach, describe, expect, it } from 'vitest';
import type { PoolState } from '../../../core/model/pool.ts';
import { type Served, serve } from '../serving.ts';

const FLEET: PoolState = {
  of: 'fleet',
  name: 'default',
  state: 'limited',
  limit: 'max-workers is 12 and "all" of C:\\ are there',
  machineAt: 1_767_225_660.4,
};
const QUEUE: PoolState = { of: 'queue', name: 'BNL_CLOUD', state: 'met' };

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const told = async (...states: readonly PoolState[]) => {
  served ??= await serve();
  return served.post('/v1/states', { stage: 'prod', states });
};

describe('what users of the pool are told', () => {
  it('is one ad a queue and a fleet, each text quoted', async () => {
    expect(await told(FLEET, QUEUE)).toEqual({ status: 200, body: { advertised: 2 } });
    expect(served?.condor.calls('condor_advertise')).toEqual([
      ['-tcp', '-multiple', 'UPDATE_AD_GENERIC', '-'],
    ]);
    expect(served?.condor.input('condor_advertise').split('\n')).toEqual([
      'MyType = "AerieFleet"',
      'TargetType = ""',
      'Name = "fleet/default@prod"',
      'AerieStage = "prod"',
      'AerieFleet = "default"',
      'AerieState = "limited"',
      'AerieLimit = "max-workers is 12 and \\"all\\" of C:/ are there"',
      'AerieMachineExpectedAt = 1767225660',
      '',
      'MyType = "AerieQueue"',
      'TargetType = ""',
      'Name = "queue/BNL_CLOUD@prod"',
      'AerieStage = "prod"',
      'AerieQueue = "BNL_CLOUD"',
      'AerieState = "met"',
      '',
    ]);
  });

  it('is said again when it is another, or before the collector forgets it', async () => {
    await told(FLEET, QUEUE);
    expect((await told(FLEET, { ...QUEUE, state: 'idle' })).body).toEqual({ advertised: 1 });
    expect((await told(FLEET)).body).toEqual({ advertised: 0 });
    if (served !== undefined) served.clock += 300;
    expect((await told(FLEET)).body).toEqual({ advertised: 1 });
    expect(served?.condor.calls('condor_advertise')).toHaveLength(3);
  });

  it('is said again where the collector did not take it', async () => {
    served = await serve();
    served.condor.answers('condor_advertise', { status: 1, stderr: 'DENIED' });
    expect((await told(FLEET)).status).toBe(503);
    served.condor.answers('condor_advertise', { status: 0 });
    expect((await told(FLEET)).body).toEqual({ advertised: 1 });
  });

  it.each([[{ ...FLEET, name: 'a"b' }], [{ ...FLEET, state: 'fine' }], [{ ...FLEET, Requirements: 'true' }]])(
    'takes nothing else: %j',
    async (state) => {
      expect((await told(state as PoolState)).status).toBe(400);
      expect(served?.condor.calls('condor_advertise')).toEqual([]);
    },
  );

  it('is for who has the secret', async () => {
    served = await serve();
    expect((await served.post('/v1/states', { stage: 'prod', states: [FLEET] }, 'another')).status).toBe(401);
  });
});
