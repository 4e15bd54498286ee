import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { drainer } from '../../../collector/orders/drain.ts';
import { NOT_IN_COLLECTOR } from '../../../core/model/pool.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

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

describe('where a worker is', () => {
  const slot = (n: number, changes: Ad = {}): Ad => ({
    ...{ MyType: '"Machine"', SlotType: '"Partitionable"', State: '"Unclaimed"' },
    ...{ EC2InstanceId: `"${idOf(n)}"`, Name: `"slot1@${n}"` },
    ...changes,
  });
  /** What comes of a drain of all these workers, and whom it has spoken to. */
  const drained = async (ads: readonly Ad[], ids = [idOf(1)]) => {
    const spokenTo: (string | undefined)[] = [];
    const tools = adTools({ ads });
    const condor: Condor = async (tool, args) => {
      if (tool !== 'condor_drain') return tools(tool, args);
      spokenTo.push(args.at(-1));
      return { ok: true, stdout: '' };
    };
    const { done } = await drainer(condor, 'drain')(ids);
    return { done, spokenTo };
  };

  it('is what its slot is called, and of others nothing is asked', async () => {
    const ads = [slot(1), slot(2), slot(3)];
    expect(await drained(ads, [idOf(3), idOf(1)])).toEqual({
      done: [idOf(3), idOf(1)],
      spokenTo: ['slot1@3', 'slot1@1'],
    });
  });

  it.each<[string, readonly Ad[]]>([
    ['it drains', [slot(1, { Draining: 'true' })]],
    ['it has drained', [slot(1, { State: '"Drained"' })]],
    ['both of its slots do', [slot(1, { Draining: 'true' }), slot(1, { State: '"Drained"' })]],
  ])('need not be known where %s already', async (_, ads) => {
    expect(await drained(ads)).toEqual({ done: [idOf(1)], spokenTo: [] });
  });

  it('is said of one whose second slot does not drain yet', async () => {
    for (const ads of [
      [slot(1), slot(1, { Draining: 'true' })],
      [slot(1, { Draining: 'true' }), slot(1)],
    ])
      expect((await drained(ads)).spokenTo).toHaveLength(1);
  });

  it.each<[string, Ad]>([
    ['whose name would have to be evaluated', { Name: 'strcat("slot1@", Machine)' }],
    ['which says with an expression whether it drains', { Draining: 'time() > 0' }],
    ['whose state is an expression', { State: 'Mine' }],
    ['which is a child of the worker’s', { SlotType: '"Dynamic"' }],
  ])('is nowhere for a slot %s', async (_, changes) => {
    expect(await drained([slot(1, changes)])).toEqual({ done: [], spokenTo: [] });
  });
});
