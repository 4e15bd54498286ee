import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { forgetter } from '../../../collector/orders/forget.ts';
import { type AdPool, adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

const [ENDED, OTHER] = ['i-0abc123def4567890', 'i-0abc123def4567891'];

/** What the daemons of a worker have in the collector. */
const adsOf = (id: string): readonly Ad[] =>
  ['Machine', 'Machine', 'StartD', 'DaemonMaster'].map((type) => ({
    MyType: `"${type}"`,
    EC2InstanceId: `"${id}"`,
  }));
const POOLS_OWN: readonly Ad[] = ['Collector', 'DaemonMaster', 'Machine'].map((type) => ({
  MyType: `"${type}"`,
}));

describe('workers that have ended', () => {
  it('have nothing in the collector any more, and everybody else has what it had', async () => {
    const pool: Pick<AdPool, 'ads'> = { ads: [...POOLS_OWN, ...adsOf(ENDED), ...adsOf(OTHER)] };
    const forget = forgetter(adTools(pool));
    expect(await forget([ENDED, ENDED])).toEqual({ done: [ENDED], failed: [] });
    expect(pool.ads).toEqual([...POOLS_OWN, ...adsOf(OTHER)]);
    expect((await forget([ENDED, OTHER])).done).toEqual([ENDED, OTHER]);
    expect(pool.ads).toEqual(POOLS_OWN);
  });

  it.each(['INVALIDATE_STARTD_ADS', 'INVALIDATE_MASTER_ADS'])(
    'are not forgotten for sure where the collector does not take %s',
    async (command) => {
      const condor: Condor = async (tool, args) =>
        args.includes(command)
          ? { ok: false, why: `${tool}: DENIED`, stdout: '', stderr: 'DENIED' }
          : { ok: true, stdout: '' };
      expect(await forgetter(condor)([ENDED, OTHER])).toEqual({
        done: [],
        failed: [ENDED, OTHER].map((instanceId) => ({ instanceId, why: 'condor_advertise: DENIED' })),
      });
    },
  );
});
