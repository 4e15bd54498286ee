import { describe, expect, it } from 'vitest';
import { consoleText } from '../../adapters/clouds/console-text.ts';
import { labelsOf, novaTags } from '../../adapters/clouds/openstack/labels.ts';
import { openstack } from '../../adapters/clouds/openstack/openstack.ts';
import { readServer } from '../../adapters/clouds/openstack/server.ts';
import { clientTokenOf } from '../../core/model/names.ts';
import { accessRules } from '../../lib/rights/openstack.ts';
import { standIn } from '../twin/openstack/subject.ts';

const NOW = 1_800_000_000;

describe('a server of Nova', () => {
  const SHOWN = {
    id: '5d0c1a1e-1111-4222-8333-444455556666',
    status: 'ACTIVE',
    created: '2027-01-15T08:00:00Z',
    flavor: { original_name: 'g1.small' },
    metadata: { 'aerie:stage': 'test' },
    tags: [],
    'OS-EXT-AZ:availability_zone': 'zone-a',
  };

  it.each([
    ['BUILD', null, 'pending'],
    ['ACTIVE', null, 'running'],
    ['ACTIVE', 'powering-off', 'stopping'],
    ['ACTIVE', 'deleting', 'shutting-down'],
    ['SHUTOFF', null, 'stopped'],
    ['SHUTOFF', 'powering-on', 'pending'],
    ['ERROR', null, 'failed'],
    ['ERROR', 'deleting', 'shutting-down'],
    ['SOFT_DELETED', null, 'terminated'],
    ['DELETED', null, 'terminated'],
    ['PAUSED', null, 'running'],
    ['SHELVED_OFFLOADED', null, 'running'],
    ['VERIFY_RESIZE', null, 'running'],
    ['SOMETHING_NEW', null, 'running'],
  ])('that is %s and has the task %s is %s', (status, task, state) => {
    expect(readServer({ ...SHOWN, status, 'OS-EXT-STS:task_state': task }, NOW)).toMatchObject({ state });
  });

  it('in error that has power runs on: something else was not done to it', () => {
    const inError = { ...SHOWN, status: 'ERROR', 'OS-EXT-STS:power_state': 1 };
    expect(readServer(inError, NOW)).toMatchObject({ state: 'running' });
    expect(readServer(inError, NOW)).not.toHaveProperty('reason');
    expect(readServer({ ...inError, 'OS-EXT-STS:power_state': 4 }, NOW)).toMatchObject({ state: 'failed' });
  });

  it.each([
    ['BUILD', 'scheduling', undefined, 'pending'],
    ['REBUILD', null, undefined, 'pending'],
    ['ACTIVE', 'soft-deleting', undefined, 'shutting-down'],
    ['ACTIVE', 'migrating', undefined, 'running'],
    ['ERROR', null, 0, 'failed'],
    ['ERROR', 'powering-off', 1, 'stopping'],
    ['ERROR', undefined, 1, 'running'],
  ])('that is %s, has the task %s and the power %s is %s', (status, task, power, state) => {
    const given = { 'OS-EXT-STS:task_state': task, 'OS-EXT-STS:power_state': power };
    expect(readServer({ ...SHOWN, status, ...given }, NOW)).toMatchObject({ state });
  });

  it('is as old as Nova says, and where it says; one without a place or a status is just somewhere, and lives', () => {
    const seen = readServer({ ...SHOWN, created: '2027-01-15T08:00:01Z' }, NOW);
    expect(seen).toMatchObject({
      ...{ instanceId: `os-${SHOWN.id}`, launchedAt: 1_800_000_001, tags: { 'aerie:stage': 'test' } },
      offer: { flavour: 'g1.small', zone: 'zone-a', market: 'on-demand' },
    });
    const odd = { id: 'x', 'OS-EXT-AZ:availability_zone': '', tags: 'no', flavor: {} };
    expect(readServer(odd, NOW)).toMatchObject({
      ...{ state: 'running', tags: {} },
      offer: { flavour: 'unknown', zone: 'unknown' },
    });
  });

  it.each([
    ['no fault', undefined, { code: 'Nova.Error', message: '' }],
    ['a fault that is none', { code: 'x' }, { code: 'Nova.Error', message: '' }],
    ['a fault', { code: 404, message: 'gone' }, { code: 'Nova.404', message: 'gone' }],
  ])('in error with %s says as much', (_, fault, reason) => {
    expect(readServer({ ...SHOWN, status: 'ERROR', fault }, NOW)).toMatchObject({ reason });
  });

  it.each([
    ['Insufficient compute resources: disk', 'capacity'],
    ['insufficient resources', 'capacity'],
    ['Exhausted all hosts', 'capacity'],
    ['Over quota', 'quota'],
    ['insufficient will', undefined],
  ])('in error for "%s" is refused for %s', (message, refusedFor) => {
    const seen = readServer({ ...SHOWN, status: 'ERROR', fault: { code: 500, message } }, NOW);
    expect(typeof seen === 'object' && seen.refusedFor).toBe(refusedFor);
  });

  it('in a cell that is down is unknown, and one without an id is nobody', () => {
    expect(readServer({ id: SHOWN.id, status: 'UNKNOWN' }, NOW)).toBe('unknown');
    expect(readServer({ status: 'ACTIVE' }, NOW)).toBeUndefined();
  });

  it('is read for what of it can be read', () => {
    expect(readServer({ id: SHOWN.id, status: 'ACTIVE', created: 'today', metadata: 3 }, NOW)).toEqual({
      instanceId: `os-${SHOWN.id}`,
      state: 'running',
      launchedAt: NOW,
      offer: { flavour: 'unknown', zone: 'unknown', market: 'on-demand' },
      tags: {},
    });
  });

  it.each([
    ['No valid host was found. There are not enough hosts available.', null, 'capacity'],
    [
      'Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures.',
      null,
      'capacity',
    ],
    ['Quota exceeded for instances: Requested 1, but already used 11 of 10 instances', null, 'quota'],
    ['Build of instance aborted: Failed to allocate the network(s), not rescheduling.', null, undefined],
    // It has run before, and something else became of it.
    ['No valid host was found. ', '2027-01-15T08:00:10.000000', undefined],
  ])('that failed for "%s" and was launched at %s is refused for %s', (message, launchedAt, refusedFor) => {
    const fault = { code: 500, message, created: SHOWN.created };
    const server = readServer(
      { ...SHOWN, status: 'ERROR', fault, 'OS-SRV-USG:launched_at': launchedAt },
      NOW,
    );
    expect(server).toMatchObject({ state: 'failed', reason: { code: 'Nova.500', message } });
    expect(server).toHaveProperty('offer.zone', 'zone-a');
    if (refusedFor === undefined) expect(server).not.toHaveProperty('refusedFor');
    else expect(server).toHaveProperty('refusedFor', refusedFor);
  });
});

