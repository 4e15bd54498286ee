import { describe, expect, it } from 'vitest';
import type { PilotFacts } from '../../../core/chain/step.ts';
import { sentence } from '../../../core/tell/sentence.ts';
import { facts, takeStep } from '../chain/chain-facts.ts';

type Given = Partial<PilotFacts>;

const ended = (short: number, count: number) => ({ ended: { count, short, shortSeconds: 300 } });

describe('the step of each sched plugin in a sentence', () => {
  it.each<readonly [plugin: string, n: number, given: Given, said: string]>([
    ['Ready', 0, { ready: 100, pending: 20 }, 'Ready: 100 ready - 20 pending = 80'],
    ['Ready', 5, { ready: 10, pending: 30 }, 'Ready: max(0, 10 ready - 30 pending) = 0'],
    ['Ready', 5, { ready: 10, pending: 10 }, 'Ready: 10 ready - 10 pending = 0'],
    ['Ready(5)', 0, { ready: 100, pending: 20 }, 'Ready: 100 ready - 5 offset - 20 pending = 75'],
    ['Ready(-5)', 0, { ready: 0, pending: 2 }, 'Ready: 0 ready + 5 offset - 2 pending = 3'],
    [
      'WeightedActivated(0.5, 2)',
      0,
      { ready: 9, pending: 1 },
      'WeightedActivated(0.5, 2): 4 for 9 ready - 2 for 1 pending = 2',
    ],
    ['Fillactivated', 7, { ready: 10, pending: 4 }, 'Fillactivated: 10 ready - 4 pending = 6'],
    ['Scale(0.5)', 5, {}, 'Scale(0.5): 5 -> 3'],
    ['Fixed(7)', 80, {}, 'Fixed: always = 7'],
    ['Null', 80, {}, 'Null: 80 -> 0'],
    ['MaxPerCycle(50)', 80, {}, 'MaxPerCycle(50): 80 -> 50'],
    ['MinPerCycle(10)', 0, {}, 'MinPerCycle(10): 0 -> 10'],
    ['MaxPending(50)', 80, { pending: 45 }, 'MaxPending(50): 80 -> 5, 45 pending'],
    ['MinPending(10)', 0, { pending: 4 }, 'MinPending(10): 0 -> 6, 4 pending'],
    ['MaxToRun(20)', 9, { pending: 5, running: 8 }, 'MaxToRun(20): 9 -> 7, 5 pending, 8 running'],
    ['MaxPerFactory(100)', 10, { pilotsInFactory: 95 }, 'MaxPerFactory(100): 10 -> 5, 95 in the factory'],
    [
      'KeepNRunning(20)',
      99,
      { pending: 1, running: 8 },
      'KeepNRunning(20): 20 to keep - 1 pending - 8 running = 11',
    ],
    [
      'KeepNRunning(5)',
      0,
      { pending: 1, running: 8 },
      'KeepNRunning(5): 5 to keep - 1 pending - 8 running = -4',
    ],
    ['StatusTest(1)', 80, { siteStatus: 'test' }, 'StatusTest(1): 80 -> 1, the site is test'],
    ['StatusOffline(0)', 80, { siteStatus: 'offline' }, 'StatusOffline(0): 80 -> 0, the site is offline'],
    [
      'Throttle',
      80,
      ended(6, 10),
      'Throttle(1): 80 -> 1, 6 of 10 pilots of the last hour ran no longer than 300 s',
    ],
    ['MaxToSubmit(1000)', 80, { pilotsEver: 950 }, 'MaxToSubmit(1000): 80 -> 50, 950 ever submitted'],
    ['MinToSubmit(1000)', 0, { pilotsEver: 950 }, 'MinToSubmit(1000): 0 -> 50, 950 ever submitted'],
    [
      'KeepNQueueLife(100)',
      7,
      { pilotsEver: 60 },
      'KeepNQueueLife(100): 100 to submit - 60 ever submitted = 40',
    ],
    [
      'Activated',
      0,
      { ready: 100, pending: 20 },
      'Activated: 100 ready - 20 pending, within its limits = 80',
    ],
    ['Activated', 9, { ready: 90, siteStatus: 'offline' }, 'Activated: the site is offline = 0'],
    ['SimpleNQueue(10, 5)', 0, { pending: 4 }, 'SimpleNQueue: min(5, max(0, 10 to queue - 4 pending)) = 5'],
    ['Trivial', 0, { ready: 30, pending: 4, running: 6 }, 'Trivial: 30 ready - 4 pending - 6 running = 20'],
    ['Simple(10)', 0, { ready: 30, pending: 4 }, 'Simple: min(6, max(0, 30 ready - 4 pending)) = 6'],
    [
      'Activated(testmode.allowed=True, testmode.pilots=2)',
      0,
      { pending: 3, siteStatus: 'test' },
      'Activated: the site is in test, 3 pending = 2',
    ],
  ])('%s of %i with %j: %s', (plugin, n, given, said) => {
    const step = takeStep(plugin, n, facts(given));
    expect('why' in step && sentence(step.why)).toBe(said);
  });
});
