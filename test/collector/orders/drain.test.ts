import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { drainer } from '../../../collector/orders/drain.ts';
import { NOT_IN_COLLECTOR } from '../../../core/model/pool.ts';

const idOf = (n: number) => `i-${String(n).padStart(17, '0')}`;

/** A pool of so many workers, and how many of them were spoken to at the same time at most. */
const pool = (count: number, draining = false) => {
  let atOnce = 0;
  const seen = { most: 0, slots: [] as (string | undefined)[] };
  const condor: Condor = async (tool, args) => {
    if (tool === 'condor_status') {
      const rows = Array.from({ length: count }, (_, n) => `"${idOf(n)}"\t"slot1@${n}"\t${draining}\n`);
      return { ok: true, stdout: rows.join('') };
    }
    atOnce += 1;
    seen.most = Math.max(seen.most, atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    atOnce -= 1;
    seen.slots.push(args.at(-1));
    const ok = args.at(-1) !== 'slot1@3';
    return ok
      ? { ok, stdout: '' }
      : { ok, stdout: '', stderr: 'error code 10001', why: 'condor_drain: exit status 1' };
  };
  return { condor, seen };
};

describe('many workers', () => {
  it('are spoken to eight at a time, each once, and the reply keeps their order', async () => {
    const { condor, seen } = pool(30);
    const ids = Array.from({ length: 31 }, (_, n) => idOf(n));
    const reply = await drainer(condor, 'drain')(ids);
    expect(seen.most).toBe(8);
    expect(seen.slots).toHaveLength(30);
    expect(reply).toEqual({
      done: ids.slice(0, 30),
      failed: [{ instanceId: idOf(30), why: NOT_IN_COLLECTOR }],
    });
  });

  it('that drain already are done without a word to them', async () => {
    const { condor, seen } = pool(5, true);
    expect((await drainer(condor, 'drain')([idOf(0), idOf(1)])).done).toHaveLength(2);
    expect(seen.slots).toEqual([]);
  });

  it('are each told to end their drain, and what a drain in progress says is a failure then', async () => {
    const { condor, seen } = pool(5, true);
    const ids = [2, 3, 4].map(idOf);
    expect(await drainer(condor, 'undrain')(ids)).toEqual({
      done: [idOf(2), idOf(4)],
      failed: [{ instanceId: idOf(3), why: 'condor_drain: exit status 1' }],
    });
    expect(seen.slots).toHaveLength(3);
  });
});
