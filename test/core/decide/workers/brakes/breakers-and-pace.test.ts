import { describe, expect, it } from 'vitest';
import { breakersAndPace } from '../../../../../core/decide/workers/brakes/breakers-and-pace.ts';
import { countBoots, openBreakers } from '../../../../../core/learn/boots.ts';
import type { WorkerDecision } from '../../../../../core/model/decision.ts';
import type { Boots } from '../../../../../core/model/learned.ts';
import type { LedgerView } from '../../../../../core/model/ledger.ts';
import type { WorkerRecord } from '../../../../../core/model/worker.ts';
import type { Shared } from '../../../../../core/observe/situation.ts';
import { situationIn } from '../../../planning.ts';
import { inLedger, LARGE, NOW, openLaunch, STAGE, workerWorld } from '../../../worlds.ts';

const BOOTING = { kind: 'booting' } as const;
const TEMPLATE = `template ${STAGE.template.id} version ${STAGE.template.version}`;
const [ZONE_A, ZONE_B] = [
  'offer m6i.large/us-east-1a/on-demand',
  'offer m6i.large/us-east-1b/on-demand',
] as const;

const worker = (n: number, given: Partial<WorkerRecord> = {}): WorkerRecord =>
  inLedger(`i-${String(n).padStart(8, '0')}`, BOOTING, {
    launchedAt: NOW - 1000 + n,
    template: STAGE.template,
    ...given,
  });

const boots = (kind: string, ...joined: readonly boolean[]): Boots => ({
  kind,
  boots: joined.map((is, n) => ({
    instanceId: worker(n).instanceId,
    launchedAt: NOW - 2000 + n,
    joined: is,
  })),
});
const FAILED = [false, false, false, false, false] as const;

describe('boots', () => {
  it('are counted for the template and the offer, each once', () => {
    const once = countBoots([], [{ worker: worker(1), joined: false }]);
    expect(once.map(({ kind }) => kind)).toEqual([TEMPLATE, ZONE_A]);
    expect(countBoots(once, [{ worker: worker(1), joined: false }])).toEqual([]);
  });

  it('are not wakes: one that fails says nothing of the image or the offer', () => {
    const waking = worker(1, { state: { kind: 'waking', since: NOW - 60 } });
    const draining = worker(2, { sleeps: [[NOW - 900, NOW - 600]] });
    expect(
      countBoots(
        [],
        [waking, draining].map((of) => ({ worker: of, joined: false })),
      ),
    ).toEqual([]);
    expect(countBoots([boots(TEMPLATE, ...FAILED)], [{ worker: waking, joined: true }])).toEqual([]);
  });

  it.each([
    ['five in a row that never joined', [true, ...FAILED], true],
    ['four in a row', [true, ...FAILED.slice(1)], false],
    ['five, and then one that joined', [...FAILED, true], false],
  ])('open the breaker, or not: %s', (_, joined, isOpen) => {
    expect(openBreakers([boots(TEMPLATE, ...joined)]).length > 0).toBe(isOpen);
  });

  it('count in the order of launches: a late failure does not open what a later worker has closed', () => {
    const closed = countBoots([boots(TEMPLATE, ...FAILED)], [{ worker: worker(900), joined: true }]);
    const late = Array.from({ length: 5 }, (_, n) => ({ worker: worker(n + 100), joined: false }));
    expect(openBreakers(countBoots(closed, late)).filter(({ kind }) => kind === TEMPLATE)).toEqual([]);
  });
});

const decision = (fleet: string, count: number): WorkerDecision => {
  const { request, offers } = openLaunch(count, NOW);
  const launches = [{ request: { ...request, fleet, launchId: `${fleet}.${NOW}.0` }, offers }];
  return {
    kind: 'act',
    fleet,
    at: NOW,
    why: [{ kind: 'capped-by-fleet', workers: 1 }],
    counts: {},
    launches,
    retirements: [],
  };
};
const shared = (given: Partial<LedgerView>): Shared => {
  const situation = situationIn(workerWorld());
  return { ...situation, ledger: { ...situation.ledger, ...given } };
};

