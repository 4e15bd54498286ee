import { describe, expect, it } from 'vitest';
import type { Instance } from '../../core/model/instance.ts';
import type { LaunchOutcome, LetStopReply } from '../../core/model/launch.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { Cloud } from '../../core/ports.ts';
import { routedCloud, routedConsoles } from '../../runtime/connect/route-clouds.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import {
  fleet,
  inLedger,
  inPool,
  JOINED,
  NOW,
  openLaunch,
  pilots,
  poolView,
  queue,
  STAGE,
} from '../core/worlds.ts';
import { sides } from './audit-sides.ts';
import { memoryEc2 } from './memory-ec2.ts';
import { outside } from './ports.ts';

const ID = 'os-00000000-0000-4000-8000-000000000001';
const OTHER_ID = 'os-00000000-0000-4000-8000-000000000002';
const EC2_ID = 'i-0000000000000000a';
const OFFER = { flavour: 'g1.small', zone: 'nova', market: 'on-demand' } as const;
const TAGS = { 'aerie:stage': STAGE.stage, 'aerie:cloud': 'site', 'aerie:fleet': 'site' };
const CLOUDS = { site: { imageId: 'image-1', placements: [{ subnetId: 'net-1', zone: 'nova' }] } };
const KNOBS = { cloud: 'site', flavours: 'g1.small(2c,8192m)' };

const server = (more: Partial<Instance> = {}): Instance => ({
  ...{ instanceId: ID, state: 'running', launchedAt: NOW - 3_000, offer: OFFER, tags: TAGS },
  ...more,
});

/** An OpenStack in memory: what it shows, and what it was asked. */
const site = (instances: readonly Instance[] = []) => {
  const there = new Map(instances.map((of) => [of.instanceId, of]));
  const asked: string[] = [];
  const state: { why: string | undefined } = { why: undefined };
  const answer = (found: readonly Instance[]) =>
    state.why === undefined ? known(found, NOW) : unknown(state.why);
  const cloud: Cloud = {
    async launch(request): Promise<LaunchOutcome> {
      asked.push(`launch ${request.count}`);
      const offer = { flavour: request.overrides[0]?.flavour ?? '', zone: 'nova', market: request.market };
      there.set(OTHER_ID, server({ instanceId: OTHER_ID, tags: request.tags, launchedAt: NOW }));
      return { kind: 'answered', launched: [{ instanceId: OTHER_ID, offer }], refused: [] };
    },
    async terminate(ids) {
      asked.push(`end ${ids.join(' ')}`);
      for (const id of ids) there.delete(id);
      return { taken: ids, refused: [] };
    },
    async wake(wakes) {
      asked.push('wake');
      return { taken: wakes.map(({ instanceId }) => instanceId), refused: [], unasked: [] };
    },
    letStop: async (ids) => ({ taken: ids, refused: [] }),
    describe: async (ids) => {
      asked.push('look');
      return answer([...there.values()].filter(({ instanceId }) => ids.includes(instanceId)));
    },
    list: async (tags) => {
      asked.push('list');
      const has = (of: Instance) => Object.entries(tags).every(([key, value]) => of.tags[key] === value);
      return answer([...there.values()].filter(has));
    },
  };
  const consoles = { latest: async () => 'nova said', kept: async () => undefined };
  return { name: 'site', cloud, consoles, there, asked, state };
};

type Given = Pick<Parameters<typeof outside>[0], 'ledger' | 'view'>;

