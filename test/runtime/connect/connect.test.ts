import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { stageClouds } from '../../../runtime/connect/clouds.ts';
import { connect } from '../../../runtime/connect/connect.ts';
import { readEnvironment } from '../../../runtime/run/environment.ts';
import { answering, type Respond, serving } from '../../adapters/serving.ts';
import { NOW, openLaunch, poolView } from '../../core/worlds.ts';

const STAGE_ENV = {
  ...{
    AERIE_STAGE: 'lab',
    AERIE_TABLE: 'aerie-lab',
    AERIE_TEMPLATE_ID: 'lt-0a',
    AERIE_TEMPLATE_VERSION: '7',
  },
  ...{ AERIE_PLACEMENTS: 'subnet-1a=us-east-1a', AERIE_WORKER_DISK_MB: '90000' },
  ...{ AERIE_WORKER_VOLUMES_GB: '108', AERIE_HTTP_TIMEOUT_SECONDS: '9' },
};

/** Servers in the place of AWS and of all others, by name; and what each was asked. */
const world = async (
  answers: Readonly<Record<string, Respond>>,
  more: Readonly<Record<string, string>> = {},
) => {
  const served = await Promise.all(
    Object.entries(answers).map(async ([name, respond]) => [name, await serving(respond)] as const),
  );
  const of = (name: string) => served.find(([other]) => other === name)?.[1];
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
  for (const name of ['SSM', 'EC2', 'DYNAMODB']) vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, of(name)?.url ?? '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const env = readEnvironment({
    ...STAGE_ENV,
    AERIE_ENDPOINT_URL: of('endpoint')?.url ?? 'http://127.0.0.1:1',
    ...(of('panda') === undefined ? {} : { AERIE_PANDA_URL: of('panda')?.url }),
    ...more,
  });
  return {
    env,
    seenBy: (name: string) => of(name)?.seen ?? [],
    urlOf: (name: string) => of(name)?.url ?? '',
  };
};

const parameter =
  (values: Readonly<Record<string, string>>): Respond =>
  (response, { body }) => {
    const { Name } = JSON.parse(body);
    const Parameter = { Name, Value: values[Name] };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Parameter }));
  };

const NO_TABLE = {
  __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
  message: 'no table',
};

describe('a function', () => {
  it('asks the pool at its endpoint, with the secret of the stage and what goes with each look', async () => {
    const { env, seenBy } = await world({
      SSM: parameter({ '/aerie/lab/endpoint/secret': 'hush' }),
      endpoint: answering(200, poolView([])),
    });
    const { pool, sources } = connect(env, { nudge: async () => ({ 'x-nudge': 'here' }) });
    expect(await sources.pool.view()).toMatchObject({ kind: 'known' });
    expect(seenBy('endpoint')).toMatchObject([
      { path: '/v1/pool', headers: { authorization: 'Bearer hush', 'x-nudge': 'here' } },
    ]);
    await pool.tellUsers([{ of: 'queue', name: 'A', state: 'idle' }]);
    expect(JSON.parse(seenBy('endpoint')[1]?.body ?? '')).toMatchObject({ stage: 'lab' });
  });

  it('asks PanDA if the stage has one', async () => {
    const { env, seenBy } = await world({ panda: answering(200, { success: true, data: { A: {} } }) });
    expect(await connect(env).sources.panda.jobs(NOW)).toMatchObject({ kind: 'known', value: { A: {} } });
    expect(seenBy('panda')).toHaveLength(1);
    const without = await world({});
    expect(await connect(without.env).sources.panda.jobs(NOW)).toEqual({
      kind: 'unknown',
      why: 'the stage has no pandaUrl',
    });
  });

  it('reads ledger and settings in the table of the stage', async () => {
    const { env, seenBy } = await world({
      DYNAMODB: (response) => {
        response
          .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify(NO_TABLE));
      },
    });
    const { sources } = connect(env);
    await expect(sources.ledger.view()).rejects.toThrow('no table');
    await expect(sources.settings.all(NOW)).rejects.toThrow('no table');
    expect(seenBy('DYNAMODB').map(({ body }) => JSON.parse(body))).toMatchObject([
      { TableName: 'aerie-lab', ExpressionAttributeValues: { ':pk': { S: 'live' } } },
      { TableName: 'aerie-lab', ExpressionAttributeValues: { ':settings': { S: 'settings' } } },
    ]);
  });

  it('reads its own environment where none is given, and says what is missing of it', async () => {
    const { env } = await world({});
    vi.stubEnv('AERIE_STAGE', '');
    expect(() => connect()).toThrow('The environment of this function is not complete: AERIE_STAGE: ');
    for (const [name, value] of Object.entries({ ...STAGE_ENV, AERIE_ENDPOINT_URL: env.AERIE_ENDPOINT_URL }))
      vi.stubEnv(name, value);
    expect(connect().env).toMatchObject({ AERIE_STAGE: 'lab' });
  });
});

