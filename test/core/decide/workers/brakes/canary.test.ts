import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canary } from '../../../../../core/decide/workers/brakes/canary.ts';
import { templateKind } from '../../../../../core/learn/boots.ts';
import { jobsKind } from '../../../../../core/learn/claims.ts';
import { CANARY_REST_SECONDS, lastWithImage, launchFrom } from '../../../../../core/learn/launch-from.ts';
import type { LaunchRequest } from '../../../../../core/model/launch.ts';
import type { Boots } from '../../../../../core/model/learned.ts';
import { TAG } from '../../../../../core/model/names.ts';
import { shapeKey } from '../../../../../core/model/resources.ts';
import type { Template } from '../../../../../core/model/templates.ts';
import type { WorkerRecord } from '../../../../../core/model/worker.ts';
import { planWorkers, situationIn } from '../../../planning.ts';
import { requestsOf } from '../../../sums.ts';
import { inLedger, NOW, only, openLaunch, pilots, STAGE, WIDE, workerWorld } from '../../../worlds.ts';

const NEWEST = STAGE.template;
const GOOD: Template = { ...NEWEST, version: '2' };
const OLDER: Template = { ...NEWEST, version: '1' };
const BOOTING = { kind: 'booting' } as const;
const AGO = 2 * CANARY_REST_SECONDS;

/** Boots of a template, the last of them at a moment and each a minute after the one before. */
const boots = (template: Template, joined: readonly boolean[], lastAt = NOW - AGO): Boots => ({
  kind: templateKind(template),
  template,
  boots: joined.map((is, n) => ({
    instanceId: `i-${template.version}-${n}`,
    launchedAt: lastAt - 60 * (joined.length - 1 - n),
    joined: is,
  })),
});
const FIVE_FAILED = [false, false, false, false, false];

interface Memory {
  readonly boots?: readonly Boots[];
  readonly workers?: readonly WorkerRecord[];
  readonly openOf?: Template;
}

const from = ({ boots: known = [], workers = [], openOf }: Memory) => {
  const open = openLaunch(1);
  const launches = openOf === undefined ? [] : [{ ...open, request: { ...open.request, template: openOf } }];
  return launchFrom(NEWEST, { workers, launches, boots: known }, NOW);
};
const booting = (template: Template, given: Partial<WorkerRecord> = {}) =>
  inLedger('i-000000b1', BOOTING, { template, launchedAt: NOW - 60, ...given });

