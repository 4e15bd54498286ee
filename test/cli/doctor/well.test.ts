import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../cli/doctor/kinds.ts';
import { examineWorld, wellWorld } from './world.ts';

describe('a stage of which nothing is amiss', () => {
  it('is ok in every kind of finding there is', async () => {
    const { code, findings } = await examineWorld(wellWorld());
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KINDS)));
    expect(code).toBe(0);
  });
});
