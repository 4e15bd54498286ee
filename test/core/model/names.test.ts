import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  belongingIn,
  clientTokenOf,
  fleetsPath,
  imagePath,
  launchIdOf,
  queuesPath,
  SETTINGS_PARTITION,
  secretPath,
  stackNameOf,
  submissionIdOf,
  TAG,
  WAKE_TAGS,
  workerRoleName,
} from '../../../core/model/names.ts';
import { requestId } from '../../../core/model/pool.ts';

/** Any name that a queue may have, and those that look most like a moment. */
const anyQueue = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  fc.stringMatching(/^[A-Z][0-9.]{0,63}$/),
  fc.stringMatching(/^[A-Z]\.[0-9]{50,62}$/),
);
const anyMoment = fc.integer({ min: 0, max: 4_000_000_000 });
const anyLaunch = fc.tuple(fc.constantFrom('lab', 'prod-2'), anyQueue, anyMoment, fc.nat({ max: 20 }));

const tokenOf = ([stage, queue, at, index]: readonly [string, string, number, number]): string =>
  clientTokenOf(stage, launchIdOf(queue, at, index));

describe('names', () => {
  it('are the same for the same thing, and differ between launches, moments, queues and stages', () => {
    const launches = [
      ['lab', 'BNL', 1_800_000_000, 0],
      ['lab', 'BNL', 1_800_000_000, 1],
      ['lab', 'BNL', 1_800_000_060, 0],
      ['lab', 'CERN', 1_800_000_000, 0],
      ['prod', 'BNL', 1_800_000_000, 0],
    ] as const;
    expect(new Set(launches.map(tokenOf)).size).toBe(launches.length);
    expect(launches.map(tokenOf)).toEqual(launches.map(tokenOf));
  });

  it('keep queues apart whose names look like another name with a moment', () => {
    expect(clientTokenOf('lab', launchIdOf('BNL', 12, 34))).toMatch(/^aerie-[0-9a-f]{16}-12-34$/);
    const one = clientTokenOf('lab', launchIdOf('BNL', 12, 0));
    const other = clientTokenOf('lab', launchIdOf('BNL.12', 0, 0));
    expect(one).not.toBe(other);
    expect(launchIdOf('BNL', 12, 0)).not.toBe(launchIdOf('BNL.12', 0, 0));
  });

  it('make client tokens that EC2 takes: 64 ASCII characters at most', () => {
    const isToken = (token: string) => token.length <= 64 && /^aerie-[0-9a-f]{16}-\d+-\d+$/.test(token);
    fc.assert(fc.property(anyLaunch, (launch) => isToken(tokenOf(launch))));
  });

  it('make no two tokens alike', () => {
    fc.assert(
      fc.property(anyLaunch, anyLaunch, (a, b) => {
        expect(tokenOf(a) === tokenOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('make request ids that the endpoint takes', () => {
    fc.assert(
      fc.property(anyQueue, anyMoment, (queue, at) => requestId.safeParse(submissionIdOf(queue, at)).success),
    );
  });
});

describe('names that outlive a version', () => {
  it.each([
    ['where an admin has set the knobs of queues', queuesPath('prod'), '/aerie/prod/queues'],
    ['and of fleets', fleetsPath('prod'), '/aerie/prod/fleets'],
    ['where the secret was put', secretPath('prod'), '/aerie/prod/endpoint/secret'],
    ['where a pipeline writes its image', imagePath('prod'), '/imagebuilder/aerie/prod/image'],
    ['the stack that is updated', stackNameOf('prod'), 'aerie-prod'],
    ['the role that endpoints admit', workerRoleName('prod'), 'aerie-prod-worker'],
    ['the items that the settings are in', SETTINGS_PARTITION, 'settings'],
  ])('stay as they are: %s', (_, name, expected) => expect(name).toBe(expected));

  it('stay as they are: what machines that live are told apart by, and read at their boot', () => {
    expect(Object.values(TAG).toSorted()).toEqual([
      'aerie:challenge',
      'aerie:cloud',
      'aerie:first-width',
      'aerie:fleet',
      'aerie:image',
      'aerie:job-wall-seconds',
      'aerie:launch',
      'aerie:linger-after-job-seconds',
      'aerie:linger-seconds',
      'aerie:max-life-seconds',
      'aerie:promised',
      'aerie:protected',
      'aerie:queue',
      'aerie:rebalance',
      'aerie:stage',
      'aerie:width',
    ]);
    expect(WAKE_TAGS).toEqual(['aerie:promised']);
  });
});

describe('the tags of a machine', () => {
  it.each([
    ['its fleet', { 'aerie:fleet': 'gpu' }, { fleet: 'gpu' }],
    ['its fleet before its queue', { 'aerie:fleet': 'gpu', 'aerie:queue': 'BNL' }, { fleet: 'gpu' }],
    [
      'a queue, from before there were fleets',
      { 'aerie:queue': 'BNL' },
      { fleet: 'default', onlyQueue: 'BNL' },
    ],
    ['nobody', { 'aerie:stage': 'lab' }, undefined],
  ])('say whose jobs it was launched for: %s', (_, tags, expected) => {
    expect(belongingIn(tags)).toEqual(expected);
  });
});