describe('labels', () => {
  it('by which servers are searched are tags that Nova takes, whatever their values', () => {
    const long = {
      'aerie:stage': 'prod',
      'aerie:fleet': 'a/b',
      'aerie:launch': 'x'.repeat(100),
      'aerie:width': '8',
    };
    const tags = novaTags(long);
    expect(tags).toHaveLength(3);
    expect(tags[0]).toBe('aerie:stage=prod');
    for (const tag of tags) expect(tag).toMatch(/^[^,/]{1,60}$/);
    expect(novaTags({ ...long, 'aerie:launch': 'y'.repeat(100) })[2]).not.toBe(tags[2]);
  });

  it('are the metadata, and tags that somebody has put on it', () => {
    expect(labelsOf({ 'aerie:stage': 'prod' }, ['aerie:protected', 'aerie:stage=other', 'a=b=c'])).toEqual({
      'aerie:protected': '',
      'aerie:stage': 'prod',
      a: 'b=c',
    });
  });
});

describe("what a console's text is shown as", () => {
  it.each([
    ['\u001b[31mred\u001b[0m\tand\u0007 plain\n', 'red\tand plain'],
    [' \n', undefined],
    [`${'x'.repeat(5_000)}end`, `${'x'.repeat(3_997)}end`],
  ])('%j', (text, shown) => {
    expect(consoleText(text)).toBe(shown);
  });
});

const tokenAt = (at: number, nth = 0) => clientTokenOf('test', `launch.${at}.${nth}`);

