import { describe, expect, it } from 'vitest';
import { account } from '../../../core/model/account.ts';
import {
  type Decision,
  decision,
  leavingBy,
  type PlannedLaunch,
  type Retirement,
  whose,
} from '../../../core/model/decision.ts';
import { mark } from '../../../core/model/discrepancy.ts';
import { openLaunch, plannedLaunch } from '../../../core/model/launch.ts';
import { boots, joins, pace } from '../../../core/model/learned.ts';
import { lease } from '../../../core/model/lease.ts';
import { coolingRecord, queueMemory, type SubmissionRecord } from '../../../core/model/ledger.ts';
import { type PlannedWake, plannedWake } from '../../../core/model/wake.ts';
import { type WorkerRecord, type WorkerState, workerRecord } from '../../../core/model/worker.ts';
import { openLaunch as anOpenLaunch, inLedger, LARGE, NARROW, NOW, STAGE } from '../worlds.ts';

const CAUSE = { kind: 'told', words: 'x' } as const;
const OFFER = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
const TEMPLATE = { ...STAGE.template, imageId: 'ami-1' };
const PURPOSE = { onlyQueue: 'BNL', width: 8, meantFor: '8c', kept: true, firstWidth: 8 } as const;

const OPEN = anOpenLaunch(2);
const LAUNCH: PlannedLaunch = {
  request: {
    ...{ ...OPEN.request, ...PURPOSE, template: TEMPLATE },
    overrides: [{ flavour: 'm7g.large', subnetId: 'subnet-a', zone: 'us-east-1a', imageId: 'ami-arm' }],
    reservationsFirst: true,
  },
  ...{ offers: LARGE, prices: { 'm7g.large': 0.08 }, halvings: 2 },
  isCanary: true,
};

const WAKE: PlannedWake = {
  ...{ instanceId: 'i-00000001', offer: OFFER, offers: LARGE, meantFor: '8c', dollarsPerHour: 0.1 },
  tags: { 'aerie:promised': '2c' },
  isResized: true,
};

const SUBMISSION: SubmissionRecord = {
  ...{ requestId: 'BNL.1', queue: 'BNL', count: 3, shape: NARROW, fleet: 'gpu', wallSeconds: 60 },
  ...{ viewedAt: NOW, at: NOW },
  canary: true,
  removal: true,
};

const RETIREMENT: Retirement = {
  ...{ instanceId: 'i-00000001', step: 'drain', cause: CAUSE },
  surplus: true,
  again: true,
  unseen: true,
  empty: true,
};

const TOLD = { at: NOW, why: [CAUSE], counts: { JobsReady: 3 } };
const OF_QUEUE = { of: 'pilots', queue: 'BNL', ...TOLD } as const;
const OF_FLEET = { of: 'workers', fleet: 'gpu', ...TOLD } as const;

const DECISIONS: readonly Decision[] = [
  {
    ...{ ...OF_QUEUE, kind: 'submit', requestId: 'BNL.1', count: 3, shape: NARROW, viewedAt: NOW },
    ...{ fleet: 'gpu', wallSeconds: 60 },
    canary: true,
  },
  { ...OF_QUEUE, kind: 'remove', count: 3, leave: 1, fleet: 'gone' },
  { ...OF_QUEUE, kind: 'rest' },
  { ...OF_QUEUE, kind: 'hold' },
  {
    ...OF_FLEET,
    kind: 'act',
    launches: [LAUNCH],
    retirements: [RETIREMENT],
    wakes: [WAKE],
    mayStop: ['i-2'],
  },
  { ...OF_FLEET, kind: 'rest' },
  { ...OF_FLEET, kind: 'hold' },
];

/** Every state that a worker may be in, with all that may be said of it. */
const STATES: readonly WorkerState[] = [
  { kind: 'booting' },
  { kind: 'joined', joinedAt: NOW, undrainedAt: NOW },
  { kind: 'missing', joinedAt: NOW, since: NOW },
  { kind: 'draining', since: NOW, cause: CAUSE, surplus: true, unjoined: true, undated: true },
  { kind: 'retiring', since: NOW, cause: CAUSE, pending: true, asleepSince: NOW },
  {
    ...{ kind: 'asleep', since: NOW, cause: CAUSE, refusedAt: NOW, failures: 2 },
    stopping: true,
    isTypeUnknown: true,
  },
  { kind: 'waking', since: NOW, failures: 2 },
  { kind: 'failed', at: NOW, cause: CAUSE },
];

const WORKER: Partial<WorkerRecord> = {
  ...{ ...PURPOSE, template: TEMPLATE, isProtected: true, stopRefusedAt: NOW },
  ...{ cost: { dollarsPerHour: 0.1, endsBy: NOW }, endRefused: { at: NOW, why: 'x' } },
  mayStop: true,
  sleeps: [
    [1, 2],
    [3, 4, 0.5],
  ],
};

