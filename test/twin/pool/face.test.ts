import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpoint } from '../../../adapters/endpoint.ts';
import { EndpointOutage, type EndpointRefusal } from '../../../adapters/endpoint-answer.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { type EndpointFace, endpointFace } from '../../../twin/pool/face.ts';
import { type PoolWorld, poolWorld } from '../../../twin/pool/world.ts';

const SHAPE = { cpus: 1, memoryMb: 2000, diskMb: 1000, gpus: 0 };
const MACHINE = { cpus: 4, memoryMb: 16_000, diskMb: 90_000, gpus: 0 };
const ID = 'i-0000000000000000a';

let world: PoolWorld;
let face: EndpointFace;
beforeEach(async () => {
  const clock = simulatedClock(1_000_000);
  world = poolWorld({ clock, runJob: () => ({ stop() {} }) });
  face = await endpointFace(world, { secret: 'right', queues: ['Q'] });
});
afterEach(() => face.close());

/** The client that the functions use. */
const client = (secret = 'right') =>
  endpoint({
    baseUrl: face.url,
    stage: 'twin',
    timeoutSeconds: 5,
    random: () => 0,
    secret: async () => secret,
  });

describe('pilots', () => {
  it('are submitted once for one request id, whatever is repeated', async () => {
    const request = { requestId: 'r1', queue: 'Q', count: 3, shape: SHAPE };
    expect(await client().submit(request)).toEqual({ submitted: 3, repeated: false });
    expect(await client().submit(request)).toEqual({ submitted: 3, repeated: true });
    expect(world.idleOf('Q')).toBe(3);
  });

  it('are removed down to what has to stay, and no further when asked again', async () => {
    await client().submit({ requestId: 'r1', queue: 'Q', count: 5, shape: SHAPE });
    expect(await client().remove({ queue: 'Q', count: 3, leave: 2 })).toBe(3);
    expect(await client().remove({ queue: 'Q', count: 3, leave: 2 })).toBe(0);
    expect(world.idleOf('Q')).toBe(2);
  });

  it('of a queue without a template are refused with a sentence', async () => {
    const refused = client().submit({ requestId: 'r1', queue: 'X', count: 1, shape: SHAPE });
    await expect(refused).rejects.toThrow(/no pilot template for queue X/);
    await expect(refused).rejects.toMatchObject({
      name: 'EndpointRefusal',
    } satisfies Partial<EndpointRefusal>);
  });
});

describe('a template whose jobs would not be counted', () => {
  it('is refused with its mistake, which what the endpoint says of itself has too', async () => {
    await face.close();
    const queue = { name: 'Q', credentialExpiresAt: null, mistake: 'The pilot template Q.sub is odd.' };
    face = await endpointFace(world, { secret: 'right', queues: [queue] });
    const refused = client().submit({ requestId: 'r1', queue: 'Q', count: 1, shape: SHAPE });
    await expect(refused).rejects.toThrow(/The pilot template Q.sub is odd. Nothing was submitted/);
    expect(world.idleOf('Q')).toBe(0);
  });
});

describe('workers', () => {
  it('are drained and taken back; one that is not there is named', async () => {
    world.join({ instanceId: ID, queue: 'Q', total: MACHINE });
    const stranger = 'i-0000000000000000b';
    const reply = await client().drain([ID, stranger]);
    expect(reply).toEqual({
      done: [ID],
      failed: [{ instanceId: stranger, why: 'not in the collector' }],
    });
    expect(world.slots.get(ID)?.draining).toBe(true);
    await client().undrain([ID]);
    expect(world.slots.get(ID)?.draining).toBe(false);
  });

  it('that live are out of sight when they are forgotten, dead ones are gone', async () => {
    world.join({ instanceId: ID, queue: 'Q', total: MACHINE });
    await client().forget([ID]);
    expect(await client().view()).toMatchObject({ value: { workers: { complete: true, workers: [] } } });
    expect(world.slots.has(ID)).toBe(true);
    world.cutPower(ID);
    await client().forget([ID]);
    expect(world.slots.has(ID)).toBe(false);
  });
});

describe('a fault', () => {
  it('down: the view is unknown, and a request is an outage', async () => {
    face.turn('down');
    expect(await client().view()).toMatchObject({ kind: 'unknown' });
    await expect(client().drain([ID])).rejects.toBeInstanceOf(EndpointOutage);
  });

  it('stale: the view stays as it was', async () => {
    face.turn('stale');
    const before = await client().view();
    world.join({ instanceId: ID, queue: 'Q', total: MACHINE });
    expect(await client().view()).toEqual(before);
  });

  it('partial: the workers are said to be incomplete', async () => {
    face.turn('partial');
    expect(await client().view()).toMatchObject({
      value: { pilots: { complete: true }, workers: { complete: false, why: /condor_status/ } },
    });
  });
});

describe('what is not allowed', () => {
  const post = async (path: string, body: string, method = 'POST') => {
    const reply = await fetch(`${face.url}${path}`, {
      method,
      headers: {
        authorization: 'Bearer right',
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(method === 'GET' ? {} : { body }),
    });
    return { status: reply.status, body: await reply.text() };
  };

  it.each([
    ['a body that is no JSON', '/v1/pilots', '{', 400],
    ['a count of nothing', '/v1/pilots', '{"requestId":"r","queue":"Q","count":0,"shape":{}}', 400],
    ['an instance id that is none', '/v1/workers/drain', '{"instanceIds":["../etc"]}', 400],
    ['an unknown path', '/v1/everything', '{}', 404],
  ])('%s is refused with a sentence', async (_, path, body, status) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toEqual({ error: expect.stringMatching(/\.$/) });
  });

  it('the wrong method is named', async () => {
    expect((await post('/v1/pilots', '', 'GET')).status).toBe(405);
  });

  it('the wrong secret', async () => {
    expect(await client('wrong').view()).toMatchObject({
      kind: 'unknown',
      why: expect.stringMatching(/401/),
    });
  });
});
