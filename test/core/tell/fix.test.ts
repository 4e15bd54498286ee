import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason, ReasonKind } from '../../../core/model/reason.ts';
import { capReached, countedOf, fixOf, limitText } from '../../../core/tell/fix.ts';
import { limitOf } from '../../../core/tell/limit.ts';
import { fleetSettings, inLedger, JOINED, LARGE, NOW } from '../worlds.ts';
import { ALL } from './all-said.ts';

const ABOUT = { owner: { of: 'fleet', name: 'default' }, stage: 'prod' } as const;

/** Every kind of reason, with the first of its examples. */
const EXAMPLES = Object.entries(ALL).map(([kind, [first]]) => ({ kind, ...first?.[0] }) as Reason);

/** What mends a fleet's limit by the kind of its reason: a command with what it does, or what no command does. */
const FIXES: readonly (readonly [fix: string, kinds: readonly ReasonKind[]])[] = [
  [
    'aerie resume fleet/default --stage prod: somebody has stopped it',
    ['queue-paused', 'queue-drained', 'fleet-paused', 'fleet-drained'],
  ],
  [
    'aerie mode live fleet/default --stage prod: somebody has put it in shadow: it only says what it would do',
    ['queue-in-shadow', 'fleet-in-shadow'],
  ],
  ["ask the site's people: its status is set in CRIC", ['site-shut', 'site-status-strange']],
  [
    'aerie doctor --stage prod: it looks at each server on the way, and says what mends it',
    [
      'source-unknown',
      'source-stale',
      'source-ahead',
      'pool-incomplete',
      'collector-ahead',
      'site-unreadable',
      'instances-unknown',
      'cloud-unknown',
      'workers-unwell',
    ],
  ],
  ['aerie doctor --stage prod: a newer version has written it: deploy that one again', ['item-unread']],
  ['renew it on the central manager', ['credential-ends']],
  ['raise joining.tokenSeconds of the endpoint', ['tokens-end-first']],
  [
    "aerie set fleet/default chain='…' --stage prod: the queue's chain says so",
    ['chain-stuck', 'chain-moved', 'chain-by-status'],
  ],
  [
    'read the log of one of its pilots: a proxy, the wrapper, or PanDA has no jobs for them',
    ['pilots-empty-handed'],
  ],
  ["see the queue's template on the central manager", ['submissions-unshown']],
  ['aerie doctor --stage prod: the parameter of the image pipeline cannot be read', ['image-unknown']],
  [
    'aerie workers default --stage prod: machines in the pool are not as aerie made them',
    ['workers-doubted'],
  ],
  [
    'aerie workers default --lost --stage prod: the consoles of those that never joined say why',
    ['breaker-open'],
  ],
  [
    "aerie set fleet/default flavours='…' --stage prod: name types that the zones have",
    ['offers-unsupported'],
  ],
  [
    "aerie set fleet/default flavours='…' --stage prod: it is asked for again within minutes; other families help sooner",
    ['offers-cooling'],
  ],
  [
    'condor_q -better-analyze JOB: which clause of the jobs’ Requirements refuses these machines',
    ['workers-unclaimed'],
  ],
  [
    'aerie set fleet/default budget-dollars-per-month=N --stage prod: raise the budget, or wait for the next month',
    ['capped-by-budget'],
  ],
  ['aerie set fleet/default max-workers=N --stage prod: raise the cap', ['capped-by-fleet']],
  ['the endpoint counts what cannot be: see its log', ['count-impossible', 'short-impossible']],
  [
    'it passes by itself',
    [
      'pool-contradictory',
      'running-jumped',
      'collector-young',
      'workers-vanished',
      'tick-overtaken',
      'view-overtaken',
      'lease-held',
      'lease-contested',
      'launches-throttled',
      'launches-paced',
    ],
  ],
];

/** Of these it is in the reason what mends them: see below. */
const BY_ITS_WORDS: readonly ReasonKind[] = ['bad-settings', 'fits-no-flavour', 'jobs-outlast-workers'];

const fixed = (reason: Reason, about: Parameters<typeof fixOf>[1] = ABOUT): string | undefined => {
  const fix = fixOf(reason, about);
  return fix && [...(fix.command === undefined ? [] : [fix.command]), fix.text].join(': ');
};

