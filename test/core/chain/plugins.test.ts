import { describe, expect, it } from 'vitest';
import { SCHED_PLUGINS } from '../../../core/chain/plugins.ts';
import type { PilotFacts } from '../../../core/chain/step.ts';
import type { MissingFact } from '../../../core/model/reason-pilots.ts';
import { chain, facts, takeStep } from './chain-facts.ts';

type Given = Partial<PilotFacts>;

/** A plugin, the count it gets, what it sees, the count it gives. */
type Row = readonly [plugin: string, n: number, given: Given, expected: number];

const ended = (short: number, count: number) => ({ ended: { count, short, shortSeconds: 300 } });

const ROWS: readonly Row[] = [
  ['Ready', 0, { ready: 100, pending: 20 }, 80],
  ['Ready', 5, { ready: 10, pending: 30 }, 0],
  ['Ready', 80, { ready: 100, pending: 20 }, 80],
  ['Ready', 0, { ready: 100, pending: 20, running: 70 }, 80],
  ['Ready(5)', 0, { ready: 100, pending: 20 }, 75],
  ['Ready(-5)', 0, { ready: 0, pending: 2 }, 3],

  ['WeightedActivated', 0, { ready: 9, pending: 4 }, 5],
  ['WeightedActivated(0.5, 2)', 0, { ready: 9, pending: 1 }, 2],
  ['WeightedActivated(0.29)', 0, { ready: 100 }, 29],
  ['WeightedActivated', 3, { ready: 1, pending: 4 }, 0],

  ['Fillactivated', 7, { ready: 10, pending: 4 }, 6],
  ['Fillactivated', 0, { ready: 4, pending: 10 }, 0],

  ['Scale', 7, {}, 7],
  ['Scale(0.125)', 1, {}, 1],
  ['Scale(0.5)', 5, {}, 3],
  ['Scale(0.5)', -3, {}, -1],
  ['Scale(0.07)', 100, {}, 7],
  ['Scale(0)', 70, {}, 0],
  ['Scale(1000)', 1_000_000_000, {}, 1_000_000_000_000],

  ['Fixed(7)', 80, {}, 7],
  ['Fixed(0)', -80, {}, 0],
  ['Null', 80, {}, 0],
  ['Null', -80, {}, 0],

  ['MaxPerCycle(50)', 80, {}, 50],
  ['MaxPerCycle(50)', 50, {}, 50],
  ['MaxPerCycle(50)', -80, {}, -80],
  ['MaxPerCycle(0)', 80, {}, 0],

  ['MinPerCycle(10)', 0, {}, 10],
  ['MinPerCycle(10)', 11, {}, 11],
  ['MinPerCycle(0)', -3, {}, 0],

  ['MaxPending(50)', 80, { pending: 45 }, 5],
  ['MaxPending(50)', 500, { pending: 0 }, 50],
  ['MaxPending(50)', 5, { pending: 60 }, 0],
  ['MaxPending(50)', -5, { pending: 60 }, -5],
  ['MaxPending(50, True)', 5, { pending: 60 }, -10],
  ['MaxPending(50, True)', 5, { pending: 45 }, 5],

  ['MinPending(10)', 0, { pending: 4 }, 6],
  ['MinPending(10)', 0, { pending: 14 }, 0],
  ['MinPending(10)', -9, { pending: 14 }, -4],

  ['MaxToRun(20)', 9, { pending: 5, running: 8 }, 7],
  ['MaxToRun(20)', 9, { pending: 5, running: 30 }, 0],
  ['MaxToRun(20)', -9, { pending: 5, running: 30 }, -9],
  ['MaxToRun(20, allow_negative=True)', 9, { pending: 5, running: 30 }, -15],

  ['MaxPerFactory(100)', 10, { pilotsInFactory: 95 }, 5],
  ['MaxPerFactory(100)', 5, { pilotsInFactory: 95 }, 5],
  ['MaxPerFactory(100)', 10, { pilotsInFactory: 101 }, 0],
  ['MaxPerFactory(100)', -3, { pilotsInFactory: 101 }, -3],

  ['KeepNRunning(20)', 99, { pending: 1, running: 8 }, 11],
  ['KeepNRunning(0)', 99, { pending: 1, running: 8 }, -9],
  ['KeepNRunning', 5, { pending: 1, running: 8 }, -4],

  ['StatusTest(1)', 80, { siteStatus: 'test' }, 1],
  ['StatusTest', 80, { siteStatus: 'test' }, 0],
  ['StatusTest(1)', 80, { siteStatus: 'online' }, 80],
  ['StatusOffline(0)', 80, { siteStatus: 'offline' }, 0],
  ['StatusOffline', 80, { siteStatus: 'brokeroff' }, 80],

  ['Throttle', 80, ended(6, 10), 1],
  ['Throttle', 80, ended(5, 10), 80],
  ['Throttle', 80, ended(0, 0), 80],
  ['Throttle', 0, ended(10, 10), 0],
  ['Throttle', 1, ended(10, 10), 1],
  ['Throttle', -4, ended(10, 10), -4],
  ['Throttle(3600, 300, 0.1, 3)', 80, ended(2, 10), 3],
  // There is nothing to brake, so that what is short does not matter.
  ['Throttle(maxtime=10, submit=5)', 5, ended(10, 10), 5],

  ['MaxToSubmit(1000)', 80, { pilotsEver: 950 }, 50],
  ['MaxToSubmit(1000)', 80, { pilotsEver: 1200 }, 0],
  ['MaxToSubmit(1000)', -8, { pilotsEver: 1200 }, -8],

  ['MinToSubmit(1000)', 0, { pilotsEver: 950 }, 50],
  ['MinToSubmit(1000)', 80, { pilotsEver: 950 }, 80],
  ['MinToSubmit(1000)', -8, { pilotsEver: 1004 }, -8],
  ['MinToSubmit(1000)', -8, { pilotsEver: 1000 }, -8],
  ['MinToSubmit(1000)', -8, { pilotsEver: 999 }, 1],

  ['KeepNQueueLife(100)', 7, { pilotsEver: 60 }, 40],
  ['KeepNQueueLife', 80, { pilotsEver: 60 }, 20],
  ['KeepNQueueLife', 80, { pilotsEver: 90 }, 0],

  ['Activated', 0, { ready: 100, pending: 20 }, 80],
  ['Activated', 0, { ready: 10, pending: 20 }, 0],
  ['Activated(max_jobs_torun=50)', 0, { ready: 100, pending: 20, running: 10 }, 20],
  ['Activated(max_jobs_torun=50)', 0, { ready: 100, pending: 20, running: 90 }, 0],
  ['Activated(min_pilots_pending=5)', 0, { pending: 2 }, 3],
  ['Activated(max_pilots_per_cycle=30)', 0, { ready: 100, pending: 20 }, 30],
  ['Activated(min_pilots_per_cycle=4)', 0, { ready: 0 }, 4],
  ['Activated(max_pilots_pending=5, min_pilots_per_cycle=4)', 0, { pending: 3 }, 2],
  ['Activated(max_pilots_pending=5)', 0, { ready: 90, pending: 8 }, 0],
  ['Activated', 9, { ready: 90, siteStatus: 'offline' }, 0],
  ['Activated', 0, { ready: 90, siteStatus: 'test' }, 90],
  ['Activated(testmode.allowed=True)', 9, { ready: 90, siteStatus: 'test' }, 0],
  [
    'Activated(testmode.allowed=True, testmode.pilots=2)',
    0,
    { ready: 90, pending: 10, siteStatus: 'test' },
    2,
  ],
  [
    'Activated(testmode.allowed=True, testmode.pilots=2)',
    9,
    { ready: 90, pending: 11, siteStatus: 'test' },
    0,
  ],

  ['SimpleNQueue(10)', 0, { pending: 4 }, 6],
  ['SimpleNQueue(10, 5)', 0, { pending: 4 }, 5],
  ['SimpleNQueue(10)', 3, { ready: 90, pending: 14 }, 0],

  ['Trivial', 0, { ready: 30, pending: 4, running: 6 }, 20],
  ['Trivial', 0, { ready: 0, pending: 4 }, 0],
  ['Trivial', 5, { ready: 3, running: 6 }, 0],

  ['Simple', 0, { ready: 30, pending: 4 }, 26],
  ['Simple(10)', 0, { ready: 30, pending: 4 }, 6],
  ['Simple(10)', 0, { ready: 30, pending: 40 }, 0],
  ['Simple(10)', 0, { ready: 30, pending: 14 }, 0],
  ['Simple(10)', 0, { ready: 0, pending: 4 }, 0],
  ['Simple(maxPilotsPerCycle=5)', 0, { ready: 30, pending: 4 }, 5],
];

