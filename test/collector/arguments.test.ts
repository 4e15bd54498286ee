import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateArgs } from '../../collector/condor/locate.ts';
import { tokenArgs } from '../../collector/join/join.ts';
import { drainArgs, undrainArgs } from '../../collector/orders/drain.ts';
import { idleArgs, removeArgs } from '../../collector/orders/remove.ts';
import { pastArgs, queuedArgs } from '../../collector/orders/submit.ts';

const config = {
  pool: 'cm.example.org',
  sts: { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['worker'] },
  joining: { tokenSeconds: 3600, perMinute: 300 },
};

/** What builds arguments from a name, and how many it gives. */
const FROM_A_NAME: readonly (readonly [string, (name: string) => readonly string[], number])[] = [
  ['a request in the queue', queuedArgs, 5],
  ['a request in the history', (name) => pastArgs(name, 0), 6],
  ['idle pilots', idleArgs, 6],
  ['idle pilots of a fleet', (name) => idleArgs('Q', name), 6],
  ['where workers are', (name) => locateArgs([name]), 6],
  ['a drain', drainArgs, 4],
  ['the end of a drain', undrainArgs, 2],
  ['a token', (name) => tokenArgs(name, config), 8],
];

/** Text that ends no string of a ClassAd expression before its end. */
const STRING = '"(?:[^"\\\\]|\\\\.)*"';

describe('arguments built from any name at all', () => {
  it.each(FROM_A_NAME)('for %s: always so many, and the name inside one of them', (_, build, length) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const args = build(name);
        expect(args).toHaveLength(length);
        expect(args.every((argument) => typeof argument === 'string')).toBe(true);
      }),
    );
  });

  it.each([
    ['a request', (name: string) => queuedArgs(name)[2], `^AerieRequestId =\\?= ${STRING}$`],
    [
      'idle pilots',
      (name: string) => idleArgs(name)[2],
      `^MATCH_APF_QUEUE =\\?= ${STRING} && JobUniverse == 5 && JobStatus == 1$`,
    ],
    [
      'idle pilots of a fleet',
      (name: string) => idleArgs('Q', name)[2],
      `^MATCH_APF_QUEUE =\\?= "Q" && JobUniverse == 5 && JobStatus == 1 && \\(AerieFleet \\?: "default"\\) =\\?= ${STRING}$`,
    ],
    [
      'workers',
      (name: string) => locateArgs([name])[1],
      `^unparse\\(SlotType\\) =\\?= ${STRING} && stringListMember\\(unparse\\(EC2InstanceId\\), ${STRING}\\) =\\?= true && regexp\\(.*$`,
    ],
  ])('for %s: no name gets out of its quotes', (_, build, form) => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('" || true || "', '\\" || true', '\\', '\n'),
    );
    fc.assert(
      fc.property(name, (text) => {
        expect(build(text)).toMatch(new RegExp(form, 's'));
      }),
    );
  });

  it('for a removal: exactly the jobs that are meant, and only while they are idle', () => {
    const job = fc.record({ cluster: fc.integer({ min: 1, max: 5 }), proc: fc.integer({ min: 0, max: 20 }) });
    const key = ({ cluster, proc }: { cluster: number; proc: number }) => `${cluster}.${proc}`;
    const jobs = fc.uniqueArray(job, { minLength: 1, maxLength: 40, selector: key });
    fc.assert(
      fc.property(jobs, (chosen) => {
        const [option, expression = '', ...rest] = removeArgs(chosen);
        expect([option, rest, expression.startsWith('JobStatus == 1 && (')]).toEqual([
          '-constraint',
          [],
          true,
        ]);
        const meant = [
          ...expression.matchAll(/ClusterId == (\d+) && ProcId >= (\d+) && ProcId <= (\d+)/g),
        ].flatMap(([, cluster, from, to]) =>
          Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => `${cluster}.${Number(from) + i}`),
        );
        expect(meant.sort()).toEqual(chosen.map(key).sort());
      }),
    );
  });
});
