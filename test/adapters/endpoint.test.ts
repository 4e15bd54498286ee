import { describe, expect, it } from 'vitest';
import { type EndpointOptions, endpoint } from '../../adapters/endpoint.ts';
import { EndpointOutage, EndpointRefusal } from '../../adapters/endpoint-answer.ts';
import type { PoolView } from '../../core/model/pool.ts';
import {
  answering,
  HASTY_SECONDS,
  hangingUp,
  PATIENT_SECONDS,
  type Respond,
  serving,
  silent,
} from './serving.ts';

const NOW = 1_900_000_000;
const SHAPE = { cpus: 1, memoryMb: 2_000, diskMb: 20_000, gpus: 0 };
const VIEW: PoolView = {
  observedAt: NOW - 3,
  collectorStartedAt: NOW - 86_400,
  pilots: {
    complete: true,
    queues: [
      {
        queue: 'BNL_CLOUD',
        shapes: [
          { shape: SHAPE, fleet: 'default', idle: 3, running: 1, held: 0 },
          {
            shape: SHAPE,
            fleet: 'gpu',
            wallSeconds: 7200,
            idle: 2,
            running: 4,
            held: 0,
            elsewhere: 1,
            restarting: 1,
          },
        ],
        recentStarts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ended: { count: 4, short: 1, shortSeconds: 300 },
      },
    ],
  },
  jobs: {
    complete: true,
    fleets: [
      {
        fleet: 'gpu',
        shapes: [
          {
            ...{ shape: SHAPE, fleet: 'gpu', idle: 2, running: 0, held: 0 },
            waitingSince: [{ at: NOW - 60, count: 2 }],
          },
        ],
      },
    ],
  },
  workers: { complete: false, why: 'the collector is younger than 20 min', workers: [] },
};
const SUBMISSION = { requestId: 'tick-1:BNL_CLOUD', queue: 'BNL_CLOUD', count: 2, shape: SHAPE };

const clientOf = (
  baseUrl: string,
  more: Partial<Pick<EndpointOptions, 'secret' | 'timeoutSeconds' | 'memoryMb' | 'nudge'>> = {},
) =>
  endpoint({
    baseUrl,
    stage: 'prod',
    timeoutSeconds: PATIENT_SECONDS,
    random: () => 0,
    secret: async () => 's3cret\n',
    ...more,
  });

it.each([
  [1, 'unknown'],
  [2, 'known'],
])('a view of 100 KB is, in %d MB of memory, %s', async (memoryMb, kind) => {
  const why = 'x'.repeat(100_000);
  const { url } = await serving(answering(200, { ...VIEW, workers: { complete: false, why, workers: [] } }));
  const view = await clientOf(url, { memoryMb }).view();
  expect(view.kind).toBe(kind);
  if (view.kind === 'unknown') expect(view.why).toContain('sent more than 65536 bytes');
});

const ids = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `i-${i.toString(16).padStart(8, '0')}`);

