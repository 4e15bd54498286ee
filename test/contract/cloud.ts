import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Offer } from '../../core/model/flavours.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { LaunchOutcome, LaunchRequest } from '../../core/model/launch.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import { badRoads, STATUSES } from './cloud/bad-roads.ts';
import { openStackContract } from './cloud/openstack.ts';
import type { CloudSubject, Lack } from './cloud-subject.ts';

const ALWAYS = () => true;

const offersOf = ({ overrides, market }: LaunchRequest): readonly Offer[] =>
  overrides.map(({ flavour, zone }) => ({ flavour, zone, market }));

const launchedBy = (outcome: LaunchOutcome): readonly string[] =>
  outcome.kind === 'answered' ? outcome.launched.map(({ instanceId }) => instanceId) : [];

const shownIn = (shown: Snapshot<readonly Instance[]>): readonly Instance[] => {
  if (shown.kind === 'unknown') throw new Error(shown.why);
  return shown.value;
};

/** How much of the contract is asked: launches of how many machines, how many go over a bad road, and what that answers. */
interface Extent {
  readonly sizes: readonly number[];
  readonly tries: number;
  readonly statuses: readonly number[];
}

export const WHOLE: Extent = { sizes: [1, 3, 20, 200], tries: 200, statuses: STATUSES };

/** For a cloud that makes about one machine a second: some minutes instead of an hour. */
export const SHORT: Extent = { sizes: [1, 20], tries: 10, statuses: [401, 429, 503] };

/**
 * What core and the ticks rely on from whoever machines are had from, as tests. Each test has launches of its own, so that
 * all can be asked of one account.
 */