/** A stage with the fleet `default` on EC2 and the fleet `site` on the other cloud, jobs waiting for both. */
const world = (nova: ReturnType<typeof site>, { ledger, view }: Given = {}) => {
  const waiting = (name: string, of: string) => ({ ...pilots({ idle: 2, fleet: of }), queue: name });
  const out = outside({
    queues: [queue({ fleet: 'default' }, 'A'), queue({ fleet: 'site' }, 'B')],
    fleets: [fleet({ flavours: 'm6i.large' }), fleet(KNOBS, 'site')],
    jobs: {
      A: { SCORE: { managed: { activated: 2 } } },
      B: { SCORE: { managed: { activated: 2 } } },
    },
    view: view ?? poolView([waiting('A', 'default'), waiting('B', 'site')]),
    ...(ledger === undefined ? {} : { ledger }),
  });
  const cloud = routedCloud(out.ports.cloud, nova);
  const ports = { ...out.ports, cloud, stage: { ...STAGE, clouds: CLOUDS } };
  return { ...out, tick: workersTick(ports) };
};

const quiet = poolView([]);
const workersOf = async (out: ReturnType<typeof world>) => (await out.ports.ledger.view()).workers;
const launchOnSite = () => {
  const launch = openLaunch(1);
  return { ...launch, request: { ...launch.request, launchId: 'site.1.0', fleet: 'site', tags: TAGS } };
};