const xml =
  (content: string): Respond =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(content);
  };

describe('the clouds of a function', () => {
  /** Keystone and Nova as one server, which takes every launch. */
  const openstack: Respond = (response, { method, path = '', headers }) => {
    const url = `http://${headers.host}`;
    const endpoints = [{ interface: 'public', region_id: 'R', url: `${url}/nova` }];
    const token = { project: { id: 'p', name: 'aerie' }, catalog: [{ type: 'compute', endpoints }] };
    const answers: Readonly<Record<string, object>> = {
      'POST /v3/auth/tokens': { token },
      'POST /nova/os-keypairs': {},
      'GET /nova/servers/detail': { servers: [] },
      'GET /nova/flavors/detail': { flavors: [{ id: 'f', name: 'g1.small' }] },
      'POST /nova/servers': { server: { id: 'a' } },
    };
    const body = answers[`${method} ${path}`];
    response.writeHead(body === undefined ? 404 : 200, { 'x-subject-token': 't' });
    response.end(JSON.stringify(body ?? { itemNotFound: { message: 'no' } }));
  };

  const sited = async () => {
    const template =
      '<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item><launchTemplateData><userData>ZGF0YQ==</userData></launchTemplateData></item></launchTemplateVersionSet></DescribeLaunchTemplateVersionsResponse>';
    const { env, seenBy, urlOf } = await world({
      SSM: parameter({ '/aerie/lab/clouds/site': '{"id":"a","secret":"b"}' }),
      EC2: xml(template),
      site: openstack,
    });
    const entry = {
      ...{ kind: 'openstack' as const, authUrl: `${urlOf('site')}/v3`, region: 'R', project: 'aerie' },
      ...{ credential: '/aerie/lab/clouds/site', network: 'net-1', image: 'image-1', zones: ['a'] },
      securityGroups: ['default'],
    };
    return { env: { ...env, AERIE_CLOUDS: { site: entry } }, seenBy };
  };
  const asIs = <C>(cloud: C): C => cloud;

  it('launch on another cloud from the recipe of the stage’s own template', async () => {
    const { env, seenBy } = await sited();
    const { cloud } = stageClouds(env, asIs);
    const { request } = openLaunch(1);
    const outcome = await cloud.launch({
      ...request,
      template: { id: 'lt-0a@site', version: '7' },
      overrides: [{ flavour: 'g1.small', zone: 'a', subnetId: 'net-1' }],
      tags: { ...request.tags, 'aerie:cloud': 'site' },
    });
    expect(outcome).toMatchObject({ kind: 'answered', launched: [{ instanceId: 'os-a' }] });
    const asked = new URLSearchParams(seenBy('EC2')[0]?.body);
    expect([asked.get('LaunchTemplateId'), asked.get('LaunchTemplateVersion.1')]).toEqual(['lt-0a', '7']);
    const created = seenBy('site').find(({ method, path }) => method === 'POST' && path === '/nova/servers');
    expect(JSON.parse(created?.body ?? '')).toMatchObject({
      server: { user_data: 'ZGF0YQ==', imageRef: 'image-1', security_groups: [{ name: 'default' }] },
    });
  });

  it('wear what they are to, each under the name that people know', async () => {
    const { env } = await sited();
    const names: string[] = [];
    const { cloud } = stageClouds(env, (one, name) => {
      names.push(name);
      return { ...one, terminate: async () => ({ taken: [name], refused: [] }) };
    });
    expect(names).toEqual(['site', 'EC2']);
    const ended = await cloud.terminate(['os-a', 'i-1'], () => true);
    expect(ended.taken).toEqual(['site', 'EC2']);
  });

  it('are EC2 alone where the stage has no other', async () => {
    const { env } = await world({
      EC2: xml('<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>'),
    });
    const { cloud, consoles } = stageClouds(env, asIs);
    expect(await cloud.list({}, NOW)).toMatchObject({ kind: 'known' });
    expect(await consoles.latest('os-a')).toBeUndefined();
  });

  it('trust who signs for another cloud, of which a file says', async () => {
    const { env } = await sited();
    const { site } = env.AERIE_CLOUDS;
    const told = { ...env, AERIE_CLOUDS: { site: { ...site, caFile: '/nowhere/ca.pem' } } };
    expect(() => stageClouds(told, asIs)).toThrow('/nowhere/ca.pem');
  });
});
