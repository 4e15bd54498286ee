import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import { REPLAYED_SECONDS } from '../../../core/model/lifetimes.ts';
import { openStep, UNCLOSED_SECONDS } from '../../../core/write/open-launches.ts';
import { NOW, openLaunch } from '../worlds.ts';

/** How long EC2 may keep an instance out of its answers, and a call may be on its way; seconds. */
const HIDDEN_SECONDS = 300;
const CALL_SECONDS = 100;

const instance = (n: number, launchedAt: number, state: Instance['state'] = 'running'): Instance => ({
  instanceId: `i-0000000${n}`,
  state,
  launchedAt,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  tags: {},
});
const some = (count: number, launchedAt: number) =>
  Array.from({ length: count }, (_, n) => instance(n, launchedAt));

const stepAt = (age: number, shown: readonly Instance[] = [], tokenKnownAt?: number) => {
  const launch = openLaunch(5, NOW - age);
  return openStep(tokenKnownAt === undefined ? launch : { ...launch, tokenKnownAt }, shown, NOW);
};

describe('a launch whose outcome is not known', () => {
  it.each([
    [0, 'wait'],
    [119, 'wait'],
    [120, 'ask again'],
    [REPLAYED_SECONDS, 'ask again'],
    [REPLAYED_SECONDS + 1, 'wait'],
    [1000, 'wait'],
    [1001, 'close'],
  ])('of an older version, of which nothing shows, %i s old: %s', (age, kind) => {
    expect(stepAt(age).kind).toBe(kind);
  });

  it.each([
    [450, 400, 'ask again'],
    [450, 401, 'close'],
    [700, 400, 'wait'],
    [700, 401, 'close'],
    [401, 401, 'close'],
  ])('of which nothing shows, %i s old, its last unanswered call %i s ago: %s', (age, ago, kind) => {
    const launch = { ...openLaunch(5, NOW - age), unansweredAt: NOW - ago };
    expect(openStep(launch, [], NOW).kind).toBe(kind);
  });

  it('is closed as soon as all of it shows, with those that live', () => {
    const shown = [...some(4, NOW - 20), instance(9, NOW - 20, 'terminated')];
    expect(stepAt(20, shown)).toEqual({ kind: 'close', alive: shown.slice(0, 4) });
  });

  it.each([
    [3, 'wait'],
    [360, 'wait'],
    [361, 'close'],
  ])('of which three of five show, %i s after their launch: %s', (age, kind) => {
    expect(stepAt(age + 5, some(3, NOW - age)).kind).toBe(kind);
  });

  it.each([
    [360, 'wait'],
    [361, 'close'],
  ])('of which nothing shows %i s after EC2 said that it has had the token: %s', (since, kind) => {
    expect(stepAt(since + 120, [], NOW - since).kind).toBe(kind);
  });

  it('is left to the audit only when no tick has closed it', () => {
    expect(stepAt(UNCLOSED_SECONDS).kind).toBe('close');
  });

  it('is never closed before all that was launched shows, whenever calls arrive and however late it shows', () => {
    const secondUse = fc.constantFrom('the first answer', 'known');
    // Refused: EC2 has not carried it out. A number: its answer is lost, and it arrives after so many seconds.
    const fate = fc.oneof(
      { weight: 20, arbitrary: fc.constant('lost' as const) },
      { weight: 20, arbitrary: fc.constant('refused' as const) },
      { weight: 1, arbitrary: fc.constant('answered' as const) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: CALL_SECONDS }) },
    );
    fc.assert(
      fc.property(
        // When the first call arrives, if it does; how late each instance shows; what becomes of each later call.
        fc.option(fc.integer({ min: 0, max: CALL_SECONDS })),
        fc.array(fc.integer({ min: 0, max: HIDDEN_SECONDS }), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 10, max: 90 }),
        fc.array(fate, { minLength: 60, maxLength: 60 }),
        secondUse,
        (arrives, hiddenFor, period, fates, use) => {
          let launchedAt = arrives ?? undefined;
          let tokenKnownAt: number | undefined;
          let unansweredAt = NOW;
          let asks = 0;
          for (let n = 1; n < 200; n += 1) {
            const age = n * period;
            const born = launchedAt !== undefined && launchedAt <= age ? launchedAt : undefined;
            const shown =
              born === undefined
                ? []
                : hiddenFor.flatMap((hidden, i) => (born + hidden <= age ? [instance(i, NOW + born)] : []));
            const known = tokenKnownAt === undefined ? {} : { tokenKnownAt };
            const launch = { ...openLaunch(5, NOW), unansweredAt, ...known };
            const step = openStep(launch, shown, NOW + age);
            if (step.kind === 'close') {
              return launchedAt === undefined ? step.alive.length === 0 : step.alive.length === 5;
            }
            if (step.kind !== 'ask again') continue;
            const what = fates[asks] ?? 'answered';
            asks += 1;
            // The first call to arrive is carried out, and every later one is a second use of its token.
            if (what === 'answered') {
              if (born === undefined || use === 'the first answer') return true;
              tokenKnownAt = NOW + age;
            } else if (what !== 'refused') {
              unansweredAt = NOW + age;
              if (what !== 'lost') launchedAt = Math.min(launchedAt ?? Infinity, age + what);
            }
          }
          return false;
        },
      ),
      { numRuns: 3000 },
    );
  });
});
