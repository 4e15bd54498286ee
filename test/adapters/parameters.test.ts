import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memorySettings } from '../../adapters/memory/settings.ts';
import {
  cloudCredential,
  endpointSecret,
  imageParameter,
  stageParameters,
} from '../../adapters/parameters.ts';
import { fleetsPath, imagePath, queuesPath, secretPath } from '../../core/model/names.ts';
import { nameOf } from '../../core/settings/parse.ts';
import type { ParsedQueue } from '../../core/settings/queue-settings.ts';
import { problemsInWords } from '../../core/tell/fact-sentence.ts';
import { settingsSource } from '../../runtime/connect/settings-source.ts';
import { keepAllSettings } from '../../runtime/events/keep-settings.ts';
import { ssmFace } from '../../twin/aws/ssm/face.ts';
import { parameterStore } from '../../twin/aws/ssm/store.ts';
import { NOW } from '../core/worlds.ts';
import { serving } from './serving.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Values = Readonly<Record<string, string>>;

/** The real client on the twin's Parameter Store, which holds the given values. */
const serve = async (values: Values = {}) => {
  const store = parameterStore();
  const put = (name: string, value: string) => store.put({ name, value, overwrite: true });
  for (const [name, value] of Object.entries(values)) put(name, value);
  const face = await ssmFace(store);
  const client = new SSMClient({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  closing.push(() => client.destroy(), face.close);
  const ports = { parameters: stageParameters('lab', client), book: memorySettings() };
  /** Everything is read anew, and what ticks then find. */
  const source = {
    async all(now: number) {
      await keepAllSettings(ports, now);
      return settingsSource(ports.book).all(now);
    },
    async queues(now: number) {
      return (await source.all(now)).queues;
    },
  };
  return { store, put, client, face, source, parameters: ports.parameters };
};

const inShort = (queues: readonly ParsedQueue[]): readonly string[] =>
  queues.map((queue) =>
    queue.ok
      ? `${queue.settings.name} ${queue.settings.state}`
      : `${queue.name}: ${problemsInWords(queue.problems)}`,
  );

const queuesOf = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`/aerie/lab/queues/${name}`, value]));
const fleetsOf = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`/aerie/lab/fleets/${name}`, value]));

describe('the image of a pipeline', () => {
  const NAME = imagePath('lab');

  it('is what the parameter says, as it is now', async () => {
    const { put, client } = await serve({ [NAME]: 'ami-0123456789abcdef0' });
    expect(await imageParameter(client)(NAME)).toBe('ami-0123456789abcdef0');
    put(NAME, 'ami-0123456789abcdef1');
    expect(await imageParameter(client)(NAME)).toBe('ami-0123456789abcdef1');
  });

  it('is none before the first one is made', async () => {
    expect(await imageParameter((await serve()).client)(NAME)).toBeUndefined();
  });

  it.each([
    'latest',
    'ami-0123456',
    'ami-0123456g',
    'ami-0123456789abcdefg',
    'xami-01234567',
    'ami-012345678',
  ])('is not launched if it is none: %s', async (value) => {
    const { client } = await serve({ [NAME]: value });
    await expect(imageParameter(client)(NAME)).rejects.toThrow(
      `The parameter ${NAME} is "${value}"; expected`,
    );
  });

  it('may have an id of the old, short form', async () => {
    const { client } = await serve({ [NAME]: 'ami-89abcdef' });
    expect(await imageParameter(client)(NAME)).toBe('ami-89abcdef');
  });

  it('is given up twice after three seconds where the connection is taken and nothing answers', async () => {
    const { url, seen } = await serving(() => undefined);
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', url);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
    closing.push(() => void vi.unstubAllEnvs());
    await expect(imageParameter()(NAME)).rejects.toThrow('3000 ms');
    expect(seen).toHaveLength(2);
  });
});

