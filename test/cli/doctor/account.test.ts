import { describe, expect, it } from 'vitest';
import { answers } from './breakages.ts';
import { BROKEN_ACCOUNT } from './broken-account.ts';
import { BROKEN_MACHINES, NO_WAY_OUT } from './broken-machines.ts';
import { BROKEN_ZONES, WELL_ZONES } from './broken-zones.ts';
import { amiss, findsOnly } from './found.ts';
import { examineWorld, wellWorld } from './world.ts';

describe('one thing that is broken is found by its name, with what mends it, and nothing else is', () => {
  it.each(BROKEN_ACCOUNT)('$what: $level $kind', findsOnly);
  it.each(BROKEN_MACHINES)('$what: $level $kind', findsOnly);
  it.each(BROKEN_ZONES)('$what: $level $kind', findsOnly);
});

describe('subnets without a way out', () => {
  it.each(NO_WAY_OUT)('%s', async (_, routes) => {
    const world = wellWorld();
    answers(world, routes);
    expect(amiss(await examineWorld(world))).toEqual(
      ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0bbbbbbbbbbbbbbb2'].map((id) => ({
        kind: 'network',
        level: 'FAIL',
        text: `${id} has no way out: rtb-1 has no route to 0.0.0.0/0 or ::/0 that works`,
        fix: expect.stringMatching(/NAT, egress-only or internet gateway/),
      })),
    );
  });
});

describe('a network that is made', () => {
  it.each(WELL_ZONES)('finds its zones with %s', async (_, put) => {
    const world = wellWorld();
    put(world);
    const examination = await examineWorld(world);
    expect(amiss(examination)).toEqual([]);
    expect(examination.findings.find(({ kind }) => kind === 'network')?.text).toMatch(/3 of 3 zones/);
  });
});
