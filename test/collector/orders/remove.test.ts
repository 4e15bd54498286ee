import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remover } from '../../../collector/orders/remove.ts';
import { turns } from '../../../collector/turns.ts';
import { pilot, schedd } from '../schedd.ts';
import { QUEUE, TEMPLATE } from '../serving.ts';

let templatesDirectory: string;
beforeAll(() => {
  templatesDirectory = mkdtempSync(join(tmpdir(), 'aerie-templates-'));
  writeFileSync(join(templatesDirectory, `${QUEUE}.sub`), TEMPLATE);
});
afterAll(() => rmSync(templatesDirectory, { recursive: true }));

const removing = ({ condor }: ReturnType<typeof schedd>, count: number, leave = 0) =>
  remover({ condor, templatesDirectory, turns: turns() })({ queue: QUEUE, count, leave });

/** Pilots of one cluster. */
const many = (count: number, cluster = 7) => Array.from({ length: count }, (_, proc) => `${cluster}.${proc}`);

describe('pilots to be removed', () => {
  it('are removed 500 with a call, however many they are', async () => {
    const pool = schedd(many(1_200));
    expect(await removing(pool, 2_000)).toEqual({ removed: 1_200 });
    expect(
      pool.constraints.condor_rm?.map((text) => /ProcId >= (\d+) && ProcId <= (\d+)/.exec(text)?.slice(1)),
    ).toEqual([
      ['700', '1199'],
      ['200', '699'],
      ['0', '199'],
    ]);
    expect(pool.idle()).toEqual([]);
  });

  it.each([
    [3, 9, 5, 0],
    [3, 9, 3, 0],
    [3, 9, 2, 1],
    [3, 1, 1, 1],
    [3, 2, 0, 2],
  ])('of %d idle, where %d may go and %d stay, are %d', async (idle, count, leave, removed) => {
    const pool = schedd(many(idle));
    expect(await removing(pool, count, leave)).toEqual({ removed });
    expect(pool.idle()).toHaveLength(idle - removed);
  });

  it('are the newest, by cluster and then by number', async () => {
    const pool = schedd(['7.0', '10.1', '9.4', '10.0', '9.5']);
    await removing(pool, 3);
    expect(pool.idle()).toEqual(['7.0', '9.4']);
  });

  it('are named as ranges, and none between two of them is touched', async () => {
    const pool = schedd(['7.0', '7.1', '7.3', '9.3', '9.2']);
    await removing(pool, 9);
    expect(pool.constraints.condor_rm).toEqual([
      'JobStatus == 1 && ((ClusterId == 9 && ProcId >= 2 && ProcId <= 3) || ' +
        '(ClusterId == 7 && ProcId >= 3 && ProcId <= 3) || (ClusterId == 7 && ProcId >= 0 && ProcId <= 1))',
    ]);
  });

  it('do not count, and go on, where they have begun to run meanwhile', async () => {
    const pool = schedd(many(3));
    const condor: typeof pool.condor = (tool, args) => {
      if (tool === 'condor_rm') pool.start('7.1');
      return pool.condor(tool, args);
    };
    expect(await removing({ ...pool, condor }, 3)).toEqual({ removed: 2 });
  });

  it('are an outage where condor_rm takes none of them', async () => {
    const pool = schedd(many(3), (tool) => tool === 'condor_rm');
    await expect(removing(pool, 3)).rejects.toThrow('condor_rm: exit status 1');
  });

  it('count where a later call of condor_rm fails: the first have gone', async () => {
    const pool = schedd(many(600), (tool, nth) => tool === 'condor_rm' && nth === 2);
    expect(await removing(pool, 600)).toEqual({ removed: 500 });
  });

  it.each([1, 2])('are an outage where condor_q cannot be asked the time number %d', async (failing) => {
    const pool = schedd(many(3), (tool, nth) => tool === 'condor_q' && nth === failing);
    await expect(removing(pool, 3)).rejects.toThrow('condor_q: exit status 1');
  });

  it('of a queue whose template is wrong can be removed all the same', async () => {
    const pool = schedd([pilot('7.0', { MATCH_APF_QUEUE: '"BROKEN"' })]);
    writeFileSync(join(templatesDirectory, 'BROKEN.sub'), 'executable = x\n');
    const remove = remover({ condor: pool.condor, templatesDirectory, turns: turns() });
    expect(await remove({ queue: 'BROKEN', count: 1, leave: 0 })).toEqual({ removed: 1 });
  });

  it('are none of those that run, of other queues in whatever letters, nor of another universe', async () => {
    const pool = schedd([
      pilot('7.0', { JobStatus: '2' }),
      pilot('7.1', { MATCH_APF_QUEUE: `"${QUEUE.toLowerCase()}"` }),
      pilot('7.2', { JobUniverse: '12' }),
      pilot('7.3'),
      pilot('7.4', { Owner: '"somebody"' }),
    ]);
    // Nobody may remove another one's.
    expect(await removing(pool, 9)).toEqual({ removed: 1 });
    expect(pool.idle()).toEqual(['7.1', '7.2', '7.4']);
  });

  it.each([
    ['gpu', ['7.0', '7.1']],
    ['default', ['7.2']],
  ])('are those of the fleet %s alone, where one is named', async (fleet, left) => {
    const gpu = { AerieFleet: '"gpu"' };
    const pool = schedd(['7.0', pilot('7.1', { AerieFleet: '"default"' }), pilot('7.2', gpu)]);
    const remove = remover({ condor: pool.condor, templatesDirectory, turns: turns() });
    expect(await remove({ queue: QUEUE, fleet, count: 9, leave: 0 })).toEqual({ removed: 3 - left.length });
    expect(pool.idle()).toEqual(left);
  });

  it('of one queue are removed by one after the other, so that each leaves what has to stay', async () => {
    const pool = schedd(many(5));
    const remove = remover({ condor: pool.condor, templatesDirectory, turns: turns() });
    const asked = { queue: QUEUE, count: 2, leave: 2 };
    expect(await Promise.all([remove(asked), remove(asked)])).toEqual([{ removed: 2 }, { removed: 1 }]);
  });
});