describe('the settings of all queues', () => {
  it('are none where there are none', async () => {
    expect(await (await serve()).source.queues(NOW)).toEqual([]);
  });

  it('are read queue by queue, in the order of their names', async () => {
    const { source } = await serve(
      queuesOf({ 'FZK/state': 'paused', 'BNL/state': 'active', 'BNL/cpus': '8' }),
    );
    const queues = await source.queues(NOW);
    expect(inShort(queues)).toEqual(['BNL active', 'FZK paused']);
    expect(queues[0]).toMatchObject({ settings: { cpus: 8, memoryMb: 2000 } });
  });

  it('are those of the own stage, and of nothing beside the queues', async () => {
    const { source } = await serve({
      '/aerie/lab/queues/BNL/state': 'active',
      '/aerie/lab2/queues/CERN/state': 'active',
      '/aerie/prod/queues/FZK/state': 'active',
      '/aerie/lab/endpoint/secret': 'hush',
    });
    expect(inShort(await source.queues(NOW))).toEqual(['BNL active']);
  });

  it('are whole where they fill many pages', async () => {
    const names = Array.from({ length: 34 }, (_, n) => `Q${String(n).padStart(2, '0')}`);
    const { source } = await serve(
      queuesOf(Object.fromEntries(names.map((name) => [`${name}/state`, 'active']))),
    );
    expect(inShort(await source.queues(NOW))).toEqual(names.map((name) => `${name} active`));
  });

  it.each([
    [{ 'X/state': 'on' }, 'X: the setting state is "on"; expected active, paused, drain'],
    [{ 'X/state': 'active', 'X/max/workers': '2' }, 'X: the setting max/workers is no knob'],
    [{ 'X/cpus': '2' }, 'X: the setting state is missing'],
    [{ 'X/state': 'active', 'X/max-workers': '2' }, 'X: the setting max-workers is a knob of fleets'],
    [{ X: 'active' }, 'X: the setting  is no knob'],
  ])('name what is wrong with one queue, and leave the others alone: %j', async (bad, why) => {
    const { source } = await serve(queuesOf({ 'A/state': 'active', ...bad, 'Z/state': 'active' }));
    const [first, wrong, last] = inShort(await source.queues(NOW));
    expect([first, last]).toEqual(['A active', 'Z active']);
    expect(wrong).toContain(why);
  });

  it('can be read of one queue alone', async () => {
    const { parameters } = await serve(
      queuesOf({ 'BNL/state': 'active', 'BNL/cpus': '7', 'BNL2/state': 'drain' }),
    );
    expect(await parameters.of({ of: 'queue', name: 'BNL' })).toEqual({ state: 'active', cpus: '7' });
    expect(await parameters.of({ of: 'queue', name: 'FZK' })).toEqual({});
    expect(await parameters.of({ of: 'fleet', name: 'BNL' })).toEqual({});
  });

  it('are others as soon as they are read again', async () => {
    const { source, put } = await serve(queuesOf({ 'BNL/state': 'active' }));
    await source.queues(NOW);
    put('/aerie/lab/queues/BNL/state', 'drain');
    expect(inShort(await source.queues(NOW + 60))).toEqual(['BNL drain']);
  });

  it('stay the last good ones where the new ones cannot be used, with what is wrong', async () => {
    const { source, put } = await serve(queuesOf({ 'BNL/state': 'active', 'BNL/cpus': '4' }));
    await source.queues(NOW);
    put('/aerie/lab/queues/BNL/cpus', 'many');
    expect(await source.queues(NOW + 120)).toMatchObject([
      {
        ok: true,
        settings: { cpus: 4 },
        outdated: [{ knob: 'cpus', why: 'is "many"; expected a whole number from 1 to 448' }],
      },
    ]);
    put('/aerie/lab/queues/BNL/cpus', '8');
    const [mended] = await source.queues(NOW + 240);
    expect(mended).toMatchObject({ ok: true, settings: { cpus: 8 } });
    expect(mended).not.toHaveProperty('outdated');
  });

  it('are read by a client that slows down while Parameter Store wants fewer calls', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const modes: unknown[] = [];
    const send = vi.spyOn(SSMClient.prototype, 'send').mockImplementation(async function kept(
      this: SSMClient,
    ) {
      modes.push(Reflect.get(await this.config.retryStrategy(), 'mode'), await this.config.maxAttempts());
      return {};
    });
    closing.push(
      () => send.mockRestore(),
      () => void vi.unstubAllEnvs(),
    );
    expect(await stageParameters('lab').all()).toEqual([]);
    expect(modes).toEqual(['adaptive', 3, 'adaptive', 3]);
  });

  it('are not made up when Parameter Store does not answer', async () => {
    const { source, face } = await serve(queuesOf({ 'BNL/state': 'active' }));
    await face.close();
    await expect(source.queues(NOW)).rejects.toThrow();
  });
});