describe('launches on OpenStack', () => {
  it('are asked for in parts of twenty, and one as one', async () => {
    const { cloud, request, road, close } = await standIn();
    const sent: unknown[] = [];
    road.fates(({ method, path, body }) => {
      if (method === 'POST' && path.endsWith('/servers')) sent.push(JSON.parse(body).server.max_count);
      return { kind: 'pass' };
    });
    await cloud.launch(request('parts', 45));
    await cloud.launch(request('single', 1));
    expect(sent).toEqual([20, 20, 5, undefined]);
    await close();
  });

  it('carry what they are for as metadata, and the recipe', async () => {
    const { cloud, request, world, close } = await standIn();
    const asked = request('carried', 1);
    await cloud.launch(asked);
    const [server] = world.servers.values();
    expect(server).toMatchObject({ name: 'aerie-carried', metadata: asked.tags });
    expect(server?.tags).toContain('aerie:launch=carried');
    await close();
  });

  it('are refused while nobody knows their recipe', async () => {
    const { cloud, request, close } = await standIn();
    const asked = { ...request('unknown', 1), template: { id: 'other', version: '9' } };
    expect(await cloud.launch(asked)).toMatchObject({
      kind: 'rejected',
      class: 'configuration',
      code: 'recipe',
    });
    await close();
  });

  it('clear away key pairs of launches that are over, when there are as many as there may be', async () => {
    const { cloud, request, world, close } = await standIn({ keypairs: 3 });
    for (const nth of [1, 2]) world.addKeypair(tokenAt(NOW - 10_000, nth), 'ssh-ed25519 x');
    world.addKeypair('a-person', 'ssh-ed25519 x');
    const asked = { ...request('swept', 1), clientToken: tokenAt(NOW) };
    expect(await cloud.launch(asked)).toMatchObject({ kind: 'answered', launched: [{}] });
    await cloud.forgetLaunch?.(asked);
    expect([...world.keypairs.keys()]).toEqual(['a-person']);
    await close();
  });

  it('are not asked for again until what they made is written down, whatever a list shows', async () => {
    const { cloud, request, world, settle, close } = await standIn();
    world.operator.odd('lists-lag');
    const asked = request('hidden', 1);
    expect(await cloud.launch(asked)).toMatchObject({ kind: 'answered', launched: [{}] });
    expect(await cloud.launch(asked)).toMatchObject({ kind: 'spent' });
    await settle();
    expect(world.servers.size).toBe(1);
    await close();
  });

  it('wait while too many launches of the last minutes are doubtful', async () => {
    const { cloud, request, world, close } = await standIn({ keypairs: 2 });
    for (const nth of [1, 2]) world.addKeypair(`${tokenAt(NOW - 100, nth)}-closed`, 'ssh-ed25519 x');
    const asked = { ...request('waits', 1), clientToken: tokenAt(NOW) };
    expect(await cloud.launch(asked)).toMatchObject({ kind: 'throttled' });
    expect(world.servers.size).toBe(0);
    expect(world.keypairs.size).toBe(2);
    await close();
  });

  it('are not heard with a credential of another project than the one that is named', async () => {
    const { site, recipes, request, world, close } = await standIn();
    const { cloud } = openstack({ ...site, project: 'other' }, recipes);
    expect(await cloud.launch(request('project', 1))).toMatchObject({
      ...{ kind: 'unheard', why: expect.stringMatching(/project grid .* is other/) },
    });
    expect(world.servers.size).toBe(0);
    await close();
  });

  it('are not heard with a secret that is wrong, or in a region that the cloud does not have', async () => {
    const { site, recipes, request, now, close } = await standIn();
    const wrong = openstack(
      { ...site, credential: async () => ({ ...(await site.credential()), secret: 'wrong' }) },
      recipes,
    );
    expect(await wrong.cloud.launch(request('secret', 1))).toMatchObject({ kind: 'unheard' });
    expect(await wrong.cloud.terminate(['os-x'], () => true)).toMatchObject({ unheard: { why: /401/ } });
    const elsewhere = openstack({ ...site, region: 'Nowhere' }, recipes);
    expect(await elsewhere.cloud.launch(request('region', 1))).toMatchObject({
      kind: 'unheard',
      why: expect.stringContaining('Nowhere'),
    });
    expect(await elsewhere.cloud.list({}, now())).toMatchObject({ kind: 'unknown' });
    await close();
  });

  it('ask for nothing that the access rules do not name', async () => {
    // The stand-in holds every call against the rules; one rule less, and something of this is refused.
    const missing: string[] = [];
    const all = accessRules();
    for (const rule of all) {
      const rules = all.filter((other) => other !== rule);
      const { cloud, consoles, request, world, settle, now, close } = await standIn({ accessRules: rules });
      const done = async (): Promise<boolean> => {
        const asked = request('rule', 2);
        const outcome = await cloud.launch(asked);
        if (outcome.kind !== 'answered' || outcome.launched.length < 2) return false;
        await cloud.forgetLaunch?.(asked);
        await settle();
        const [first = '', second = ''] = outcome.launched.map(({ instanceId }) => instanceId);
        world.operator.powerOff(first.replace('os-', ''));
        const plan = { instanceId: first, offer: { flavour: '', zone: '', market: 'on-demand' as const } };
        const offers = { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 };
        const woken = await cloud.wake([{ ...plan, offers, meantFor: '', tags: { a: 'b' } }], () => true);
        const seen = await cloud.describe([second], now());
        const told = await consoles.latest(second);
        world.operator.zone('zone-a', 'disabled');
        const off = await cloud.launch(request('off', 1));
        const ended = await cloud.terminate([first, second], () => true);
        return (
          woken.taken.length === 1 &&
          seen.kind === 'known' &&
          told !== undefined &&
          off.kind === 'answered' &&
          off.refused[0]?.class === 'capacity' &&
          ended.taken.length === 2 &&
          world.keypairs.size === 0
        );
      };
      if (await done()) missing.push(`${rule.method} ${rule.path}`);
      await close();
    }
    // Only clearing away lists key pairs.
    expect(missing).toEqual(['GET /v2.1/os-keypairs']);
  });
});