describe('workers are launched from', () => {
  it.each<readonly [string, Memory, Template]>([
    ['the newest, where nothing has ever joined', {}, NEWEST],
    [
      'the newest, once one of it has joined',
      { boots: [boots(GOOD, [true]), boots(NEWEST, [true])] },
      NEWEST,
    ],
    [
      'the newest, where one of it has joined and later ones did not',
      { boots: [boots(GOOD, [true]), boots(NEWEST, [true, false, false])] },
      NEWEST,
    ],
    ['the one before, while none of the newest has joined', { boots: [boots(GOOD, [true])] }, GOOD],
    [
      'the one before, when a canary has failed',
      { boots: [boots(GOOD, [true]), boots(NEWEST, [false])] },
      GOOD,
    ],
    [
      'the one before, when the newest has ceased to join',
      { boots: [boots(GOOD, [true]), boots(NEWEST, [true, ...FIVE_FAILED])] },
      GOOD,
    ],
    [
      'the last that joined, which need not be the latest version',
      { boots: [boots(GOOD, [true], NOW - 9000), boots(OLDER, [true], NOW - 5000)] },
      OLDER,
    ],
    [
      'one that still joins rather than one that has ceased to',
      { boots: [boots(GOOD, [true, ...FIVE_FAILED], NOW - 5000), boots(OLDER, [true], NOW - 9000)] },
      OLDER,
    ],
    [
      'the newest, where all before it have ceased to join as well',
      { boots: [boots(GOOD, [true, ...FIVE_FAILED])] },
      NEWEST,
    ],
    [
      'the newest, where what joined was of another template',
      { boots: [boots({ ...GOOD, id: 'lt-0ffff' }, [true])] },
      NEWEST,
    ],
    [
      'the newest, where what joined had an image of a pipeline that the stage has no more',
      { boots: [boots({ ...NEWEST, imageId: 'ami-1' }, [true])] },
      NEWEST,
    ],
  ])('%s', (_, memory, expected) => {
    expect(from(memory).template).toEqual(expected);
  });

  it('the image that joined last, where the newest is another one of the same version', () => {
    const [first, second] = ['ami-1', 'ami-2'].map((imageId) => ({ ...NEWEST, imageId }));
    if (first === undefined || second === undefined) throw new Error('there are two');
    const memory = {
      workers: [],
      launches: [],
      boots: [boots(first, [true]), boots(NEWEST, [true], NOW - 9e5)],
    };
    expect(launchFrom(second, memory, NOW)).toMatchObject({
      template: first,
      newest: second,
      canaryIsDue: true,
    });
    const plain = { ...memory, boots: [boots(NEWEST, [true])] };
    expect(launchFrom(second, plain, NOW).template).toEqual(NEWEST);
  });

  it.each<readonly [string, Memory, boolean]>([
    ['none was tried yet', {}, true],
    ['one is booting', { workers: [booting(NEWEST)] }, false],
    [
      'one that nobody may end boots for longer than the next one rests',
      { workers: [booting(NEWEST, { launchedAt: NOW - CANARY_REST_SECONDS - 1, isProtected: true })] },
      true,
    ],
    [
      'one boots for as long as the next one rests',
      { workers: [booting(NEWEST, { launchedAt: NOW - CANARY_REST_SECONDS })] },
      false,
    ],
    [
      'EC2 will not end one that was launched longer ago than the next one rests',
      {
        workers: [
          booting(NEWEST, {
            launchedAt: NOW - CANARY_REST_SECONDS - 1,
            endRefused: { at: NOW - 60, why: 'no' },
          }),
        ],
      },
      true,
    ],
    ['one of the template before is booting', { workers: [booting(GOOD)] }, true],
    ['a launch of it is open', { openOf: NEWEST }, false],
    ['one has failed a while ago', { boots: [boots(NEWEST, [false], NOW - CANARY_REST_SECONDS - 1)] }, true],
    ['one has failed lately', { boots: [boots(NEWEST, [false], NOW - CANARY_REST_SECONDS)] }, false],
  ])('and a canary of the newest is due, or not: %s', (_, memory, expected) => {
    const known = [boots(GOOD, [true]), ...(memory.boots ?? [])];
    expect(from({ ...memory, boots: known }).canaryIsDue).toBe(expected);
  });

  it.each([
    [[], false],
    [[false], false],
    [[false, false], true],
    [[true, ...FIVE_FAILED], true],
  ])('and the newest counts as rejected after boots %j: %s', (joined, expected) => {
    expect(from({ boots: [boots(GOOD, [true]), boots(NEWEST, joined)] }).isRejected).toBe(expected);
  });
});

describe('where nobody knows the newest image', () => {
  const [first, second] = ['ami-1', 'ami-2'].map((imageId) => ({ ...NEWEST, imageId }));

  it('workers are launched from the one whose workers were the last to join, and still do', () => {
    if (first === undefined || second === undefined) throw new Error('expected two templates');
    const known = [boots(first, [true], NOW - 9 * AGO), boots(second, [true])];
    expect(lastWithImage(NEWEST, known)).toEqual(second);
    const ceased = boots(second, [true, ...FIVE_FAILED]);
    expect(lastWithImage(NEWEST, [boots(first, [true], NOW - 9 * AGO), ceased])).toEqual(first);
    expect(lastWithImage(NEWEST, [boots(first, [false]), ceased])).toBeUndefined();
  });
});

/** Many pilots wait, and two launches are needed: nothing that is wide fits on what is narrow. */
const decide = (known: readonly Boots[], idle = 30, template: Template = NEWEST) =>
  only(
    planWorkers({
      ...workerWorld({
        activated: idle,
        pilots: pilots([{ idle }]),
        boots: known,
        knobs: { 'max-launch-per-tick': '20', 'worker-overhead-percent': '0' },
      }),
      stage: { ...STAGE, template },
    }),
  );
const launched = (requests: readonly LaunchRequest[]) =>
  requests.map(({ template, count }) => [template.version, count]);