describe('a tick of fleets on two clouds', () => {
  it('launches each where its fleet is', async () => {
    const nova = site();
    const out = world(nova);
    await out.tick(NOW);
    expect(nova.asked).toContain('launch 1');
    expect(out.ec2.instances.size).toBe(1);
    expect([...nova.there.values()][0]?.tags).toMatchObject(TAGS);
  });

  it('lets a cloud forget a launch once the ledger has what it made, and not before', async () => {
    const nova = site();
    const inLedgerThen: boolean[] = [];
    const forgetLaunch = async () => {
      inLedgerThen.push((await workersOf(out)).some(({ instanceId }) => instanceId === OTHER_ID));
    };
    const out = world({ ...nova, cloud: { ...nova.cloud, forgetLaunch } });
    await out.tick(NOW);
    expect(inLedgerThen).toEqual([true]);
  });

  it('holds the fleets of a cloud that does not say what it has, asks nothing of it, and goes on with EC2', async () => {
    const nova = site([server()]);
    nova.state.why = 'Nova answered 503';
    const lost = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER });
    const out = world(nova, { ledger: { workers: [lost], launches: [launchOnSite()] } });
    const decisions = await out.tick(NOW);
    expect(nova.asked).toEqual(['list']);
    expect(out.ec2.instances.size).toBe(1);
    expect(decisions).toMatchObject([
      { fleet: 'default', kind: 'act' },
      { fleet: 'site', kind: 'hold', why: [{ kind: 'cloud-unknown', words: 'Nova answered 503' }] },
    ]);
    await out.tick(NOW + 20);
    expect(nova.asked).toEqual(['list']);
    await out.tick(NOW + 60);
    expect(nova.asked).toEqual(['list', 'list']);
  });

  it('ends a server that has switched itself off in the next tick, where nothing says what its sleep is worth', async () => {
    const nova = site([server({ state: 'stopped' })]);
    const template = { ...STAGE.template, id: `${STAGE.template.id}@site`, imageId: 'image-1' };
    const record = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER, template });
    const out = world(nova, { ledger: { workers: [record] }, view: quiet });
    await out.tick(NOW);
    expect(await workersOf(out)).toMatchObject([{ state: { kind: 'asleep', since: NOW } }]);
    expect(nova.asked).not.toContain(`end ${ID}`);
    await out.tick(NOW + 20);
    expect(await workersOf(out)).toMatchObject([
      { state: { kind: 'retiring', asleepSince: NOW, cause: { kind: 'asleep-too-long' } } },
    ]);
    expect(nova.asked).toContain(`end ${ID}`);
  });

  it('does not wait for a collector that has just started to hear of a server that has no power', async () => {
    const nova = site([server({ state: 'stopped' })]);
    const record = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER });
    const out = world(nova, {
      ledger: { workers: [record] },
      view: poolView([], [], { collectorStartedAt: NOW - 120 }),
    });
    expect(await out.tick(NOW)).not.toMatchObject([
      { kind: 'hold', why: [{ kind: 'collector-young' }] },
      { kind: 'hold' },
    ]);
    expect(nova.asked).toContain(`end ${ID}`);
    nova.there.set(OTHER_ID, server({ instanceId: OTHER_ID }));
    const unheard = inLedger(OTHER_ID, JOINED, { fleet: 'site', offer: OFFER });
    const still = world(nova, {
      ledger: { workers: [unheard] },
      view: poolView([], [], { collectorStartedAt: NOW - 120 }),
    });
    expect(await still.tick(NOW)).toMatchObject([
      { kind: 'hold', why: [{ kind: 'collector-young', absentWorkers: 1 }] },
      { kind: 'hold', why: [{ kind: 'collector-young', absentWorkers: 1 }] },
    ]);
  });

  it('lets go of a server that is gone, and of no other', async () => {
    const nova = site([server()]);
    const gone = inLedger(OTHER_ID, JOINED, { fleet: 'site', offer: OFFER });
    const there = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER });
    const view = poolView([], [inPool(ID, { fleet: 'site' }), inPool(OTHER_ID, { fleet: 'site' })]);
    const out = world(nova, { ledger: { workers: [gone, there] }, view });
    await out.tick(NOW);
    expect((await workersOf(out)).map(({ instanceId }) => instanceId)).toEqual([ID]);
  });

  it('ends what was accepted and then refused, leaves its offer alone, and counts no failed boot', async () => {
    const refused = { code: 'Nova.500', message: 'No valid host was found. ' };
    const nova = site([server({ state: 'failed', reason: refused, refusedFor: 'capacity' })]);
    const booting = inLedger(ID, { kind: 'booting' }, { fleet: 'site', offer: OFFER, launchedAt: NOW - 60 });
    const out = world(nova, { ledger: { workers: [booting] } });
    await out.tick(NOW);
    expect(nova.asked).toContain(`end ${ID}`);
    expect(nova.asked).not.toContain('launch 1');
    const view = await out.ports.ledger.view();
    expect(view.workers.filter(({ fleet: of }) => of === 'site')).toEqual([]);
    expect(view.cooling).toMatchObject([
      { offer: OFFER, class: 'capacity', why: 'No valid host was found.' },
    ]);
    expect(view.boots ?? []).toEqual([]);
  });

  const BROKEN = { state: 'failed', reason: { code: 'Nova.500', message: 'The host is gone.' } } as const;

  it('ends a server that has broken at once, whatever its worker was, and forgets its ad', async () => {
    const nova = site([server(BROKEN)]);
    const joined = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER });
    const view = poolView([], [inPool(ID, { fleet: 'site' })]);
    const out = world(nova, { ledger: { workers: [joined] }, view });
    await out.tick(NOW);
    expect(nova.asked).toContain(`end ${ID}`);
    expect([...out.pool.forgotten]).toEqual([ID]);
    expect((await workersOf(out)).filter(({ fleet: of }) => of === 'site')).toEqual([]);
  });

  it('counts a boot that its cloud has broken off, with the reason that it gives', async () => {
    const nova = site([server({ ...BROKEN, launchedAt: NOW - 60 })]);
    const booting = inLedger(ID, { kind: 'booting' }, { fleet: 'site', offer: OFFER, launchedAt: NOW - 60 });
    const out = world(nova, { ledger: { workers: [booting] }, view: quiet });
    await out.tick(NOW);
    const { workers, boots = [], cooling } = await out.ports.ledger.view();
    expect(workers.filter(({ fleet: of }) => of === 'site')).toEqual([]);
    expect(cooling).toEqual([]);
    expect(boots.flatMap((of) => of.boots)).toContainEqual(
      expect.objectContaining({ instanceId: ID, joined: false }),
    );
    expect(out.book.all().consoles).toMatchObject([[ID, { reason: BROKEN.reason }]]);
  });

  it.each([
    ['accepted and then refused', { state: 'failed', refusedFor: 'capacity' } as const],
    ['broken', BROKEN],
  ])(
    'asks for the end of one that was %s each ten minutes while its cloud will not end it',
    async (_, failed) => {
      const nova = site([server({ ...failed, launchedAt: NOW - 60 })]);
      const terminate: Cloud['terminate'] = async (ids) => {
        nova.asked.push(`end ${ids.join(' ')}`);
        return {
          taken: [],
          refused: ids.map((instanceId) => ({ instanceId, code: 'conflictingRequest', why: 'is locked' })),
        };
      };
      const booting = inLedger(
        ID,
        { kind: 'booting' },
        { fleet: 'site', offer: OFFER, launchedAt: NOW - 60 },
      );
      const out = world(
        { ...nova, cloud: { ...nova.cloud, terminate } },
        { ledger: { workers: [booting] }, view: quiet },
      );
      const ends = () => nova.asked.filter((of) => of === `end ${ID}`).length;
      for (const after of [0, 20, 300, 580]) await out.tick(NOW + after);
      expect(ends()).toBe(1);
      const { workers, cooling } = await out.ports.ledger.view();
      expect(workers).toMatchObject([{ instanceId: ID, endRefused: { at: NOW, why: 'is locked' } }]);
      // What is left alone for a while is not left alone for as long as the cloud will not end it.
      expect(cooling.every(({ until }) => until <= NOW + 300)).toBe(true);
      await out.tick(NOW + 620);
      expect(ends()).toBe(2);
    },
  );

  it('ends no server that has broken and that somebody protects, and none that is not in error any more', async () => {
    const joined = inLedger(ID, JOINED, { fleet: 'site', offer: OFFER });
    const guarded = site([server({ ...BROKEN, tags: { ...TAGS, 'aerie:protected': 'yes' } })]);
    const out = world(guarded, { ledger: { workers: [joined] }, view: quiet });
    await out.tick(NOW);
    const mended = site([server(BROKEN)]);
    const describe: Cloud['describe'] = async () => known([server()], NOW);
    const other = world(
      { ...mended, cloud: { ...mended.cloud, describe } },
      { ledger: { workers: [joined] }, view: quiet },
    );
    await other.tick(NOW);
    for (const { asked } of [guarded, mended]) expect(asked).not.toContain(`end ${ID}`);
  });
});