export const cloudContract = (
  open: () => Promise<CloudSubject>,
  lacks: readonly Lack[] = [],
  extent = WHOLE,
): void => {
  const unless = (lack: Lack, name: string, test: () => Promise<void>): void => {
    if (!lacks.includes(lack)) it(name, test);
  };
  describe('keeps the contract of a cloud', () => {
    let opened: CloudSubject | undefined;
    const subject = (): CloudSubject => {
      if (opened === undefined) throw new Error('the cloud is not open');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const launched = async (launchId: string, count: number) => {
      const { cloud, request, settle } = subject();
      const asked = request(launchId, count);
      const outcome = await cloud.launch(asked);
      await settle();
      return { asked, outcome, ids: launchedBy(outcome) };
    };
    const described = async (ids: readonly string[]) =>
      shownIn(await subject().cloud.describe(ids, subject().now()));
    const listed = async (tags: Readonly<Record<string, string>>) =>
      shownIn(await subject().cloud.list(tags, subject().now()));
    const ofLaunch = (launchId: string) => listed({ 'aerie:launch': launchId });

    it.each(extent.sizes)('launches %i, each of an offer that was asked for', async (count) => {
      const { cloud, request, settle, appear = settle } = subject();
      const asked = request(`whole.${count}`, count);
      const outcome = await cloud.launch(asked);
      const ids = launchedBy(outcome);
      await appear();
      expect(outcome).toMatchObject({ kind: 'answered', refused: [] });
      expect(new Set(ids).size).toBe(count);
      expect((await ofLaunch(`whole.${count}`)).map(({ instanceId }) => instanceId).sort()).toEqual(
        [...ids].sort(),
      );
      const given = outcome.kind === 'answered' ? outcome.launched : [];
      for (const { offer } of given) expect(offersOf(asked)).toContainEqual(offer);
      await subject().cloud.terminate(ids, ALWAYS);
    });

    unless('limit', 'launches what there is and says which offers it refuses', async () => {
      const { limit, request, cloud } = subject();
      const asked = request('partial', 8);
      const lift = await limit?.(offersOf(asked), 1);
      const outcome = await cloud.launch(asked);
      await lift?.();
      if (outcome.kind !== 'answered') throw new Error(outcome.why);
      expect(outcome.launched.length).toBeGreaterThan(0);
      expect(outcome.launched.length).toBeLessThan(8);
      expect(outcome.refused.map((of) => of.class)).toContain(subject().limitClass ?? 'capacity');
    });

    unless('token', 'launches nothing more for a token that comes again', async () => {
      const { asked, ids } = await launched('again', 2);
      const again = await subject().cloud.launch(asked);
      // The first answer once more, or that it is spent, or nothing at all: AWS documents none of them.
      expect([[...ids].sort(), []]).toContainEqual([...launchedBy(again)].sort());
      await subject().settle();
      expect((await ofLaunch('again')).map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
    });

    unless(
      'token',
      'refuses a token that comes again with other parameters, and launches nothing for it',
      async () => {
        const { asked } = await launched('other', 2);
        const again = await subject().cloud.launch({ ...asked, count: 3 });
        expect(['mismatched', 'spent']).toContain(again.kind);
        await subject().settle();
        expect(await ofLaunch('other')).toHaveLength(2);
      },
    );

    it('describes those that it knows, and leaves out the others', async () => {
      const { ids, outcome } = await launched('described', 1);
      const [instance, ...others] = await described([subject().unknownId, ...ids]);
      expect(others).toEqual([]);
      const given = outcome.kind === 'answered' ? outcome.launched[0] : undefined;
      expect(instance).toMatchObject({ instanceId: ids[0], offer: given?.offer });
      expect(['pending', 'running']).toContain(instance?.state);
      expect(instance).not.toHaveProperty('reason');
      expect(Math.abs(subject().now() - (instance?.launchedAt ?? 0))).toBeLessThan(600);
    });

    it('lists those with all of the tags, which are those of the launch', async () => {
      const { asked, ids } = await launched('listed', 2);
      await launched('listed-not', 1);
      const found = await listed({ 'aerie:fleet': asked.fleet, 'aerie:launch': 'listed' });
      expect(found.map(({ instanceId }) => instanceId).sort()).toEqual([...ids].sort());
      for (const { tags } of found) expect(tags).toMatchObject(asked.tags);
      expect(await listed({ 'aerie:fleet': 'nobody', 'aerie:launch': 'listed' })).toEqual([]);
    });

    it('ends what it is asked to', async () => {
      const { ids } = await launched('gone', 2);
      const { taken, refused, unanswered } = await subject().cloud.terminate(ids, ALWAYS);
      expect({ taken: [...taken].sort(), refused, unanswered }).toEqual({
        taken: [...ids].sort(),
        refused: [],
      });
      await subject().settle();
      const left = [...(await ofLaunch('gone')), ...(await described(ids))];
      for (const { state } of left) expect(['shutting-down', 'terminated']).toContain(state);
    });

    unless('ended ones', 'shows what has ended for a while, with the reason', async () => {
      const { ids } = await launched('ended', 2);
      await subject().cloud.terminate(ids, ALWAYS);
      await subject().settle();
      for (const { state, reason } of await ofLaunch('ended')) {
        expect(['shutting-down', 'terminated']).toContain(state);
        expect(reason?.code).toBe('Client.UserInitiatedShutdown');
      }
      expect(await ofLaunch('ended')).toHaveLength(2);
    });

    unless('refused end', 'ends the others where it refuses one', async () => {
      const { refuseEnd, cloud } = subject();
      const { ids } = await launched('refused', 3);
      const [kept = '', ...others] = ids;
      const lift = await refuseEnd?.(kept);
      const { taken, refused } = await cloud.terminate(ids, ALWAYS);
      await lift?.();
      expect([...taken].sort()).toEqual(others.sort());
      expect(refused).toMatchObject([{ instanceId: kept }]);
    });

    it('ends the others where it does not know one, which is no refusal', async () => {
      const { ids } = await launched('unknown', 1);
      const { taken, refused } = await subject().cloud.terminate([subject().unknownId, ...ids], ALWAYS);
      expect({ taken, refused }).toEqual({ taken: ids, refused: [] });
    });

    it('begins no order to end without time for it', async () => {
      const { ids } = await launched('no-time', 1);
      expect((await subject().cloud.terminate(ids, () => false)).taken).toEqual([]);
      const [instance] = await described(ids);
      expect(['pending', 'running']).toContain(instance?.state);
    });

    if (!lacks.includes('proxy')) badRoads(subject, extent);
    if (!lacks.includes('openstack')) openStackContract(subject);
  });
};