describe('a launch', () => {
  it('has one canary of the newest template, and the others come from the last that joined', () => {
    const plain = requestsOf(decide([boots(NEWEST, [true])]));
    const tried = requestsOf(decide([boots(GOOD, [true])]));
    const total = plain.reduce((sum, { count }) => sum + count, 0);
    expect(total).toBeGreaterThan(1);
    expect(launched(tried)[0]).toEqual([NEWEST.version, 1]);
    expect(
      launched(tried)
        .slice(1)
        .every(([version]) => version === GOOD.version),
    ).toBe(true);
    expect(tried.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  });

  it('of a single worker is the canary', () => {
    expect(launched(requestsOf(decide([boots(GOOD, [true])], 1)))).toEqual([[NEWEST.version, 1]]);
  });

  it('has no canary right after one has failed', () => {
    const requests = requestsOf(decide([boots(GOOD, [true]), boots(NEWEST, [false], NOW - 1200)]));
    expect(new Set(requests.map(({ template }) => template.version))).toEqual(new Set([GOOD.version]));
  });

  it('has ids, tokens and tags of its own for the canary', () => {
    const newest = { ...NEWEST, imageId: 'ami-2' };
    const requests = requestsOf(decide([boots({ ...NEWEST, imageId: 'ami-1' }, [true])], 30, newest));
    expect(new Set(requests.map(({ template }) => template.imageId))).toEqual(new Set(['ami-1', 'ami-2']));
    expect(requests.length).toBeGreaterThan(1);
    expect(new Set(requests.map(({ launchId }) => launchId)).size).toBe(requests.length);
    expect(new Set(requests.map(({ clientToken }) => clientToken)).size).toBe(requests.length);
    for (const { launchId, tags, template } of requests) {
      expect(tags[TAG.launch]).toBe(launchId);
      expect(tags[TAG.image]).toBe(template.imageId);
    }
  });

  it('has an id of its own for the canary beside launches of which another brake has left the later ones', () => {
    const missed = Array.from({ length: 3 }, (_, n) => ({
      ...{ instanceId: `i-${n}`, launchedAt: NOW - 600 + n, joined: false },
    }));
    const requests = requestsOf(
      only(
        planWorkers(
          workerWorld({
            activated: 40,
            pilots: pilots([{ shape: WIDE, idle: 2 }, { idle: 30 }]),
            boots: [boots(GOOD, [true]), { kind: jobsKind('default', shapeKey(WIDE)), boots: missed }],
          }),
        ),
      ),
    );
    expect(requests.map(({ count }) => count)).toEqual([1, 14]);
    expect(new Set(requests.map(({ launchId }) => launchId)).size).toBe(2);
  });

  it('of one worker leaves no launch of none beside its canary, which has the first id that is free', () => {
    const situation = situationIn(workerWorld({ boots: [boots(GOOD, [true])] }));
    const launch = openLaunch(1, NOW);
    const asked = (count: number) =>
      requestsOf(
        only(
          canary(
            [
              {
                ...{ kind: 'act', fleet: 'default', at: NOW, why: [], counts: {}, retirements: [] },
                launches: [{ ...launch, request: { ...launch.request, count } }],
              },
            ],
            situation,
          ),
        ),
      ).map((request) => [request.launchId, request.count, request.template.version]);
    expect(asked(1)).toEqual([[`default.${NOW}.1`, 1, NEWEST.version]]);
    expect(asked(3)).toEqual([
      [`default.${NOW}.1`, 1, NEWEST.version],
      [`default.${NOW}.0`, 2, launch.request.template.version],
    ]);
  });

  it('says what it does, and counts once canaries have failed', () => {
    const { why, counts } = decide([boots(GOOD, [true])]);
    expect(why).toContainEqual({ kind: 'older-template', template: GOOD, newest: NEWEST, canary: true });
    expect(counts).not.toHaveProperty('olderTemplate');
    expect(decide([boots(GOOD, [true]), boots(NEWEST, [false, false])]).counts.olderTemplate).toBe(1);
  });
});

const anyBoots = (template: Template) =>
  fc
    .tuple(fc.array(fc.boolean(), { maxLength: 10 }), fc.integer({ min: 0, max: 4 * CANARY_REST_SECONDS }))
    .map(([joined, ago]) => boots(template, joined, NOW - ago));

describe('whatever has booted how', () => {
  it('as many workers are launched as without a new template, at most one of them from one that has not joined', () => {
    fc.assert(
      fc.property(anyBoots(NEWEST), anyBoots(GOOD), anyBoots(OLDER), (newest, good, older) => {
        const known = [newest, good, older];
        const { template } = launchFrom(NEWEST, { workers: [], launches: [], boots: known }, NOW);
        const requests = requestsOf(decide(known));
        const plain = requestsOf(decide([boots(NEWEST, [true])]));
        const sum = (of: readonly LaunchRequest[]) => of.reduce((n, { count }) => n + count, 0);
        const fromNewest = requests.filter((request) => request.template.version === NEWEST.version);
        if (template.version === NEWEST.version) return;
        expect(sum(requests)).toBe(sum(plain));
        expect(sum(fromNewest)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('the pool launches in full as long as any template still joins', () => {
    fc.assert(
      fc.property(anyBoots(NEWEST), anyBoots(GOOD), (newest, good) => {
        const goodJoins = good.boots.slice(-5).some(({ joined }) => joined);
        fc.pre(goodJoins);
        const sum = requestsOf(decide([newest, good])).reduce((n, { count }) => n + count, 0);
        expect(sum).toBeGreaterThan(1);
      }),
    );
  });
});