describe('the clouds of a stage as one', () => {
  const { cloud: ec2 } = memoryEc2({}, [server({ instanceId: EC2_ID, tags: {} })]);

  it('look machines up where their ids say', async () => {
    const found = await routedCloud(ec2, site([server()])).describe([EC2_ID, ID], NOW);
    expect(found.kind === 'known' && found.value.map(({ instanceId }) => instanceId)).toEqual([EC2_ID, ID]);
  });

  it('list what is where the tags say', async () => {
    const all = routedCloud(ec2, site([server()]));
    expect(await all.list({}, NOW)).toMatchObject({ value: [{ instanceId: EC2_ID }] });
    expect(await all.list({ 'aerie:cloud': 'site' }, NOW)).toMatchObject({ value: [{ instanceId: ID }] });
    expect(await all.list({ 'aerie:cloud': 'away' }, NOW)).toEqual({
      kind: 'unknown',
      why: 'the stage has no cloud away',
    });
  });

  it('take what one of them refuses to show for a doubt about that one', async () => {
    const nova = site();
    const refuses = async () => {
      throw new Error('Nova answered 403: not you');
    };
    const all = routedCloud(ec2, { ...nova, cloud: { ...nova.cloud, list: refuses, describe: refuses } });
    const doubt = { kind: 'unknown', why: 'Nova answered 403: not you' };
    expect(await all.list({ 'aerie:cloud': 'site' }, NOW)).toEqual(doubt);
    expect(await all.describe([ID], NOW)).toEqual(doubt);
    expect(await all.describe([EC2_ID], NOW)).toMatchObject({ kind: 'known' });
  });

  it('do not take a machine for ended whose cloud the stage has lost, and launch nothing there', async () => {
    const alone = routedCloud(ec2, undefined);
    expect(await alone.describe([ID], NOW)).toMatchObject({ kind: 'unknown' });
    expect(await alone.terminate([ID], () => true)).toEqual({ taken: [], refused: [] });
    expect(await alone.launch({ ...openLaunch(1).request, tags: TAGS })).toMatchObject({
      kind: 'rejected',
      why: expect.stringContaining('the stage has no cloud site any more'),
    });
  });

  it('say of an order to let workers stop which may have been taken, each cloud of its own', async () => {
    const nova = site([server()]);
    const stops = (reply: LetStopReply) =>
      routedCloud(ec2, { ...nova, cloud: { ...nova.cloud, letStop: async () => reply } });
    const silent = { taken: [], refused: [], unanswered: 'TimeoutError' };
    const both = [EC2_ID, ID];
    expect(await stops(silent).letStop(both, () => true)).toMatchObject({ taken: [EC2_ID], unclear: [ID] });
    expect(await stops({ ...silent, unclear: [] }).letStop(both, () => true)).toEqual({
      ...{ taken: [EC2_ID], refused: [], unanswered: 'site: TimeoutError' },
    });
  });

  const both = [EC2_ID, ID];
  const plan = (instanceId: string) => ({
    ...{ instanceId, offer: OFFER, offers: { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 }, meantFor: '1c' },
  });
  const ALWAYS = () => true;
  const replying = (reply: object, own: object = { taken: [EC2_ID], refused: [], unasked: [] }) => {
    const answers = (of: object) => ({
      wake: async () => of,
      terminate: async () => of,
      letStop: async () => of,
    });
    const nova = site();
    const other = { ...nova, cloud: { ...nova.cloud, ...answers(reply) } as Cloud };
    return routedCloud({ ...ec2, ...answers(own) } as Cloud, other);
  };
  const SAID = { code: 'Slow', why: 'Slow: no' };
  const REFUSED = { instanceId: ID, class: 'state', code: 'No', why: 'No: no' };
  const asEnd = { taken: [EC2_ID], refused: [REFUSED] };

  it.each(['wake', 'terminate', 'letStop'] as const)('give an order to %s to each, as one', async (order) => {
    const given = (all: Cloud) =>
      order === 'wake' ? all.wake(both.map(plan), ALWAYS) : all[order](both, ALWAYS);
    const own = order === 'wake' ? { unasked: [ID] } : {};
    const quiet = { taken: [], refused: [REFUSED], unasked: [ID] };
    expect(await given(replying(quiet))).toStrictEqual({ ...asEnd, ...own });
    const unclear = order === 'letStop' ? { unclear: [ID] } : {};
    expect(await given(replying({ ...quiet, unanswered: 'out', unheard: SAID }))).toStrictEqual({
      ...{ ...asEnd, ...own, ...unclear, unanswered: 'site: out', unheard: SAID },
    });
    expect(await given(replying({ ...quiet, throttled: SAID }))).toStrictEqual({
      ...{ ...asEnd, ...own, ...(order === 'wake' ? { throttled: SAID } : {}) },
    });
    const silent = { taken: [], refused: [], unasked: [], unanswered: 'out', unclear: [EC2_ID] };
    expect(await given(replying({ taken: [], refused: [], unasked: [] }, silent))).toMatchObject({
      unanswered: 'out',
    });
  });

  it('let the cloud of a launch forget it, and no other', async () => {
    const asked: string[] = [];
    const forgets = (name: string) => async () => void asked.push(name);
    const nova = site();
    const all = routedCloud(
      { ...ec2, forgetLaunch: forgets('ec2') },
      { ...nova, cloud: { ...nova.cloud, forgetLaunch: forgets('site') } },
    );
    const { request } = openLaunch(1);
    for (const tags of [{}, TAGS, { ...TAGS, 'aerie:cloud': 'away' }])
      await all.forgetLaunch?.({ ...request, tags });
    expect(asked).toEqual(['ec2', 'site']);
    // One that keeps nothing has nothing to forget.
    await routedCloud(ec2, nova).forgetLaunch?.({ ...request, tags: TAGS });
  });

  it('launch where the tags say', async () => {
    const nova = site();
    const asked: string[] = [];
    const launch: Cloud['launch'] = async ({ launchId }) => {
      asked.push(launchId);
      return { kind: 'answered', launched: [], refused: [] };
    };
    const all = routedCloud({ ...ec2, launch }, nova);
    await all.launch({ ...openLaunch(1).request, launchId: 'own', tags: {} });
    await all.launch({ ...openLaunch(1).request, launchId: 'other', tags: TAGS });
    expect([asked, nova.asked]).toEqual([['own'], ['launch 1']]);
  });

  it('look at no machine but their own, and are known where there is none', async () => {
    const nova = site([server()]);
    const looks: (readonly string[])[] = [];
    const describe: Cloud['describe'] = async (ids, now) => {
      looks.push(ids);
      return known([], now);
    };
    const all = routedCloud({ ...ec2, describe }, nova);
    expect(await all.describe([], NOW)).toEqual(known([], NOW));
    expect(await all.describe([ID], NOW)).toMatchObject({ value: [{ instanceId: ID }] });
    expect(looks).toEqual([]);
    nova.state.why = 'away';
    expect(await all.describe(both, NOW)).toEqual(unknown('away'));
    expect(looks).toEqual([[EC2_ID]]);
  });

  it('throw what EC2 refuses to show: it stops the tick', async () => {
    const refuses = () => Promise.reject(new Error('UnauthorizedOperation'));
    const all = routedCloud({ ...ec2, describe: refuses, list: refuses }, site());
    await expect(all.describe([EC2_ID], NOW)).rejects.toThrow('UnauthorizedOperation');
    await expect(all.list({}, NOW)).rejects.toThrow('UnauthorizedOperation');
  });

  it('hear each console where its machine is', async () => {
    const own = { latest: async () => 'ec2 said', kept: async () => 'ec2 kept' };
    const consoles = routedConsoles(own, site());
    expect(await consoles.kept(EC2_ID)).toBe('ec2 kept');
    expect(await routedConsoles(own, undefined).latest(ID)).toBeUndefined();
    expect(await consoles.latest(EC2_ID)).toBe('ec2 said');
    expect(await consoles.latest(ID)).toBe('nova said');
    expect(await routedConsoles(own, undefined).kept(ID)).toBeUndefined();
  });
});

