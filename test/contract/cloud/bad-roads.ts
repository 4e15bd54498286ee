import { afterEach, expect, it } from 'vitest';
import { isOpen } from '../../../core/learn/launch-outcome.ts';
import type { LaunchOutcome, LaunchRequest } from '../../../core/model/launch.ts';
import type { Cloud } from '../../../core/ports.ts';
import { type Random, stream } from '../../../twin/clock/random.ts';
import type { CloudSubject } from '../cloud-subject.ts';
import type { Fate, Road } from './proxy.ts';

const SEED = 17;

/** A launch makes no more calls than this before its own. */
const FIRST_REQUESTS = 8;

/** How often a tick asks again before the test gives up: more than it ever does for one launch. */
const MOST_ASKS = 4;

/** After so many tries what they have launched is ended. */
const TRIES_AT_ONCE = 20;

const ALWAYS = () => true;

const fateBy = (random: Random): Fate => {
  const share = random();
  const fates: readonly Fate[] = [
    { kind: 'lost' },
    { kind: 'broken', share },
    { kind: 'unanswered', share: 0 },
    { kind: 'unanswered', share },
    { kind: 'late' },
  ];
  return fates[Math.floor(random() * fates.length)] ?? { kind: 'lost' };
};

/** What nobody but a person in the middle would answer, and the clouds themselves on bad days. */
export const STATUSES = [401, 413, 429, 500, 502, 503, 504] as const;

/** What a tick does with a launch until its outcome is known: it looks it up, and asks again while nothing of it shows. */
const untilClear = async (
  { settle, appear = settle, now }: CloudSubject,
  cloud: Cloud,
  request: LaunchRequest,
): Promise<LaunchOutcome> => {
  let outcome = await cloud.launch(request);
  for (let asks = 1; asks < MOST_ASKS && isOpen(outcome); asks += 1) {
    await appear();
    const shown = await cloud.list({ 'aerie:launch': request.launchId }, now());
    if (shown.kind === 'known' && shown.value.length > 0) break;
    outcome = await cloud.launch(request);
  }
  return outcome;
};

/** What holds on a bad road: nothing is launched twice, nothing that is not known is taken for known. */
export const badRoads = (
  subject: () => CloudSubject,
  { tries, statuses }: { readonly tries: number; readonly statuses: readonly number[] },
): void => {
  const proxy = (): Road => {
    const { proxy: given } = subject();
    if (given === undefined) throw new Error('there is no proxy on the road to this cloud');
    return given;
  };
  afterEach(() => subject().proxy?.calm());

  const appeared = () => (subject().appear ?? subject().settle)();

  const idsOf = async (launchId: string): Promise<readonly string[]> => {
    const shown = await subject().cloud.list({ 'aerie:launch': launchId }, subject().now());
    if (shown.kind === 'unknown') throw new Error(shown.why);
    return shown.value.map(({ instanceId }) => instanceId).sort();
  };

  it(`launches nothing twice, whatever becomes of a request: ${tries} tries`, async () => {
    let doubts = 0;
    let launchedSoFar: string[] = [];
    for (let nth = 0; nth < tries; nth += 1) {
      const random = stream(SEED, 'road', nth);
      const [hit, count] = [Math.floor(random() * FIRST_REQUESTS), 1 + Math.floor(random() * 3)];
      const fate = fateBy(random);
      const arrivesEarly = random() < 0.5;
      const request = subject().request(`try.${nth}`, count);
      const cloud = subject().anew();
      proxy().fates((_, at) => (at === hit ? fate : { kind: 'pass' }));
      const first = await cloud.launch(request);
      proxy().calm();
      if (arrivesEarly) await proxy().arrive();
      if (isOpen(first)) doubts += 1;
      const outcome = isOpen(first) ? await untilClear(subject(), cloud, request) : first;
      if (!isOpen(outcome)) await cloud.forgetLaunch?.(request);
      await proxy().arrive();
      await appeared();
      const there = await idsOf(request.launchId);
      const told = `try ${nth}, request ${hit}: ${JSON.stringify(fate)}, ${outcome.kind}`;
      expect(there.length, told).toBeLessThanOrEqual(count);
      // An answer that names nothing at all is that of another call.
      if (outcome.kind === 'answered' && outcome.launched.length + outcome.refused.length > 0)
        expect(outcome.launched.map(({ instanceId }) => instanceId).sort(), told).toEqual(there);
      launchedSoFar.push(...there);
      if ((nth + 1) % TRIES_AT_ONCE > 0) continue;
      await subject().cloud.terminate(launchedSoFar, ALWAYS);
      launchedSoFar = [];
      await subject().settle();
    }
    await subject().cloud.terminate(launchedSoFar, ALWAYS);
    // Else the road was never bad.
    expect(doubts).toBeGreaterThan(tries / 10);
  });

  it.each(statuses)(
    'says of no launch that it is known while the road answers %i, and launches it afterwards',
    async (status) => {
      const request = subject().request(`status.${status}`, 2);
      const cloud = subject().anew();
      proxy().fates(() => ({ kind: 'answered', status }));
      expect(['unclear', 'unheard', 'throttled']).toContain((await cloud.launch(request)).kind);
      proxy().calm();
      const outcome = await untilClear(subject(), cloud, request);
      await subject().settle();
      expect(outcome).toMatchObject({ kind: 'answered', launched: [{}, {}] });
      const there = await idsOf(request.launchId);
      expect(there).toHaveLength(2);
      await cloud.terminate(there, ALWAYS);
    },
  );

  it.each(statuses)('takes nothing for known or ended while the road answers %i', async (status) => {
    const request = subject().request(`looked.${status}`, 2);
    await subject().cloud.launch(request);
    await subject().settle();
    const there = await idsOf(request.launchId);
    proxy().fates(() => ({ kind: 'answered', status }));
    const { cloud, now } = subject();
    const looks = [
      await cloud.list({ 'aerie:launch': request.launchId }, now()),
      await cloud.describe(there, now()),
    ];
    expect(looks).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
    expect(await cloud.terminate(there, ALWAYS)).toMatchObject({ taken: [], refused: [] });
    proxy().calm();
    expect(await idsOf(request.launchId)).toEqual(there);
    expect([...(await cloud.terminate(there, ALWAYS)).taken].sort()).toEqual(there);
  });
};