describe('the pool through the endpoint', () => {
  it('is known as of the moment that the endpoint says', async () => {
    const { url, seen } = await serving(answering(200, VIEW));
    expect(await clientOf(`${url}/`).view()).toEqual({ kind: 'known', observedAt: NOW - 3, value: VIEW });
    expect(seen).toMatchObject([{ method: 'GET', path: '/v1/pool' }]);
    expect(seen[0]?.headers.authorization).toBe('Bearer s3cret');
  });

  it('is asked for with what its asker says of nudges, and nothing else is', async () => {
    const { url, seen } = await serving(answering(200, VIEW));
    const client = clientOf(url, { nudge: async () => ({ 'x-aerie-nudge': 'https://sqs' }) });
    await client.view();
    await client.drain(ids(1)).catch(() => undefined);
    expect(seen.map(({ headers }) => headers['x-aerie-nudge'])).toEqual(['https://sqs', undefined]);
  });

  it('is of the default fleet, its jobs unknown, as an endpoint from before there were fleets says it', async () => {
    const { fleet: _, ...shape } = { shape: SHAPE, fleet: 'x', idle: 3, running: 1, held: 0 };
    const { fleet: __, ...worker } = {
      ...{ instanceId: ids(1)[0], fleet: 'x', queue: 'BNL_CLOUD', total: SHAPE, free: SHAPE, busy: 0 },
      ...{ draining: false, reachable: true, joinedAt: NOW - 900, lastHeardAt: NOW - 90, idleSince: null },
    };
    const { jobs: ___, ...rest } = VIEW;
    const older = {
      ...rest,
      pilots: { complete: true, queues: VIEW.pilots.queues.map((queue) => ({ ...queue, shapes: [shape] })) },
      workers: { complete: true, workers: [worker] },
    };
    const { url } = await serving(answering(200, older));
    const view = await clientOf(url).view();
    if (view.kind === 'unknown') throw new Error(view.why);
    expect(view.value.pilots.queues[0]?.shapes).toEqual([{ ...shape, fleet: 'default' }]);
    expect(view.value.workers.workers).toEqual([{ ...worker, fleet: 'default' }]);
    expect(view.value).not.toHaveProperty('jobs');
  });

  it('shows queue 1 no workers, and whether it knew them all', async () => {
    const odd = { ...VIEW, workers: { ...VIEW.workers, workers: [{ instanceId: 'none' }] } };
    const { url } = await serving(answering(200, odd));
    expect(await clientOf(url).viewForPilots()).toEqual({
      ...{ kind: 'known', observedAt: NOW - 3 },
      value: { ...VIEW, workers: { complete: false, why: VIEW.workers.why, workers: [] } },
    });
  });

  it.each([
    ['an outage', answering(502, 'bad gateway'), 'the endpoint answered 502: bad gateway'],
    ['a refusal', answering(400, { error: 'Expected less.' }), 'the endpoint refused (400): Expected less.'],
    ['a closed connection', hangingUp, 'the endpoint could not be reached: socket hang up'],
    ['silence', silent, 'the endpoint did not answer within 0.5 s'],
    ['no JSON', answering(200, 'hello'), /^the endpoint answered what is not expected: its answer:/],
    [
      'a pool without workers',
      answering(200, { ...VIEW, workers: undefined }),
      /^the endpoint answered what is not expected: workers:/,
    ],
  ] satisfies [string, Respond, string | RegExp][])('is unknown after %s', async (_, respond, why) => {
    const { url } = await serving(respond);
    expect(
      await clientOf(url, { timeoutSeconds: respond === silent ? HASTY_SECONDS : PATIENT_SECONDS }).view(),
    ).toEqual({
      kind: 'unknown',
      why: typeof why === 'string' ? why : expect.stringMatching(why),
    });
  });

  it('is cut short where it says why: nothing of 5 MB reaches a decision', async () => {
    const words = 'not well\n'.repeat(600_000);
    const workers = { complete: false, why: words, workers: [] };
    const { url } = await serving(answering(200, { ...VIEW, workers }));
    const view = await clientOf(url).view();
    const why = view.kind === 'known' ? view.value.workers.why : undefined;
    expect(why).toMatch(/^not well not well .*…$/);
    expect(why?.length).toBe(401);
    const refusing = await serving(answering(409, { error: words }));
    const refused = await clientOf(refusing.url).submit(SUBMISSION).catch(String);
    expect(String(refused).length).toBeLessThan(500);
    const failing = await serving(
      answering(200, { done: [], failed: [{ instanceId: ids(1)[0], why: words }] }),
    );
    expect((await clientOf(failing.url).drain(ids(1))).failed[0]?.why).toHaveLength(401);
  });

  it('passes over workers that an endpoint of another version sends otherwise, and knows the others', async () => {
    const worker = {
      ...{ fleet: 'gpu', total: SHAPE, free: SHAPE, busy: 0, draining: false, reachable: true },
      ...{ joinedAt: NOW - 900, lastHeardAt: NOW - 90, idleSince: NOW - 60 },
    };
    const [good, odd] = ids(2);
    const workers = [
      { ...worker, instanceId: good },
      { ...worker, instanceId: odd, joinedAt: -1 },
      { ...worker, instanceId: 'me' },
      null,
    ];
    const { url } = await serving(answering(200, { ...VIEW, workers: { complete: true, workers } }));
    expect(await clientOf(url).view()).toMatchObject({
      kind: 'known',
      value: {
        workers: {
          workers: [{ instanceId: good }],
          unreadable: [{ instanceId: odd, why: expect.stringContaining('joinedAt') }],
          unnamed: 2,
        },
      },
    });
  });

  it('is unknown if the secret cannot be read, and known once it can', async () => {
    const { url } = await serving(answering(200, VIEW));
    let reads = 0;
    const secret = async () => {
      reads += 1;
      if (reads === 1) throw new Error('ThrottlingException');
      return 's3cret';
    };
    const client = clientOf(url, { secret });
    expect(await client.view()).toEqual({
      kind: 'unknown',
      why: "the endpoint's secret could not be read: ThrottlingException",
    });
    expect(await client.view()).toMatchObject({ kind: 'known' });
  });
});