describe('what the ledger keeps reads back as it was written: nothing of it is lost', () => {
  it.each<readonly [string, { parse(of: unknown): unknown }, object]>([
    ...DECISIONS.map((of) => [`a decision on ${of.of}: ${of.kind}`, decision, of] as const),
    ...STATES.map(
      (state) => [`a worker: ${state.kind}`, workerRecord, inLedger('i-00000001', state)] as const,
    ),
    [
      'a worker with all that may be known',
      workerRecord,
      inLedger('i-00000001', { kind: 'booting' }, WORKER),
    ],
    ['a launch that is planned', plannedLaunch, LAUNCH],
    [
      'a launch that is open',
      openLaunch,
      { ...LAUNCH, createdAt: NOW, intendedBy: 7, unansweredAt: NOW, tokenKnownAt: NOW },
    ],
    ['a wake', plannedWake, WAKE],
    [
      'boots of a template',
      boots,
      {
        kind: 'template',
        template: TEMPLATE,
        boots: [{ instanceId: 'i-1', launchedAt: NOW, joined: false }],
      },
    ],
    [
      'times to join',
      joins,
      { template: TEMPLATE, flavour: 'm6i.large', woken: true, took: [90, null], launchedAt: NOW },
    ],
    ['the pace', pace, { most: 4, notBefore: NOW, waitSeconds: 60 }],
    ['what a queue was given', queueMemory, { queue: 'BNL', pilotsEver: 9, recent: [SUBMISSION] }],
    [
      'an offer that was refused',
      coolingRecord,
      { offer: OFFER, until: NOW, why: 'x', class: 'capacity', halvings: 1 },
    ],
    [
      'what a fleet has spent',
      account,
      {
        ...{ fleet: 'gpu', former: 'BNL', dollars: { '2027-01': 3.5 }, booked: ['i-1'], version: 4 },
        pools: { 'm6i.large/us-east-1a': { hours: 3, reclaims: 1, at: NOW } },
      },
    ],
    [
      'the lease',
      lease,
      {
        ...{ kind: 'lease', name: 'workers', at: NOW, viewedAt: NOW, pandaRunning: 5, countedAt: NOW },
        ...{ fence: 3, until: NOW },
      },
    ],
    ...['capacity', 'quota', 'unsupported', 'configuration', 'throttled', 'caller'].map(
      (name) =>
        [`a refusal: ${name}`, coolingRecord, { offer: OFFER, until: NOW, why: 'x', class: name }] as const,
    ),
    ...[
      ...['unknown-instance', 'lost-worker', 'overdue-boot', 'unended-worker', 'stopped-instance'],
      ...['unclosed-launch', 'dead-ad', 'stranger'],
    ].map(
      (name) => [`a mark of the audit: ${name}`, mark, { name, subject: 'i-1', firstSeenAt: NOW }] as const,
    ),
    ...['workers', 'pilots'].map(
      (name) =>
        [
          `the lease of ${name}`,
          lease,
          { kind: 'lease', name, at: NOW, viewedAt: NOW, fence: 1, until: NOW },
        ] as const,
    ),
    ...(['terminate', 'undrain'] as const).map(
      (step) =>
        [
          `a step: ${step}`,
          decision,
          { ...OF_FLEET, kind: 'act', launches: [], retirements: [{ ...RETIREMENT, step }] },
        ] as const,
    ),
  ])('%s', (_, schema, of) => {
    expect(schema.parse(JSON.parse(JSON.stringify(of)))).toStrictEqual(of);
  });

  it.each<readonly [string, { safeParse(of: unknown): { readonly success: boolean } }, object]>([
    ['a decision of nobody', decision, { ...DECISIONS[2], queue: undefined }],
    ['a decision of a kind that there is not', decision, { ...DECISIONS[2], kind: 'wait' }],
    [
      'a state that there is not',
      workerRecord,
      { ...inLedger('i-1', { kind: 'booting' }), state: { kind: 'new' } },
    ],
    ['a sleep without an end', workerRecord, { ...inLedger('i-1', { kind: 'booting' }), sleeps: [[1]] }],
    [
      'a refusal of a class that there is not',
      coolingRecord,
      { offer: OFFER, until: 1, why: 'x', class: 'mood' },
    ],
    ['a discrepancy that there is not', mark, { name: 'odd', subject: 'i-1', firstSeenAt: 1 }],
    [
      'a market that there is not',
      coolingRecord,
      { offer: { ...OFFER, market: 'flea' }, until: 1, why: 'x' },
    ],
  ])('%s is not taken for one', (_, schema, of) => expect(schema.safeParse(of).success).toBe(false));
});

describe('a decision', () => {
  it('is of its queue or its fleet', () => {
    expect(DECISIONS.map(whose)).toEqual(['BNL', 'BNL', 'BNL', 'BNL', 'gpu', 'gpu', 'gpu']);
  });

  it('names all who leave by it, whatever the step, each once', () => {
    const step = (instanceId: string, given: Partial<Retirement> = {}) => ({
      ...RETIREMENT,
      instanceId,
      ...given,
    });
    const leaving = leavingBy([step('i-1'), step('i-2', { step: 'terminate' }), step('i-1')]);
    expect([...leaving]).toEqual(['i-1', 'i-2']);
    expect([...leavingBy([])]).toEqual([]);
  });
});
