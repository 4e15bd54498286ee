import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instance } from '../../core/model/instance.ts';
import type { PlannedWake } from '../../core/model/wake.ts';
import type { CloudSubject } from './cloud-subject.ts';

const ALWAYS = () => true;
const NEVER = () => false;

export interface SleepSubject extends CloudSubject {
  /** The machine powers itself off, from inside. */
  powerOff(instanceId: string): void;
}

const planned = ({ instanceId, offer }: Instance, more: Partial<PlannedWake> = {}): PlannedWake => ({
  instanceId,
  offer,
  offers: { cpus: 2, memoryMb: 7800, diskMb: 90_000, gpus: 0 },
  meantFor: '1c,2000m,10000d,0g',
  ...more,
});

/** What the ticks rely on from whoever machines are had from, when these sleep and wake. */
export const sleepContract = (open: () => Promise<SleepSubject>): void => {
  describe('keeps the contract of a cloud whose machines sleep', () => {
    let opened: SleepSubject | undefined;
    const subject = (): SleepSubject => {
      if (opened === undefined) throw new Error('the cloud is not open');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const described = async (ids: readonly string[]) => {
      const shown = await subject().cloud.describe(ids, subject().now());
      if (shown.kind === 'unknown') throw new Error(shown.why);
      return shown.value;
    };
    const statesOf = async (ids: readonly string[]) => {
      const shown = new Map((await described(ids)).map((of) => [of.instanceId, of.state]));
      return ids.map((id) => shown.get(id));
    };
    /** So many machines that are asleep, as EC2 shows them. */
    const asleep = async (launchId: string, count: number) => {
      const { cloud, request, settle, powerOff } = subject();
      const outcome = await cloud.launch(request(launchId, count));
      await settle();
      const ids = outcome.kind === 'answered' ? outcome.launched.map(({ instanceId }) => instanceId) : [];
      const { taken, refused } = await cloud.letStop(ids, ALWAYS);
      expect({ taken: [...taken].sort(), refused }).toEqual({ taken: [...ids].sort(), refused: [] });
      for (const id of ids) powerOff(id);
      await settle();
      return described(ids);
    };
    const idsOf = (instances: readonly Instance[]) => instances.map(({ instanceId }) => instanceId);

    it('stops machines that power themselves off once they may, and says why they stand', async () => {
      for (const { state, reason } of await asleep('stops', 2)) {
        expect([state, reason?.code]).toEqual(['stopped', 'Client.InstanceInitiatedShutdown']);
      }
    });

    it('ends all others that power themselves off', async () => {
      const { cloud, request, settle, powerOff } = subject();
      const outcome = await cloud.launch(request('ends', 1));
      const ids = outcome.kind === 'answered' ? outcome.launched.map(({ instanceId }) => instanceId) : [];
      await settle();
      for (const id of ids) powerOff(id);
      await settle();
      expect(await statesOf(ids)).toEqual(['terminated']);
    });

    it('wakes those that sleep, which were launched when they were launched', async () => {
      const before = await asleep('wakes', 3);
      const wakes = before.map((of) => planned(of));
      const reply = await subject().cloud.wake(wakes, ALWAYS);
      expect({ ...reply, taken: [...reply.taken].sort() }).toEqual({
        taken: idsOf(before).sort(),
        refused: [],
        unasked: [],
      });
      await subject().settle();
      const bare = ({ instanceId, launchedAt, offer, tags }: Instance) => ({
        ...{ instanceId, launchedAt, offer, tags },
        state: 'running',
      });
      const after = await described(idsOf(before));
      expect(new Set(after)).toEqual(new Set(before.map(bare)));
    });

    it('does nothing to those that have power, and takes them', async () => {
      const before = await asleep('twice', 1);
      const wakes = before.map((of) => planned(of));
      await subject().cloud.wake(wakes, ALWAYS);
      await subject().settle();
      expect(await subject().cloud.wake(wakes, ALWAYS)).toEqual({
        taken: idsOf(before),
        refused: [],
        unasked: [],
      });
      expect(await statesOf(idsOf(before))).toEqual(['running']);
    });

    it('wakes one as another size, with other tags', async () => {
      const [before] = await asleep('resized', 1);
      if (before === undefined) throw new Error('nothing sleeps');
      const offer = { ...before.offer, flavour: before.offer.flavour.replace('.large', '.xlarge') };
      const wake = planned(before, { offer, isResized: true, tags: { 'aerie:promised': 'more' } });
      expect((await subject().cloud.wake([wake], ALWAYS)).taken).toEqual([before.instanceId]);
      const [after] = await described([before.instanceId]);
      expect(after?.offer).toEqual(offer);
      expect(after?.tags).toEqual({ ...before.tags, 'aerie:promised': 'more' });
    });

    it('refuses one that it does not know, or that runs and is to be resized, and wakes the others', async () => {
      const [first, second] = await asleep('some', 2);
      if (first === undefined || second === undefined) throw new Error('nothing sleeps');
      await subject().cloud.wake([planned(first)], ALWAYS);
      await subject().settle();
      const offer = { ...first.offer, flavour: first.offer.flavour.replace('.large', '.xlarge') };
      const nobody = planned({ ...first, instanceId: subject().unknownId });
      const resized = planned(first, { offer, isResized: true });
      const reply = await subject().cloud.wake([nobody, resized, planned(second)], ALWAYS);
      expect(reply.taken).toEqual([second.instanceId]);
      expect(new Set(reply.refused.map((of) => [of.instanceId, of.class, of.code].join(' ')))).toEqual(
        new Set([
          `${subject().unknownId} state InvalidInstanceID.NotFound`,
          `${first.instanceId} state IncorrectInstanceState`,
        ]),
      );
    });

    it('ends those that sleep', async () => {
      const ids = idsOf(await asleep('ended-asleep', 1));
      expect((await subject().cloud.terminate(ids, ALWAYS)).taken).toEqual(ids);
      await subject().settle();
      expect(['shutting-down', 'terminated']).toContain((await statesOf(ids))[0]);
    });

    it('begins nothing without time for it', async () => {
      const before = await asleep('no-time', 1);
      const wakes = before.map((of) => planned(of));
      expect(await subject().cloud.wake(wakes, NEVER)).toEqual({
        taken: [],
        refused: [],
        unasked: idsOf(before),
      });
      expect((await subject().cloud.letStop(idsOf(before), NEVER)).taken).toEqual([]);
      expect(await statesOf(idsOf(before))).toEqual(['stopped']);
    });
  });
};
