import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { readUnwell, UNWELL_ARGS, withCauses } from '../../../collector/see/unwell.ts';
import { inPool } from '../../core/worlds.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

const ID = 'i-0abc123def4567890';

const collector = (stdout: string, ok = true) => {
  const asked: (readonly string[])[] = [];
  const condor: Condor = async (tool, args) => {
    asked.push([tool, ...args]);
    return ok ? { ok, stdout } : { ok: false, why: 'no answer', stdout: '', stderr: '' };
  };
  return { asked, condor };
};
/** As condor_status prints two attributes as they are written. */
const line = (reason: string, id = ID) =>
  `${JSON.stringify(JSON.stringify(id))}\t${JSON.stringify(JSON.stringify(reason))}\n`;

describe('why workers are unwell', () => {
  it('is asked for as it is written, and nothing of it is evaluated', () => {
    const [, constraint = ''] = UNWELL_ARGS;
    for (const name of ['SlotType', 'NODE_HEALTHY', 'NODE_REASON', 'EC2InstanceId']) {
      expect(constraint).toContain(`unparse(${name})`);
      expect(constraint.replaceAll(`unparse(${name})`, '')).not.toContain(name);
    }
    expect(UNWELL_ARGS.slice(2)).toEqual(['-af:tV', 'unparse(EC2InstanceId)', 'unparse(NODE_REASON)']);
  });

  it('is read of those that say it with a plain text', () => {
    const odd = `"\\"i-1\\""\t"strcat(A, A)"\nundefined\t"\\"no id\\""\n`;
    expect([...readUnwell(line('no CVMFS; 2 mounts hang') + odd + line('', 'i-2'))]).toEqual([
      [ID, 'no CVMFS; 2 mounts hang'],
    ]);
  });

  it('is cut: a view of megabytes is taken by nobody', () => {
    expect(readUnwell(line('x'.repeat(5_000))).get(ID)).toHaveLength(800);
  });

  it('is added to workers that take nothing new', async () => {
    const { condor } = collector(line('no CVMFS'));
    const workers = [inPool(ID, { draining: true }), inPool('i-0abc123def4567891')];
    expect((await withCauses(workers, condor)).map(({ unwell }) => unwell)).toEqual(['no CVMFS', undefined]);
  });

  it.each<[string, Ad, string | undefined]>([
    ['a worker that says so', {}, 'no CVMFS'],
    ['one of its children', { SlotType: '"Dynamic"' }, undefined],
    ['one that is well again', { NODE_HEALTHY: 'true' }, undefined],
    ['one that is unwell by a word of its own', { NODE_HEALTHY: '"false"' }, undefined],
    ['one whose cause would have to be evaluated', { NODE_REASON: 'strcat("no ", "CVMFS")' }, undefined],
  ])('is told of %s ', async (_, changes, unwell) => {
    const ad = {
      ...{ MyType: '"Machine"', SlotType: '"Partitionable"', NODE_HEALTHY: 'false' },
      ...{ EC2InstanceId: JSON.stringify(ID), NODE_REASON: '"no CVMFS"' },
      ...changes,
    };
    const [worker] = await withCauses([inPool(ID, { draining: true })], adTools({ ads: [ad] }));
    expect(worker?.unwell).toBe(unwell);
  });

  it('is not asked for while all take jobs', async () => {
    const { asked, condor } = collector(line('no CVMFS'));
    expect((await withCauses([inPool(ID)], condor))[0]).not.toHaveProperty('unwell');
    expect(asked).toEqual([]);
  });

  it('stays unknown without an answer', async () => {
    const { condor } = collector('', false);
    expect((await withCauses([inPool(ID, { draining: true })], condor))[0]).not.toHaveProperty('unwell');
  });
});
