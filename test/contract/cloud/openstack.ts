import { afterEach, describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import type { Launched, LaunchOutcome } from '../../../core/model/launch.ts';
import type { Snapshot } from '../../../core/model/snapshot.ts';
import type { Cloud } from '../../../core/ports.ts';
import type { CloudSubject, OpenStackHands } from '../cloud-subject.ts';
import type { OnItsWay, Road } from './proxy.ts';

const ALWAYS = () => true;

const launchedBy = (outcome: LaunchOutcome): readonly Launched[] =>
  outcome.kind === 'answered' ? outcome.launched : [];

const shownIn = (shown: Snapshot<readonly Instance[]>): readonly Instance[] => {
  if (shown.kind === 'unknown') throw new Error(shown.why);
  return shown.value;
};

const isCreation = ({ method, path }: OnItsWay): boolean => method === 'POST' && path.endsWith('/servers');

/** Room for every launch of these tests, and no more than a lab can make. */
const ROOM = 260;

/** What is OpenStack's own: the same of a real one and of its stand-in. */
export const openStackContract = (subject: () => CloudSubject): void => {
  describe('of OpenStack', () => {
    const hands = (): OpenStackHands => {
      const { hands: given } = subject();
      if (given === undefined) throw new Error('nobody operates this cloud');
      return given;
    };
    const road = (): Road => {
      const { proxy: given } = subject();
      if (given === undefined) throw new Error('there is no proxy on the road to this cloud');
      return given;
    };
    afterEach(async () => {
      road().calm();
      await hands().quota(ROOM);
    });

    const launched = async (launchId: string, count: number) => {
      const { cloud, request, settle } = subject();
      const asked = request(launchId, count);
      const outcome = await cloud.launch(asked);
      // As a tick does that has written down what a launch came to.
      if (outcome.kind === 'answered') await cloud.forgetLaunch?.(asked);
      await settle();
      return { outcome, ids: launchedBy(outcome).map(({ instanceId }) => instanceId) };
    };
    const one = async (launchId: string): Promise<string> => {
      const { outcome, ids } = await launched(launchId, 1);
      const [id] = ids;
      if (id === undefined) throw new Error(`nothing was launched: ${JSON.stringify(outcome)}`);
      return id;
    };
    const stateOf = async (id: string) =>
      shownIn(await subject().cloud.describe([id], subject().now()))[0]?.state;
    const ofLaunch = async (launchId: string) =>
      shownIn(await subject().cloud.list({ 'aerie:launch': launchId }, subject().now()));
    const end = async (ids: readonly string[]) => {
      await subject().cloud.terminate(ids, ALWAYS);
      await subject().settle();
    };

    it('launches what the quota has room for, and says that there is no more', async () => {
      await subject().settle();
      const { servers } = await hands().left();
      await hands().quota(servers + 3);
      const { outcome, ids } = await launched('quota', 5);
      expect(outcome).toMatchObject({ kind: 'answered', refused: [{ class: 'quota' }, { class: 'quota' }] });
      expect(ids).toHaveLength(3);
      expect((await ofLaunch('quota')).map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
      const none = await launched('quota.none', 1);
      expect(none.outcome).toMatchObject({ kind: 'answered', launched: [] });
      await end(ids);
    });

    it('shows servers that no host has room for as failed for want of capacity, and ends them', async () => {
      const { cloud, request, settle, now } = subject();
      const asked = request('no-room', 2);
      const [place] = asked.overrides;
      if (place === undefined) throw new Error('the request has no offer');
      const overrides = [{ ...place, ...hands().noRoom }];
      const outcome = await cloud.launch({ ...asked, overrides });
      expect(launchedBy(outcome)).toHaveLength(2);
      await settle();
      const ids = launchedBy(outcome).map(({ instanceId }) => instanceId);
      const offer = { ...hands().noRoom, market: 'on-demand' };
      for (const instance of shownIn(await cloud.describe(ids, now())))
        expect(instance).toMatchObject({ state: 'failed', refusedFor: 'capacity', offer });
      expect([...(await cloud.terminate(ids, ALWAYS)).taken].sort()).toEqual([...ids].sort());
      await settle();
      expect(shownIn(await cloud.describe(ids, now()))).toEqual([]);
    });

    it('finds no capacity in a zone that is off, and a fault in one that is not there', async () => {
      const { cloud, request } = subject();
      const asked = request('zone-off', 1);
      const overrides = asked.overrides.slice(0, 1).flatMap((place) => [
        { ...place, zone: hands().offZone },
        { ...place, zone: 'nowhere' },
      ]);
      await hands().zone(hands().offZone, 'disabled');
      const outcome = await cloud.launch({ ...asked, overrides });
      await hands().zone(hands().offZone, 'enabled');
      expect(outcome).toMatchObject({
        kind: 'answered',
        launched: [],
        refused: [{ class: 'capacity' }, { class: 'configuration' }],
      });
    });

    it('refuses what cannot be asked for: a flavour, an image, a network that is not there, and spot', async () => {
      const { cloud, request } = subject();
      const asked = request('wrong', 1);
      const [place] = asked.overrides;
      if (place === undefined) throw new Error('the request has no offer');
      const nothing = '00000000-0000-4000-8000-000000000000';
      const wrong = [
        { ...place, flavour: 'g9.none' },
        { ...place, imageId: nothing },
        { ...place, subnetId: nothing },
      ];
      expect(await cloud.launch({ ...asked, overrides: wrong })).toMatchObject({
        kind: 'answered',
        launched: [],
        refused: [{ class: 'unsupported' }, { class: 'configuration' }, { class: 'configuration' }],
      });
      expect(await cloud.launch({ ...asked, market: 'spot' })).toMatchObject({
        launched: [],
        refused: asked.overrides.map(() => ({ class: 'unsupported' })),
      });
      expect(await ofLaunch('wrong')).toEqual([]);
    });

    it('refuses a request that comes late: its launch is over, and no later ask brings it about', async () => {
      const { anew, request } = subject();
      const asked = request('late', 2);
      const cloud = anew();
      road().fates((of) => ({ kind: isCreation(of) ? 'late' : 'pass' }));
      expect((await cloud.launch(asked)).kind).toBe('unclear');
      road().calm();
      expect((await cloud.launch(asked)).kind).toBe('spent');
      expect(await road().arrive()).toEqual([400]);
      await subject().settle();
      expect(await ofLaunch('late')).toEqual([]);
      expect((await cloud.launch(asked)).kind).toBe('spent');
    });

    it('launches once though a request comes late in the middle of a second ask', async () => {
      const { anew, request } = subject();
      const asked = request('middle', 2);
      const cloud = anew();
      // As if whoever asked had been ended before it could give its key pair back.
      road().fates((of) => ({ kind: isCreation(of) ? 'late' : of.method === 'DELETE' ? 'lost' : 'pass' }));
      expect((await cloud.launch(asked)).kind).toBe('unclear');
      const arrived: number[] = [];
      road().fates(async ({ method }) => {
        if (method === 'DELETE') arrived.push(...(await road().arrive()));
        return { kind: 'pass' };
      });
      expect((await cloud.launch(asked)).kind).toBe('spent');
      road().calm();
      // The key pair was still there: it is carried out, and what it made is found.
      expect(arrived).toEqual([202]);
      await subject().settle();
      const there = (await ofLaunch('middle')).map(({ instanceId }) => instanceId);
      expect(there).toHaveLength(2);
      expect((await cloud.launch(asked)).kind).toBe('spent');
      await end(there);
    });

    it('lets one of two who ask for the same launch at once have it', async () => {
      const { anew, request } = subject();
      const asked = request('race', 2);
      const outcomes = await Promise.all([anew().launch(asked), anew().launch(asked), anew().launch(asked)]);
      await subject().settle();
      const ids = outcomes.flatMap(launchedBy).map(({ instanceId }) => instanceId);
      const there = (await ofLaunch('race')).map(({ instanceId }) => instanceId);
      expect(there.length).toBeLessThanOrEqual(2);
      expect(there).toEqual(expect.arrayContaining(ids));
      await end(there);
    });

    it('keeps no key pair of a launch whose outcome is clear', async () => {
      const before = await hands().left();
      await end((await launched('tidy', 1)).ids);
      expect((await hands().left()).keypairs).toBe(before.keypairs);
    });

    /** Takes back the next token that a cloud shows to Nova, before Nova has it. */
    const revokeNext = () => {
      const revoked: string[] = [];
      road().fates(async ({ headers }) => {
        const token = headers['x-auth-token'];
        if (typeof token === 'string' && revoked.length === 0) {
          revoked.push(token);
          await hands().revoke(token);
        }
        return { kind: 'pass' };
      });
      return revoked;
    };
    const look = async (cloud: Cloud): Promise<string> => {
      const seen = await cloud.list({ 'aerie:launch': 'revoked' }, subject().now());
      return seen.kind === 'known' ? 'known' : seen.why;
    };

    it('takes another token when the one that it has is taken back', async () => {
      const cloud = subject().anew();
      expect(await look(cloud)).toBe('known');
      expect(revokeNext()).toEqual([]);
      expect(await look(cloud)).toBe('known');
    });

    it('asks once where Nova does not take the token that Keystone has just given', async () => {
      const cloud = subject().anew();
      const revoked = revokeNext();
      expect(await look(cloud)).toMatch(/401/);
      expect(await look(cloud)).toBe('known');
      expect(revoked).toHaveLength(1);
    });

    it('lists the servers of three pages, and each of them once', async () => {
      const count = 2 * hands().pageSize + 1;
      const { ids } = await launched('pages', count);
      expect(ids).toHaveLength(count);
      expect((await ofLaunch('pages')).map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
      const seen = shownIn(await subject().cloud.describe(ids, subject().now()));
      expect(seen.map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
      await end(ids);
    });

    it('knows nothing while a cell is down, and nobody is gone for it', async () => {
      const id = await one('cell');
      const { cloud, now } = subject();
      await hands().cell('down');
      const looks = [await cloud.list({ 'aerie:launch': 'cell' }, now()), await cloud.describe([id], now())];
      const ended = await cloud.terminate([id], ALWAYS);
      await hands().cell('up');
      expect(looks).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
      expect(ended.refused).toEqual([]);
      await subject().settle();
      const left = shownIn(await cloud.describe([id], now())).map(({ instanceId }) => instanceId);
      // Nova may have taken the order all the same.
      expect(ended.taken.length > 0 ? [] : [id]).toEqual(left);
      await end(left);
    });

    it('takes the end of a server that has ended for no refusal', async () => {
      const id = await one('twice');
      const { cloud } = subject();
      expect(await cloud.terminate([id], ALWAYS)).toEqual({ taken: [id], refused: [] });
      await subject().settle();
      expect(await cloud.terminate([id], ALWAYS)).toEqual({ taken: [], refused: [] });
      expect(shownIn(await cloud.describe([id], subject().now()))).toEqual([]);
    });

    it('shows a machine that has switched itself off as stopped, and wakes it with what it promises then', async () => {
      const id = await one('asleep');
      const { cloud, now, settle } = subject();
      expect(await cloud.letStop([id], ALWAYS)).toEqual({ taken: [id], refused: [] });
      await hands().powerOff(id);
      await settle();
      const [asleep] = shownIn(await cloud.describe([id], now()));
      expect(asleep?.state).toBe('stopped');
      const planned = {
        instanceId: id,
        offer: asleep?.offer ?? { flavour: '', zone: '', market: 'on-demand' as const },
        offers: { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 },
        meantFor: '1c,1m,1d,0g',
        tags: { 'aerie:promised': 'another' },
      };
      expect(await cloud.wake([{ ...planned, isResized: true }], ALWAYS)).toMatchObject({
        taken: [],
        refused: [{ instanceId: id, class: 'unsupported' }],
        unasked: [],
      });
      expect(await cloud.wake([planned], () => false)).toMatchObject({ taken: [], unasked: [id] });
      expect(await cloud.wake([planned], ALWAYS)).toEqual({ taken: [id], refused: [], unasked: [] });
      await settle();
      const [awake] = shownIn(await cloud.describe([id], now()));
      expect(awake).toMatchObject({ state: 'running', tags: { 'aerie:promised': 'another' } });
      expect(await cloud.wake([planned], ALWAYS)).toEqual({ taken: [id], refused: [], unasked: [] });
      await end([id]);
      expect(await cloud.wake([planned], ALWAYS)).toMatchObject({ taken: [], refused: [{ class: 'state' }] });
    });

    it('gives what a server says on its console, and nothing of one that is not there', async () => {
      const id = await one('console');
      const { consoles, unknownId } = subject();
      expect(await consoles?.latest(id)).toContain('FAKE CONSOLE OUTPUT');
      expect(await consoles?.latest(unknownId)).toBeUndefined();
      await end([id]);
      expect(await consoles?.kept(id)).toBeUndefined();
    });

    it('says it where the cloud does not speak the version that is asked for', async () => {
      const { anew, request, now } = subject();
      road().fates(() => ({ kind: 'pass', headers: { 'openstack-api-version': 'compute 2.999' } }));
      const cloud = anew();
      expect(await cloud.launch(request('version', 1))).toMatchObject({
        kind: 'rejected',
        class: 'configuration',
        why: expect.stringContaining('2.999'),
      });
      await expect(cloud.list({ 'aerie:launch': 'version' }, now())).rejects.toThrow('2.999');
    });

    it('calls a server that is being made pending, and one that is there running', async () => {
      const { cloud, request, settle } = subject();
      const [made] = launchedBy(await cloud.launch(request('states', 1)));
      const id = made?.instanceId ?? '';
      expect(['pending', 'running']).toContain(await stateOf(id));
      await settle();
      expect(await stateOf(id)).toBe('running');
      await end([id]);
    });
  });
};