describe('the settings of all fleets', () => {
  it('are read beside those of queues, from a path of their own', async () => {
    const { parameters } = await serve({
      ...queuesOf({ 'gpu/state': 'active', 'gpu/cpus': '4' }),
      ...fleetsOf({ 'gpu/max-workers': '9', 'gpu/market': 'spot', 'default/state': 'paused' }),
      '/aerie/lab2/fleets/other/state': 'active',
      '/aerie/lab/fleetsx/other/state': 'active',
    });
    const all = await parameters.all();
    expect(all.filter(({ owner }) => owner.of === 'queue')).toEqual([
      { owner: { of: 'queue', name: 'gpu' }, raw: { state: 'active', cpus: '4' } },
    ]);
    expect(
      new Map(all.flatMap(({ owner, raw }) => (owner.of === 'fleet' ? [[owner.name, raw]] : []))),
    ).toEqual(
      new Map([
        ['gpu', { 'max-workers': '9', market: 'spot' }],
        ['default', { state: 'paused' }],
      ]),
    );
    expect(await parameters.of({ of: 'fleet', name: 'gpu' })).toEqual({ 'max-workers': '9', market: 'spot' });
    expect(await parameters.of({ of: 'fleet', name: 'gp' })).toEqual({});
  });

  it('are whole where they fill many pages', async () => {
    const names = Array.from({ length: 34 }, (_, n) => `F${String(n).padStart(2, '0')}`);
    const { source } = await serve(
      fleetsOf(Object.fromEntries(names.map((name) => [`${name}/max-workers`, '3']))),
    );
    const { fleets } = await source.all(NOW);
    expect(fleets.map(nameOf)).toEqual(['default', ...names]);
  });
});

describe("the endpoint's secret", () => {
  it('is read in the clear', async () => {
    const { store, client } = await serve();
    store.put({ name: secretPath('lab'), value: 'hush', type: 'SecureString' });
    expect(await endpointSecret('lab', client)()).toBe('hush');
  });

  it('has to be there, and the error names where', async () => {
    const { client } = await serve();
    await expect(endpointSecret('lab', client)()).rejects.toThrow(
      'There is no parameter /aerie/lab/endpoint/secret; put',
    );
  });
});

describe('the application credential of a cloud', () => {
  const name = '/aerie/lab/clouds/os';

  it('is read in the clear', async () => {
    const { store, client } = await serve();
    store.put({ name, value: '{"id":"a","secret":"hush"}', type: 'SecureString' });
    expect(await cloudCredential(name, client)()).toEqual({ id: 'a', secret: 'hush' });
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', 'hush'],
    ['no secret', '{"id":"hush"}'],
    ['an empty secret', '{"id":"hush","secret":""}'],
  ])('is asked for where the parameter holds %s, whose text is not told', async (_, value) => {
    const { store, client } = await serve();
    if (value !== undefined) store.put({ name, value, type: 'SecureString' });
    const error = await cloudCredential(name, client)().catch(String);
    expect(error).toContain(name);
    expect(error).toContain('SecureString');
    expect(error).not.toContain('hush');
  });
});

describe('what Parameter Store says instead of a parameter', () => {
  const answered = async (body: object, status: number) => {
    const { url } = await serving((response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
    const client = new SSMClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 });
    closing.push(() => client.destroy());
    return [imageParameter(client), () => endpointSecret('lab', client)(), cloudCredential('/x', client)];
  };

  it('is thrown as it is, for whoever reads it: only what is not there is told with what to do', async () => {
    const denied = { __type: 'AccessDeniedException', message: 'not authorized to perform ssm:GetParameter' };
    for (const read of await answered(denied, 400))
      await expect(read('/x')).rejects.toThrow(/^not authorized to perform/);
  });

  it('is no value where it answers without one', async () => {
    const [image, secret, credential] = await answered({}, 200);
    await expect(image?.('/x')).rejects.toThrow('The parameter /x is ""; expected');
    expect(await secret?.('/x')).toBe('');
    await expect(credential?.('/x')).rejects.toThrow('The parameter /x holds no application credential');
  });
});

describe('paths', () => {
  it('are those of the stage', () => {
    expect(queuesPath('prod')).toBe('/aerie/prod/queues');
    expect(fleetsPath('prod')).toBe('/aerie/prod/fleets');
    expect(secretPath('prod')).toBe('/aerie/prod/endpoint/secret');
  });
});
