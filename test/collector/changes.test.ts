import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUEUE, type Served, serve } from './serving.ts';

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const ID = 'i-0abc123def4567890';
const OTHER = 'i-0abc123def4567891';

describe('POST /v1/pilots/remove', () => {
  const idle = (...ids: readonly string[]) => ids.map((id) => id.replace('.', '\t')).join('\n') + '\n';

  it('removes the newest, and leaves what has to stay', async () => {
    served.condor.answers('condor_q', { stdout: idle('7.0', '7.1', '9.0', '9.1', '9.2') });
    await served.post('/v1/pilots/remove', { queue: QUEUE, count: 100, leave: 2 });
    expect(served.condor.calls('condor_rm')).toEqual([
      ['-constraint', 'JobStatus == 1 && ((ClusterId == 9 && ProcId >= 0 && ProcId <= 2))'],
    ]);
  });

  it.each([
    [undefined, `MATCH_APF_QUEUE =?= "${QUEUE}" && JobUniverse == 5 && JobStatus == 1`],
    [
      'gone',
      `MATCH_APF_QUEUE =?= "${QUEUE}" && JobUniverse == 5 && JobStatus == 1 && (AerieFleet ?: "default") =?= "gone"`,
    ],
  ])('looks for idle pilots of the fleet %s only', async (fleet, constraint) => {
    const asked = { queue: QUEUE, count: 1, leave: 0, ...(fleet === undefined ? {} : { fleet }) };
    await served.post('/v1/pilots/remove', asked);
    expect(served.condor.calls('condor_q')[0]?.[2]).toBe(constraint);
  });

  it('counts only those that are gone', async () => {
    served.condor.answers('condor_q', { stdout: idle('7.0', '9.4') });
    // The same answer again after the removal: neither went.
    expect(await served.post('/v1/pilots/remove', { queue: QUEUE, count: 2, leave: 0 })).toEqual({
      status: 200,
      body: { removed: 0 },
    });
    expect(served.condor.calls('condor_rm')[0]?.[1]).toBe(
      'JobStatus == 1 && ((ClusterId == 9 && ProcId >= 4 && ProcId <= 4) || (ClusterId == 7 && ProcId >= 0 && ProcId <= 0))',
    );
  });

  it.each([
    ['nobody is idle', '', 0],
    ['all have to stay', idle('7.0'), 1],
  ])('removes nothing when %s', async (_, stdout, leave) => {
    served.condor.answers('condor_q', { stdout });
    expect((await served.post('/v1/pilots/remove', { queue: QUEUE, count: 9, leave })).body).toEqual({
      removed: 0,
    });
    expect(served.condor.calls('condor_rm')).toEqual([]);
  });
});

describe('POST /v1/workers/drain and /undrain', () => {
  const LOCATED = `"${ID}"\t"slot1@wn1"\tfalse\n`;

  it.each([
    ['drain', ['-graceful', '-reason', 'aerie: retire', 'slot1@wn1']],
    ['undrain', ['-cancel', 'slot1@wn1']],
  ])('%s: speaks to the slot of each instance', async (verb, args) => {
    served.condor.answers('condor_status', { stdout: LOCATED });
    expect(await served.post(`/v1/workers/${verb}`, { instanceIds: [ID, OTHER, ID] })).toEqual({
      status: 200,
      body: { done: [ID], failed: [{ instanceId: OTHER, why: 'not in the collector' }] },
    });
    expect(served.condor.calls('condor_drain')).toEqual([args]);
  });

  it.each([
    ['the collector says so', LOCATED.replace('false', 'true'), {}],
    ['the worker says so', LOCATED, { status: 1, stderr: 'error code 10001: Draining already in progress.' }],
    [
      'the worker says so behind its long address',
      LOCATED,
      { status: 1, stderr: `startd <${'x'.repeat(400)}> failed: Draining already in progress.` },
    ],
  ])('a worker that drains already is done: %s', async (_, stdout, answer) => {
    served.condor.answers('condor_status', { stdout });
    served.condor.answers('condor_drain', answer);
    expect((await served.post('/v1/workers/drain', { instanceIds: [ID] })).body).toEqual({
      done: [ID],
      failed: [],
    });
  });

  it('says of each worker why it could not', async () => {
    served.condor.answers('condor_status', { stdout: LOCATED });
    served.condor.answers('condor_drain', { status: 1, stderr: 'connection refused' });
    expect((await served.post('/v1/workers/drain', { instanceIds: [ID] })).body).toEqual({
      done: [],
      failed: [{ instanceId: ID, why: 'condor_drain: exit status 1, connection refused' }],
    });
  });

  it('is an outage when the collector cannot be asked', async () => {
    served.condor.answers('condor_status', { status: 1 });
    expect((await served.post('/v1/workers/drain', { instanceIds: [ID] })).status).toBe(503);
  });
});

describe('POST /v1/workers/forget', () => {
  it('takes out the ads of slots, startd and master', async () => {
    expect((await served.post('/v1/workers/forget', { instanceIds: [ID, OTHER] })).body).toEqual({
      done: [ID, OTHER],
      failed: [],
    });
    expect(served.condor.calls('condor_advertise')).toEqual([
      ['-tcp', '-multiple', 'INVALIDATE_STARTD_ADS', '-'],
      ['-tcp', '-multiple', 'INVALIDATE_MASTER_ADS', '-'],
    ]);
    expect(served.condor.input('condor_advertise')).toBe(
      `MyType = "Query"\nTargetType = "DaemonMaster"\nRequirements = stringListMember(unparse(EC2InstanceId), "\\"${ID}\\",\\"${OTHER}\\"") =?= true\n`,
    );
  });

  it('has done nothing for sure if the collector does not take them', async () => {
    served.condor.answers('condor_advertise', { status: 1 });
    expect((await served.post('/v1/workers/forget', { instanceIds: [ID] })).body).toMatchObject({
      done: [],
      failed: [{ instanceId: ID }],
    });
  });
});
