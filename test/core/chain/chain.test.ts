import { describe, expect, it } from 'vitest';
import type { PilotFacts } from '../../../core/chain/step.ts';
import type { Reason } from '../../../core/model/reason.ts';
import { parseQueueSettings } from '../../../core/settings/settings.ts';
import { chain, facts } from './chain-facts.ts';

const QUEUES_CONF = 'Ready, MinPerCycle(10), MaxPerCycle(20), MaxPending(50)';
const AGIS =
  'Ready, Scale(0.125), MaxPerCycle(50), MinPerCycle(0), StatusTest(1), StatusOffline(0), MaxPending(100)';

const count = (text: string, given: Partial<PilotFacts>): number | string => {
  const result = chain(text).run(facts(given));
  return result.ok ? result.n : result.why.kind;
};

describe("AutoPyFactory's example chains", () => {
  it.each<readonly [string, string, Partial<PilotFacts>, number]>([
    ['queues.conf, capped by MaxPending', QUEUES_CONF, { ready: 100, pending: 45 }, 5],
    ['queues.conf, capped by MaxPerCycle', QUEUES_CONF, { ready: 100, pending: 0 }, 20],
    ['queues.conf, a minimum without demand', QUEUES_CONF, { ready: 0, pending: 5 }, 10],
    ['queues.conf, full, keeps what is pending', QUEUES_CONF, { ready: 100, pending: 60 }, 0],
    ['agisdefaults.conf, capped by MaxPerCycle', AGIS, { ready: 400, pending: 0 }, 50],
    ['agisdefaults.conf, one job', AGIS, { ready: 1 }, 1],
    ['agisdefaults.conf, site in test', AGIS, { ready: 400, siteStatus: 'test' }, 1],
    ['agisdefaults.conf, site offline', AGIS, { ready: 400, siteStatus: 'offline' }, 0],
    ['agisdefaults.conf, pool filling up', AGIS, { ready: 900, pending: 97 }, 3],
  ])('%s', (_, text, given, expected) => {
    expect(count(text, given)).toBe(expected);
  });

  it('leaves one reason for each step that changed the count', () => {
    const pending = { of: 'pending', count: 45 };
    expect(chain(QUEUES_CONF).run(facts({ ready: 100, pending: 45 }))).toEqual({
      ok: true,
      n: 5,
      why: [
        {
          ...{ kind: 'chain-counted', plugin: 'Ready', parameters: [] },
          ...{ plus: [{ of: 'ready', count: 100 }], minus: [pending], to: 55 },
        },
        { kind: 'chain-moved', plugin: 'MaxPerCycle', parameters: [20], from: 55, to: 20, seen: [] },
        { kind: 'chain-moved', plugin: 'MaxPending', parameters: [50], from: 20, to: 5, seen: [pending] },
      ],
    });
  });
});

describe('where AutoPyFactory has a defect, the chain does what its words say', () => {
  it.each<readonly [string, string, Partial<PilotFacts>, number, number]>([
    ['MaxPending has no limit while nothing is pending', 'Fixed(500), MaxPending(50)', {}, 500, 50],
    ['MaxPending turns demand into removal', 'Fixed(5), MaxPending(50)', { pending: 60 }, -10, 0],
    ['MaxToRun turns demand into removal', 'Fixed(5), MaxToRun(50)', { running: 60 }, -10, 0],
    [
      'MaxPerFactory drops removals above its maximum',
      'KeepNRunning(0), MaxPerFactory(100)',
      { pending: 3, pilotsInFactory: 101 },
      0,
      -3,
    ],
    [
      'Throttle submits without demand',
      'Ready, Throttle',
      { ended: { count: 4, short: 4, shortSeconds: 9 } },
      1,
      0,
    ],
    ['Scale rounds up what is only an error of floating point', 'Fixed(100), Scale(0.07)', {}, 8, 7],
  ])('%s', (_, text, given, theirs, ours) => {
    expect(theirs).not.toBe(ours);
    expect(count(text, given)).toBe(ours);
  });

  it("gives AutoPyFactory's removal above MaxPending to those who ask for it", () => {
    expect(count('Fixed(5), MaxPending(50, allow_negative=True)', { pending: 60 })).toBe(-10);
  });

  it('holds where AutoPyFactory would retire a whole queue for want of information', () => {
    const given = { running: 40, siteStatus: undefined };
    expect(chain('Ready, StatusOffline, KeepNRunning').run(facts(given)).ok).toBe(false);
  });
});

describe('the order of a chain', () => {
  it.each<readonly [string, Partial<PilotFacts>, number]>([
    ['Ready, Scale(0.5), MaxPerCycle(30)', { ready: 100 }, 30],
    ['Ready, MaxPerCycle(30), Scale(0.5)', { ready: 100 }, 15],
    ['Scale(0.5), MaxPerCycle(30), Ready', { ready: 100 }, 100],
    ['MinPerCycle(10), MaxPerCycle(5)', {}, 5],
    ['MaxPerCycle(5), MinPerCycle(10)', {}, 10],
    ['Ready, KeepNRunning', { ready: 3, running: 4 }, -1],
    ['KeepNRunning, Ready', { ready: 3, running: 4 }, 3],
  ])('%s with %j gives %i', (text, given, expected) => {
    expect(count(text, given)).toBe(expected);
  });
});

describe('impossible facts', () => {
  it.each<readonly [Partial<PilotFacts>, Reason]>([
    [{ ready: Number.NaN }, { kind: 'count-impossible', count: 'ready', value: 'NaN' }],
    [{ pending: -1 }, { kind: 'count-impossible', count: 'pending', value: '-1' }],
    [{ running: 1.5 }, { kind: 'count-impossible', count: 'running', value: '1.5' }],
    [
      { pilotsEver: Number.POSITIVE_INFINITY },
      { kind: 'count-impossible', count: 'pilotsEver', value: 'Infinity' },
    ],
    [
      { ended: { count: 2, short: -1, shortSeconds: 300 } },
      { kind: 'short-impossible', short: '-1', ended: '2' },
    ],
    [
      { ended: { count: 2.5, short: 1, shortSeconds: 300 } },
      { kind: 'short-impossible', short: '1', ended: '2.5' },
    ],
    [
      { ended: { count: 2, short: 3, shortSeconds: 300 } },
      { kind: 'short-impossible', short: '3', ended: '2' },
    ],
    [
      { ended: { count: 2, short: -1, shortSeconds: 300 } },
      { kind: 'short-impossible', short: '-1', ended: '2' },
    ],
    [
      { ended: { count: 1.5, short: 1, shortSeconds: 300 } },
      { kind: 'short-impossible', short: '1', ended: '1.5' },
    ],
  ])('%j make the queue hold', (given, why) => {
    expect(chain('Ready').run(facts(given))).toEqual({ ok: false, why });
  });
});

describe('the chain in the settings of a queue', () => {
  it('has a default that can be read', () => {
    const parsed = parseQueueSettings('BNL', { state: 'active', cpus: '8' });
    expect(parsed.ok && parsed.settings.chain.text).toBe(
      'Ready(offset=0), Scale(factor=1), MaxPerCycle(maximum=100), StatusOffline(pilots=0), MaxPending(maximum=500, allow_negative=False)',
    );
  });

  it('is refused with the sentence of the parser', () => {
    const parsed = parseQueueSettings('BNL', { state: 'active', chain: 'Ready, MaxPerCycle' });
    expect(parsed.ok ? [] : parsed.problems.map(({ why }) => why)).toEqual([
      expect.stringContaining('MaxPerCycle needs maximum, a whole number from 0 to 1000000'),
    ]);
  });
});