describe('what mends a limit', () => {
  it.each(FIXES)('is %s', (fix, kinds) => {
    const examples = EXAMPLES.filter(({ kind }) => kinds.includes(kind));
    expect(examples.map((reason) => [reason.kind, fixed(reason)])).toEqual(
      examples.map(({ kind }) => [kind, fix]),
    );
    expect(examples).toHaveLength(kinds.length);
  });

  it('is said of all that limits', () => {
    const said = [...FIXES.flatMap(([, kinds]) => kinds), ...BY_ITS_WORDS];
    const isLimit = (reason: Reason) =>
      limitOf({ kind: 'rest', why: [reason] } as unknown as Decision).kind === 'limited';
    const limits = EXAMPLES.filter(isLimit).map(({ kind }) => kind);
    expect(limits.filter((kind) => !said.includes(kind))).toEqual([]);
  });

  it('is nothing where nothing keeps anything back', () => {
    expect(fixed({ kind: 'needed-again' })).toBeUndefined();
    expect(fixed({ kind: 'bad-settings', problems: [] })).toBeUndefined();
  });

  const unfit = { kind: 'fits-no-flavour', pilots: 1, cpus: 9, memoryMb: 1 } as const;
  const lack = (knob: string): Reason => ({ ...unfit, lack: { knob, why: 'is too much' } });
  it.each<readonly [string, Reason, string]>([
    [
      'a flavour, where none is large enough',
      unfit,
      "aerie set fleet/default flavours='…' --stage prod: add a flavour that is large enough",
    ],
    [
      'a flavour, where that is what is said to lack',
      lack('flavours'),
      "aerie set fleet/default flavours='…' --stage prod: add a flavour that is large enough",
    ],
    [
      'what the pilots of a queue ask for, where that is too much',
      lack('cpus'),
      'aerie set QUEUE cpus=N --stage prod: or add a flavour that is large enough',
    ],
    [
      'a life that is longer than the jobs’, and their notice',
      {
        ...{ kind: 'jobs-outlast-workers', pilots: 1, cpus: 1, memoryMb: 1 },
        ...{ wallSeconds: 9000, maxLifeSeconds: 3600 },
      },
      'aerie set fleet/default max-life-seconds=9601 --stage prod: workers have to live longer than their jobs',
    ],
    [
      'the first setting that is wrong',
      {
        kind: 'bad-settings',
        problems: ['max-workers', 'market'].map((knob) => ({ knob, why: 'is "many"' })),
      },
      'aerie set fleet/default max-workers=… --stage prod: what is there: aerie get fleet/default',
    ],
    ...['(all)', '(name)'].map((knob): readonly [string, Reason, string] => [
      'the reading of settings',
      { kind: 'bad-settings', problems: [{ knob, why: 'is old' }] },
      'aerie doctor --stage prod: the settings are not read',
    ]),
  ])('is %s', (_, reason, fix) => expect(fixed(reason)).toBe(fix));

  it('is of the queue that is limited', () => {
    const owner = { of: 'queue', name: 'BNL' } as const;
    expect(fixed({ kind: 'queue-paused' }, { ...ABOUT, owner })).toBe(
      'aerie resume queue/BNL --stage prod: somebody has stopped it',
    );
  });
});

describe('a fleet at one of its caps', () => {
  const capped = (workers: number): Reason => ({ kind: 'capped-by-fleet', workers });
  const cap = { knob: 'max-cores', value: 40 } as const;

  it('is told which to raise', () => {
    expect(fixed(capped(3), { ...ABOUT, cap })).toBe(
      'aerie set fleet/default max-cores=N --stage prod: it is 40 now',
    );
  });

  it('is told how many that one keeps back, where it is known which one it is', () => {
    expect(limitText(capped(1), cap)).toBe('1 more is kept back by max-cores, which is 40');
    expect(limitText(capped(2), cap)).toBe('2 more are kept back by max-cores, which is 40');
    expect(limitText(capped(2), undefined)).toContain('2 more are kept back by max-workers, max-cores,');
    expect(limitText({ kind: 'fleet-paused' }, cap)).toBe('the fleet is paused');
  });

  it.each([
    [{ workers: 20, cores: 40, booting: 0 }, 'max-workers', 20],
    [{ workers: 19, cores: 98, booting: 0 }, 'max-launch-per-tick', 100],
    [{ workers: 5, cores: 99, booting: 3 }, 'max-cores', 100],
    [{ workers: 5, cores: 10, booting: 3 }, 'max-booting', 3],
    [{ workers: 5, cores: 10, booting: 2 }, 'max-launch-per-tick', 100],
  ])('of which it has %j has reached %s', (counted, knob, value) => {
    const settings = fleetSettings({ 'max-workers': '20', 'max-cores': '100', 'max-booting': '3' });
    expect(capReached(settings, counted)).toEqual({ knob, value });
  });

  it('counts what has power or is to get it, of that fleet alone', () => {
    const workers = [
      inLedger('i-1', JOINED, { offers: { ...LARGE, cpus: 2 } }),
      inLedger('i-2', { kind: 'booting' }, { offers: { ...LARGE, cpus: 8 } }),
      inLedger('i-3', { kind: 'waking', since: NOW }, { offers: { ...LARGE, cpus: 4 } }),
      inLedger('i-4', { kind: 'asleep', since: NOW }),
      inLedger('i-5', { kind: 'failed', at: NOW, cause: { kind: 'ended-before-joining' } }),
      inLedger('i-6', JOINED, { fleet: 'gpu' }),
    ];
    expect(countedOf(workers, 'default')).toEqual({ workers: 3, cores: 14, booting: 2 });
  });
});