const left = (decisions: readonly WorkerDecision[], given: Partial<LedgerView>) =>
  breakersAndPace(decisions, shared(given)).map((of) =>
    of.kind === 'act' ? of.launches.map(({ request }) => request.count).join() : of.kind,
  );

describe('launches of a tick', () => {
  const both = [decision('A', 8), decision('B', 8)];

  it('are left as they are where nothing is known against them', () => {
    expect(breakersAndPace(both, shared({}))).toEqual(both);
  });

  it('share what EC2 has room for after it throttled', () => {
    expect(left(both, { pace: { most: 10, notBefore: NOW, waitSeconds: 60 } })).toEqual(['8', '2']);
    expect(left(both, { pace: { most: 10, notBefore: NOW + 1, waitSeconds: 60 } })).toEqual(['rest', 'rest']);
  });

  it('say that EC2 throttles only where it takes something from them', () => {
    const pace = { most: 10, notBefore: NOW, waitSeconds: 60 };
    const [all, some] = breakersAndPace(both, shared({ pace }));
    expect(all?.why.map(({ kind }) => kind)).not.toContain('launches-paced');
    expect(some?.why.map(({ kind }) => kind)).toContain('launches-paced');
  });

  it('share it with wakes, which come first', () => {
    const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
    const woken = (count: number): WorkerDecision => {
      const wakes = Array.from({ length: count }, (_, n) => ({
        ...{ instanceId: `i-${n}`, offer, offers: LARGE, meantFor: 'x' },
      }));
      return { ...decision('A', 8), kind: 'act', wakes } as WorkerDecision;
    };
    const had = (most: number, wakes: number) =>
      breakersAndPace(
        [woken(wakes), decision('B', 8)],
        shared({ pace: { most, notBefore: NOW, waitSeconds: 60 } }),
      ).map((of) =>
        of.kind === 'act'
          ? [(of.wakes ?? []).length, of.launches.reduce((n, { request }) => n + request.count, 0)]
          : of.kind,
      );
    expect(had(3, 5)).toEqual([[3, 0], 'rest']);
    expect(had(10, 5)).toEqual([[5, 5], 'rest']);
    expect(had(15, 5)).toEqual([
      [5, 8],
      [0, 2],
    ]);
    const told = (most: number) =>
      breakersAndPace([woken(5)], shared({ pace: { most, notBefore: NOW, waitSeconds: 60 } }))[0]?.why.some(
        ({ kind }) => kind === 'launches-paced',
      );
    expect([told(13), told(12)]).toEqual([false, true]);
  });

  it('come down to one canary over all fleets while their template never joins', () => {
    expect(left(both, { boots: [boots(TEMPLATE, ...FAILED)] })).toEqual(['1', 'rest']);
  });

  it.each([
    ['a worker on its way', { workers: [worker(1, { launchedAt: NOW - 240 })] }, ['rest', 'rest']],
    [
      'one that should have joined by now',
      { workers: [worker(1, { launchedAt: NOW - 241 })] },
      ['1', 'rest'],
    ],
    ['a launch whose outcome is not known', { launches: [openLaunch(1, NOW - 60)] }, ['rest', 'rest']],
  ])('have their canary already in %s, or not', (_, given, expected) => {
    expect(left(both, { boots: [boots(TEMPLATE, ...FAILED)], ...given })).toEqual(expected);
  });

  it('are whole again once a canary has joined', () => {
    expect(left(both, { boots: [boots(TEMPLATE, ...FAILED, true)] })).toEqual(['8', '8']);
  });

  it.each([
    [FAILED, { failures: 5 }],
    [[...FAILED, ...FAILED], { failures: 10, orMore: true }],
  ])('say how many never joined, as far as they are remembered', (failed, told) => {
    const [one] = breakersAndPace(both, shared({ boots: [boots(TEMPLATE, ...failed)] }));
    expect(one?.why).toContainEqual({ kind: 'breaker-open', breaker: TEMPLATE, canary: 'launched', ...told });
  });

  it('leave an offer out that never joins, as long as there are others', () => {
    const [of] = breakersAndPace([decision('A', 8)], shared({ boots: [boots(ZONE_A, ...FAILED)] }));
    if (of?.kind !== 'act') throw new Error('it launches');
    expect(
      of.launches.map(({ request }) => [request.count, request.overrides.map(({ zone }) => zone)]),
    ).toEqual([[8, ['us-east-1b']]]);
    expect(of.counts).toEqual({ breakersOpen: 1 });
  });

  it('come down to a canary where every offer never joins', () => {
    expect(left(both, { boots: [boots(ZONE_A, ...FAILED), boots(ZONE_B, ...FAILED)] })).toEqual([
      '1',
      'rest',
    ]);
  });

  it('have one canary of those offers, though it is of another one of them', () => {
    const known = [boots(ZONE_A, ...FAILED), boots(ZONE_B, ...FAILED)];
    expect(left(both, { boots: known, workers: [worker(1, { launchedAt: NOW - 60 })] })).toEqual([
      'rest',
      'rest',
    ]);
  });

  it('have none in a worker that was launched before the last one of its kind failed', () => {
    const late = {
      ...boots(TEMPLATE, ...FAILED),
      boots: FAILED.map((joined, n) => ({
        ...{ instanceId: worker(n).instanceId, joined },
        launchedAt: NOW - 100 + n,
      })),
    };
    const before = worker(900, { launchedAt: NOW - 120 });
    expect(left(both, { boots: [late], workers: [before] })).toEqual(['1', 'rest']);
    const since = worker(900, { launchedAt: NOW - 60 });
    expect(left(both, { boots: [late], workers: [since] })).toEqual(['rest', 'rest']);
  });

  it.each<readonly [string, Partial<LedgerView>, readonly string[]]>([
    ['with the offers that are sound', { boots: [boots(ZONE_A, ...FAILED)] }, ['us-east-1b']],
    [
      'with any, where none is',
      { boots: [boots(ZONE_A, ...FAILED), boots(ZONE_B, ...FAILED)] },
      ['us-east-1a', 'us-east-1b'],
    ],
  ])('try a template that never joins %s', (_, { boots: of = [] }, zones) => {
    const [tried] = breakersAndPace(
      [decision('A', 8)],
      shared({ boots: [boots(TEMPLATE, ...FAILED), ...of] }),
    );
    const requests = tried?.kind === 'act' ? tried.launches.map(({ request }) => request) : [];
    expect(requests.map(({ count, overrides }) => [count, overrides.map(({ zone }) => zone)])).toEqual([
      [1, zones],
    ]);
  });

  it.each<readonly [string, number, readonly WorkerRecord[], number, string]>([
    ['after half an hour, by one that is wanted anyhow', 1_801, [], 1, 'us-east-1a'],
    ['not before', 1_800, [], 1, 'us-east-1b'],
    ['not while another one is on its way', 1_801, [worker(1, { launchedAt: NOW - 60 })], 1, 'us-east-1b'],
    ['not by many at once', 1_801, [], 2, 'us-east-1b'],
  ])('try an offer again that never joined %s', (_, restedSeconds, workers, count, zone) => {
    const rested = FAILED.map((joined, n) => ({
      ...{ instanceId: worker(n).instanceId, joined },
      launchedAt: NOW - restedSeconds - 4 + n,
    }));
    const [tried] = breakersAndPace(
      [decision('A', count)],
      shared({ boots: [{ kind: ZONE_A, boots: rested }], workers }),
    );
    const requests = tried?.kind === 'act' ? tried.launches.map(({ request }) => request) : [];
    expect(requests.map(({ overrides }) => overrides.map((of) => of.zone))).toEqual([[zone]]);
  });

  it('count the breakers that keep something back, however many launches each of them meets', () => {
    const one = decision('A', 8);
    const launches = one.kind === 'act' ? [...one.launches, ...one.launches] : [];
    const twice: WorkerDecision = { ...one, kind: 'act', launches, retirements: [] };
    const braked = (...known: readonly Boots[]) => breakersAndPace([twice], shared({ boots: known }))[0];
    expect(braked(boots(ZONE_A, ...FAILED), boots(ZONE_B, ...FAILED))?.counts).toEqual({ breakersOpen: 2 });
    const partly = braked(boots(ZONE_A, ...FAILED));
    expect(partly?.counts).toEqual({ breakersOpen: 1 });
    expect(partly?.why.slice(1)).toEqual([{ kind: 'offers-left-out', offers: 1 }]);
  });
});