describe('a change of the pool', () => {
  it('asks for pilots and gives what the endpoint has submitted', async () => {
    const { url, seen } = await serving(answering(200, { submitted: 2, repeated: true }));
    expect(await clientOf(url).submit(SUBMISSION)).toEqual({ submitted: 2, repeated: true });
    expect(seen).toMatchObject([{ method: 'POST', path: '/v1/pilots' }]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(SUBMISSION);
    const riding = { ...SUBMISSION, fleet: 'gpu', wallSeconds: 7200 };
    await clientOf(url).submit(riding);
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual(riding);
  });

  it('removes pilots and gives how many', async () => {
    const { url, seen } = await serving(answering(200, { removed: 4 }));
    expect(await clientOf(url).remove({ queue: 'BNL_CLOUD', count: 5, leave: 2 })).toBe(4);
    expect(seen).toMatchObject([
      { path: '/v1/pilots/remove', body: '{"queue":"BNL_CLOUD","count":5,"leave":2}' },
    ]);
    const ofFleet = { queue: 'BNL_CLOUD', count: 5, leave: 2, fleet: 'gone' };
    await clientOf(url).remove(ofFleet);
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual(ofFleet);
  });

  it.each(['drain', 'undrain', 'forget'] as const)('can %s workers, some of them in vain', async (verb) => {
    const [one = '', other = ''] = ids(2);
    const reply = { done: [one], failed: [{ instanceId: other, why: 'not in the collector' }] };
    const { url, seen } = await serving(answering(200, reply));
    expect(await clientOf(url)[verb]([one, other])).toEqual(reply);
    expect(seen).toMatchObject([
      { path: `/v1/workers/${verb}`, body: `{"instanceIds":["${one}","${other}"]}` },
    ]);
  });

  it('names no more than 1000 workers at once', async () => {
    const { url, seen } = await serving((response, one, nth) =>
      answering(200, { done: JSON.parse(one.body).instanceIds, failed: [] })(response, one, nth),
    );
    const all = ids(2_001);
    expect(await clientOf(url).forget(all)).toEqual({ done: all, failed: [] });
    expect(seen.map(({ body }) => JSON.parse(body).instanceIds.length)).toEqual([1_000, 1_000, 1]);
  });

  it('asks nothing for no worker', async () => {
    const { url, seen } = await serving(answering(500, 'no'));
    expect(await clientOf(url).drain([])).toEqual({ done: [], failed: [] });
    expect(seen).toEqual([]);
  });

  it.each([
    [
      EndpointRefusal,
      answering(404, { error: 'No template for X.' }),
      'the endpoint refused (404): No template for X.',
    ],
    [EndpointRefusal, answering(404, 'not found'), 'the endpoint refused (404): not found'],
    [EndpointOutage, answering(500, { error: 'schedd?' }), 'the endpoint answered 500: {"error":"schedd?"}'],
    [EndpointOutage, answering(302, ''), 'the endpoint answered 302: (nothing)'],
    [EndpointOutage, hangingUp, 'the endpoint could not be reached: socket hang up'],
    [EndpointOutage, silent, 'the endpoint did not answer within 0.5 s'],
    [
      EndpointOutage,
      answering(200, { submitted: -1, repeated: false }),
      /^the endpoint answered what is not expected: submitted:/,
    ],
  ] satisfies [typeof EndpointRefusal | typeof EndpointOutage, Respond, string | RegExp][])(
    'throws %o with a sentence',
    async (kind, respond, why) => {
      const { url, seen } = await serving(respond);
      const failure = await clientOf(url, {
        timeoutSeconds: respond === silent ? HASTY_SECONDS : PATIENT_SECONDS,
      })
        .submit(SUBMISSION)
        .catch((error) => error);
      expect(failure).toBeInstanceOf(kind);
      expect(failure.message).toMatch(why);
      expect(seen).toHaveLength(1);
    },
  );
});

describe('what users of the pool are told', () => {
  const STATES = [{ of: 'queue', name: 'BNL_CLOUD', state: 'idle' }] as const;
  const told = async (respond: Respond, secret: EndpointOptions['secret'] = async () => 'hush') => {
    const { url, seen } = await serving(respond);
    const options = { baseUrl: url, stage: 'lab', timeoutSeconds: PATIENT_SECONDS, random: () => 0, secret };
    return { tell: endpoint(options).tellUsers, seen };
  };

  it('goes to the endpoint, under the name of the stage, and is nothing where there is nothing', async () => {
    const { tell, seen } = await told(answering(200, { told: 1 }));
    await tell([]);
    expect(seen).toEqual([]);
    await tell(STATES);
    expect(seen).toMatchObject([{ method: 'POST', path: '/v1/states' }]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ stage: 'lab', states: STATES });
  });

  it.each([
    ['is away', hangingUp],
    ['does not know of it', answering(404, { error: 'no such call' })],
    ['says something else', answering(200, [])],
  ])('is no failure if the endpoint %s', async (_, respond) => {
    const { tell } = await told(respond);
    await expect(tell(STATES)).resolves.toBeUndefined();
  });

  it('is a failure if it is neither the endpoint’s nor the network’s', async () => {
    const broken = () => {
      throw new TypeError('a fault of ours');
    };
    await expect((await told(answering(200, {}), broken)).tell(STATES)).rejects.toThrow('a fault of ours');
  });
});