const nameOf = (plugin: string): string => plugin.replace(/\(.*/, '');

describe('each sched plugin, given a count and facts, gives a count and its reason', () => {
  for (const [plugin, n, given, expected] of ROWS) {
    it(`${plugin} of ${n} with ${JSON.stringify(given)} gives ${expected}`, () => {
      const why = { plugin: nameOf(plugin), to: expected };
      const step = takeStep(plugin, n, facts(given));
      expect(step).toMatchObject(expected === n ? { n } : { n: expected, why });
      expect('why' in step).toBe(expected !== n);
    });
  }

  it('has a row for every plugin', () => {
    const tested = new Set(ROWS.map(([plugin]) => nameOf(plugin)));
    expect(SCHED_PLUGINS.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe('a plugin that lacks a fact stops the chain, and the queue holds', () => {
  const unknownStatus = { siteStatus: undefined };
  it.each<readonly [string, Given, MissingFact]>([
    ['StatusTest(1)', unknownStatus, { kind: 'site-status' }],
    ['StatusOffline', unknownStatus, { kind: 'site-status' }],
    ['Activated', unknownStatus, { kind: 'site-status' }],
    ['Throttle(maxtime=10)', ended(0, 5), { kind: 'short-pilots', wantedSeconds: 10, countedSeconds: 300 }],
  ])('%s with %j', (plugin, given, missing) => {
    expect(chain(`Fixed(5), ${plugin}, MaxPerCycle(2)`).run(facts(given))).toEqual({
      ok: false,
      why: { kind: 'chain-stuck', plugin: nameOf(plugin), missing },
    });
  });

  it.each<readonly [string, Given, number]>([
    ['Ready, MaxPerCycle(50)', { ready: 3, siteStatus: undefined }, 3],
    ['Fixed(1), Throttle(maxtime=10)', ended(5, 5), 1],
    ['Fixed(9), Throttle(maxtime=10)', ended(0, 0), 9],
  ])('%s does not ask for facts that it does not need: with %j it gives %i', (text, given, n) => {
    expect(chain(text).run(facts(given))).toMatchObject({ ok: true, n });
  });
});
