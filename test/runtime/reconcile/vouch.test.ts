import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import { known, type Snapshot, unknown } from '../../../core/model/snapshot.ts';
import { voucher } from '../../../runtime/reconcile/vouch.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import {
  inEc2,
  inLedger,
  inPool,
  JOINED,
  NOW,
  pilots,
  poolView,
  STAGE,
  stageSettings,
  workerWorld,
} from '../../core/worlds.ts';
import { outside } from '../ports.ts';

const KNOWN = 'i-00000001';
const STRANGER = 'i-00000002';

/** EC2 with these instances; `calls`: what it was asked for, each time. */
const ec2 = (instances: readonly Instance[], answers: () => boolean = () => true) => {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    async describe(ids: readonly string[], now: number): Promise<Snapshot<readonly Instance[]>> {
      calls.push(ids);
      if (!answers()) return unknown('RequestLimitExceeded');
      return known(
        instances.filter(({ instanceId }) => ids.includes(instanceId)),
        now,
      );
    },
  };
};

const { ledger } = workerWorld({ workers: [inLedger(KNOWN, JOINED)] });
const view = poolView([], [inPool(KNOWN), inPool(STRANGER)]);
const vouchedBy = async (cloud: ReturnType<typeof ec2>) =>
  (await voucher(cloud, STAGE.stage)(ledger, view, NOW)).vouched?.map(({ instanceId }) => instanceId) ?? [];

describe('a machine in the pool without a record', () => {
  it.each<readonly [string, readonly Instance[], readonly string[]]>([
    ['counts if EC2 shows it with this stage’s tag', [inEc2(STRANGER)], [STRANGER]],
    ['counts for nothing if EC2 does not know it', [], []],
    [
      'counts for nothing if it is of another stage',
      [inEc2(STRANGER, { tags: { 'aerie:stage': 'other' } })],
      [],
    ],
    ['counts for nothing if it has ended', [inEc2(STRANGER, { state: 'terminated' })], []],
  ])('%s', async (_, instances, expected) => {
    const cloud = ec2(instances);
    expect(await vouchedBy(cloud)).toEqual(expected);
    expect(cloud.calls).toEqual([[STRANGER]]);
  });

  it('counts for nothing while EC2 does not say, and is asked about again', async () => {
    let answers = false;
    const cloud = ec2([inEc2(STRANGER)], () => answers);
    const vouch = voucher(cloud, STAGE.stage);
    expect((await vouch(ledger, view, NOW)).vouched ?? []).toEqual([]);
    answers = true;
    expect((await vouch(ledger, view, NOW + 20)).vouched).toHaveLength(1);
  });

  it('is asked about again after ten minutes, and one that EC2 does not know after two', async () => {
    const [shown, hidden] = [ec2([inEc2(STRANGER)]), ec2([])];
    for (const cloud of [shown, hidden]) {
      const vouch = voucher(cloud, STAGE.stage);
      for (const seconds of [0, 119, 120, 599, 600]) await vouch(ledger, view, NOW + seconds);
    }
    expect(shown.calls).toHaveLength(2);
    expect(hidden.calls).toHaveLength(3);
  });

  it('costs no call where there is none', async () => {
    const cloud = ec2([]);
    await voucher(cloud, STAGE.stage)(ledger, poolView([], [inPool(KNOWN)]), NOW);
    expect(cloud.calls).toEqual([]);
  });

  it('costs one call in a tick, however many ids somebody invents', async () => {
    const cloud = ec2([]);
    const ids = Array.from({ length: 1000 }, (_, n) => `i-${String(n).padStart(8, '0')}`);
    await voucher(cloud, STAGE.stage)(
      { ...ledger, workers: [] },
      poolView(
        [],
        ids.map((id) => inPool(id)),
      ),
      NOW,
    );
    expect(cloud.calls.map((of) => of.length)).toEqual([100]);
  });

  it('gives no room to a tick unless EC2 shows it', async () => {
    const launched = async (instances: readonly Instance[]) => {
      const world = outside({
        ...stageSettings({ flavours: 'm6i.large' }),
        jobs: { BNL: { SCORE: { managed: { activated: 2 } } } },
        view: poolView([pilots({ idle: 2 })], [inPool(STRANGER)]),
      });
      for (const instance of instances) world.ec2.instances.set(instance.instanceId, instance);
      await workersTick(world.ports)(NOW);
      return world.ec2.asked.length;
    };
    expect(await launched([])).toBe(1);
    expect(await launched([inEc2(STRANGER)])).toBe(0);
  });
});