describe("the endpoint's secret", () => {
  const taking =
    (taken: string): Respond =>
    (response, one, nth) =>
      one.headers.authorization === `Bearer ${taken}`
        ? answering(200, VIEW)(response, one, nth)
        : answering(401, { error: 'The secret is not right.' })(response, one, nth);

  it('is fetched once for many calls', async () => {
    const { url } = await serving(taking('old'));
    let reads = 0;
    const client = clientOf(url, {
      secret: async () => {
        reads += 1;
        return 'old';
      },
    });
    await client.view();
    await client.view();
    expect(reads).toBe(1);
  });

  it('is fetched anew when the endpoint does not take it', async () => {
    const { url } = await serving(taking('new'));
    const secrets = ['old', 'new'];
    const client = clientOf(url, { secret: async () => secrets.shift() ?? 'none' });
    expect(await client.view()).toMatchObject({ kind: 'known' });
  });

  it('is fetched anew only once in a call, and never told', async () => {
    const { url, seen } = await serving(taking('new'));
    const failure = await clientOf(url)
      .submit(SUBMISSION)
      .catch((error) => error);
    expect(failure).toBeInstanceOf(EndpointRefusal);
    expect(failure.message).toBe('the endpoint refused (401): The secret is not right.');
    expect(seen).toHaveLength(2);
  });

  it.each(['http://cm.example.org:9619', 'http://127.0.0.1.example.org', 'ftp://127.0.0.1'])(
    'is not sent to %s',
    (url) => {
      expect(() => clientOf(url)).toThrow(/^The endpoint has to be reached by https, not /);
    },
  );

  it.each(['https://cm.example.org:9619', 'http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'])(
    'may be sent to %s',
    (url) => {
      expect(() => clientOf(url)).not.toThrow();
    },
  );
});