describe('an audit of two clouds', () => {
  const lost = inLedger(OTHER_ID, JOINED, { fleet: 'site', offer: OFFER });
  const alsoLost = inLedger(EC2_ID, JOINED);
  const audited = async (nova: ReturnType<typeof site> | undefined) => {
    const { run, ports } = sides({ ledger: { workers: [lost, alsoLost] } });
    const cloud = routedCloud(ports.cloud, nova);
    const stage = nova === undefined ? STAGE : { ...STAGE, clouds: CLOUDS };
    const report = await run(NOW, { cloud, stage });
    return report.kind === 'looked' ? report.findings.map(({ name, subject }) => `${name} ${subject}`) : [];
  };

  it('finds what is on either and not in the ledger, and the other way round', async () => {
    expect((await audited(site([server()]))).sort()).toEqual([
      `lost-worker ${EC2_ID}`,
      `lost-worker ${OTHER_ID}`,
      `unknown-instance ${ID}`,
    ]);
  });

  it('says nothing of a cloud that does not answer, and goes on with EC2', async () => {
    const away = site([server()]);
    away.state.why = 'Nova answered 503';
    expect(await audited(away)).toEqual([`lost-worker ${EC2_ID}`]);
  });

  it('takes no machine for lost whose cloud the stage has lost', async () => {
    expect(await audited(undefined)).toEqual([`lost-worker ${EC2_ID}`]);
  });
});
