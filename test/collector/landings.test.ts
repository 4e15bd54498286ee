import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLandings } from '../../collector/see/landings.ts';
import { poolView } from '../../core/model/pool.ts';

const NOW = 1_800_000_000;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-landings-'));
  file = join(folder, 'landings.json');
});
afterEach(() => rm(folder, { recursive: true }));

const LANDING = { queue: 'BNL_CLOUD', at: NOW + 200, count: 3 };
const text = (of: object) => JSON.stringify({ writtenAt: NOW - 60, landings: [LANDING], ...of });

describe('the landings that a site writes down', () => {
  it('are what the file says, with a shape or without', async () => {
    const landings = [LANDING, { ...LANDING, shape: { cpus: 8, memoryMb: 16_000, diskMb: 0, gpus: 0 } }];
    await writeFile(file, text({ landings }));
    expect(await readLandings(file, NOW)).toEqual({ complete: true, landings });
  });

  it.each([-300, 300])('are known where they are %d s old', async (age) => {
    await writeFile(file, text({ writtenAt: NOW - age }));
    expect(await readLandings(file, NOW)).toEqual({ complete: true, landings: [LANDING] });
  });

  it.each([
    ['not JSON', '{"writtenAt": 1, "land', 'is not JSON; write it under another name and rename it'],
    ['of the wrong form', text({ landings: LANDING }), 'at landings: '],
    ['wrong twice', text({ writtenAt: -1, landings: LANDING }), 'at writtenAt: '],
    ['with a word too many', text({ extra: 1 }), 'at its top: Unrecognized key: "extra"'],
    ['old', text({ writtenAt: NOW - 301 }), 'was written 301 s ago, limit 300 s'],
    ['of the future', text({ writtenAt: NOW + 400 }), 'was written -400 s ago, limit 300 s'],
  ])('are not known where the file is %s', async (_, written, why) => {
    await writeFile(file, written);
    const part = await readLandings(file, NOW);
    expect(part).toMatchObject({ complete: false, landings: [] });
    expect(part.why).toContain(why);
    expect(part.why?.match(/ at /g)?.length ?? 1).toBe(1);
  });

  it.each([
    ['a negative count', { ...LANDING, count: -1 }, 'count'],
    ['a queue that can be none', { ...LANDING, queue: '../x' }, 'queue'],
    ['no moment', { ...LANDING, at: null }, 'at'],
    ['nothing', null, ''],
  ])('are those that can be read where one has %s, which is counted and told', async (_, odd, field) => {
    await writeFile(file, text({ landings: [LANDING, odd, odd, { ...LANDING, queue: 'OTHER' }] }));
    const part = await readLandings(file, NOW);
    expect(part).toMatchObject({
      complete: true,
      landings: [LANDING, { ...LANDING, queue: 'OTHER' }],
      unreadable: 2,
      why: expect.stringContaining(`at landings.1${field === '' ? '' : `.${field}`}: `),
    });
    expect(poolView.shape.landings.safeParse(part).success).toBe(true);
  });

  it('are not known where there is no file', async () => {
    expect((await readLandings(file, NOW)).why).toContain('cannot be read: ENOENT');
  });
});
