import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import { decideAgain } from '../../../core/replay/decide-again.ts';
import { inputsOf, type Rested, type TickInputs } from '../../../core/replay/inputs.ts';
import { settingsAt } from '../../../core/settings/settings-at.ts';
import type { SettingsRecord } from '../../../core/settings/settings-record.ts';
import { inLedger, JOINED, NOW, pilots, poolView, STAGE, workerWorld } from '../worlds.ts';

const record = (of: SettingsRecord['of'], name: string, good: SettingsRecord['good']): SettingsRecord => ({
  ...{ of, name, readAt: NOW, good },
});
const basis = {
  completeAt: NOW,
  records: [
    record('queue', 'BNL', { state: 'active', siteid: 'BNL_CLOUD', fleet: 'gpu' }),
    record('fleet', 'gpu', {}),
  ],
};
const DOUBT: Reason = { kind: 'lease-contested' };
const JUMPED: Reason = { kind: 'running-jumped', runningBefore: 5_000, runningNow: 10_000 };

const AWAY = unknown('HTTP 503');
const SEEN = {
  now: NOW,
  panda: known({ BNL_CLOUD: { SCORE: { managed: { activated: 4 } } }, CERN: {} }, NOW),
  sites: known({ BNL_CLOUD: { status: 'online' }, CERN: { status: 'online' } }, NOW),
  pool: known(poolView([pilots()]), NOW),
};
const PILOTS: Rested = { of: 'pilots', view: { submissions: {}, pilotsEver: {} } };
const workers: Rested = {
  of: 'workers',
  ledger: { ...workerWorld().ledger, workers: [inLedger('i-00000001', JOINED, { fleet: 'gone' })] },
  stage: STAGE,
};

const inputs = (of: TickInputs['of'], rested: Rested, given: Partial<TickInputs> = {}): TickInputs => ({
  ...{ of, at: NOW, observed: SEEN, basis, rested },
  ...given,
});

/** Whose decision it is, what, and why. */
const decided = (given: TickInputs): readonly string[] =>
  decideAgain(given).map((of: Decision) => {
    const name = of.of === 'pilots' ? of.queue : of.fleet;
    return `${of.of} of ${name}: ${of.kind}${of.kind === 'hold' ? `, ${of.why[0]?.kind}` : ''}`;
  });

describe('what a tick decided is decided again', () => {
  const withoutPool = { observed: { ...SEEN, pool: AWAY } };

  it.each<readonly [string, TickInputs, readonly string[]]>([
    ['with the facts that it had', inputs('pilots', PILOTS), ['pilots of BNL: submit']],
    [
      'without PanDA’s jobs, where it did not believe them: nobody compares them with those before again',
      inputs('pilots', PILOTS, { jobsUnknown: JUMPED }),
      ['pilots of BNL: hold, running-jumped'],
    ],
    [
      'as a hold of all queues, where the pool was away',
      inputs('pilots', PILOTS, withoutPool),
      ['pilots of BNL: hold, source-unknown'],
    ],
    [
      'as a hold of all queues, where it was not allowed to act',
      inputs('pilots', { of: 'held', why: DOUBT, fleetsWithWorkers: ['gone'] }),
      ['pilots of BNL: hold, lease-contested'],
    ],
    [
      'as a hold of all fleets, and of those that have workers and no settings',
      inputs('workers', { of: 'held', why: DOUBT, fleetsWithWorkers: ['gone'] }),
      ['default', 'gpu', 'gone'].map((name) => `workers of ${name}: hold, lease-contested`),
    ],
    [
      'as a hold of all fleets, where the pool was away before the ledger was read',
      inputs('workers', { of: 'held', why: DOUBT, fleetsWithWorkers: ['gone'] }, withoutPool),
      ['default', 'gpu', 'gone'].map((name) => `workers of ${name}: hold, source-unknown`),
    ],
    [
      'as a hold of all fleets, where the pool was away after it',
      inputs('workers', workers, withoutPool),
      ['default', 'gpu', 'gone'].map((name) => `workers of ${name}: hold, source-unknown`),
    ],
    [
      'as a hold of the fleets that there are, where nothing is kept of workers',
      inputs('workers', PILOTS, withoutPool),
      ['default', 'gpu'].map((name) => `workers of ${name}: hold, source-unknown`),
    ],
  ])('%s', (_, given, expected) => expect(decided(given)).toEqual(expected));

  it('by settings as whoever asks reads them', () => {
    const paused = { ...basis, records: [record('queue', 'BNL', { state: 'paused' })] };
    const again = decideAgain(inputs('pilots', PILOTS), (_, at) => settingsAt(paused, at));
    expect(again).toMatchObject([{ kind: 'rest', why: [{ kind: 'queue-paused' }] }]);
  });
});

describe('what is kept of a tick', () => {
  const seen = { ...SEEN, ...settingsAt(basis, NOW), basis };

  it('has no sites but those of its queues, by the names that PanDA gives them', () => {
    const kept = inputsOf('pilots', { ...seen, pandaBefore: {} }, { jobsUnknown: undefined }, PILOTS);
    expect(kept).toStrictEqual({
      ...{ of: 'pilots', at: NOW, basis, rested: PILOTS },
      observed: {
        ...{ now: NOW, pool: SEEN.pool },
        panda: known({ BNL_CLOUD: { SCORE: { managed: { activated: 4 } } } }, NOW),
        sites: known({ BNL_CLOUD: { status: 'online' } }, NOW),
      },
    });
  });

  it('says why PanDA was not believed, and what was not known', () => {
    const away = { ...seen, panda: AWAY, sites: AWAY, pool: AWAY };
    const kept = inputsOf('workers', away, { jobsUnknown: JUMPED }, workers);
    expect(kept).toMatchObject({ jobsUnknown: JUMPED, observed: { panda: AWAY, sites: AWAY, pool: AWAY } });
    expect(inputsOf('workers', away, undefined, workers)).not.toHaveProperty('jobsUnknown');
  });

  it('is nothing, where nobody can say what its settings were made of', () => {
    const { basis: _, ...without } = seen;
    expect(inputsOf('pilots', without, undefined, PILOTS)).toBeUndefined();
  });
});
