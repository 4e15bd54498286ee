import { describe, expect, it } from 'vitest';
import {
  GET_CALLER_IDENTITY,
  joinRequest,
  MOST_PILOTS_AT_ONCE,
  type PoolView,
  poolView,
  removeRequest,
  statesRequest,
  submitRequest,
  workersRequest,
} from '../../../core/model/pool.ts';
import { LARGE, NARROW, NOW } from '../worlds.ts';

const JOBS = {
  ...{ shape: NARROW, fleet: 'gpu', wallSeconds: 3600, idle: 3, running: 2, held: 1, elsewhere: 1 },
  ...{ restarting: 1, waitingSince: [{ at: NOW - 60, count: 3 }] },
};

const WORKER = {
  ...{ instanceId: 'i-00000001', fleet: 'gpu', queue: 'BNL', width: 8, firstWidth: 8, jobWallSeconds: 60 },
  ...{ endsAt: NOW, total: LARGE, free: LARGE, busy: 1, draining: false, reachable: true },
  ...{ joinedAt: NOW - 90, lastHeardAt: NOW, idleSince: null, unwell: 'no CVMFS', unmatchedSince: NOW },
  ended: { count: 4, short: 2 },
};

const QUEUE = {
  ...{ queue: 'BNL', shapes: [JOBS], recentStarts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ...{ ended: { count: 4, short: 2, shortSeconds: 300 }, credentialExpiresAt: NOW },
};

/** Everything that an endpoint can say of a pool. */
const VIEW: PoolView = {
  observedAt: NOW,
  collectorStartedAt: NOW - 60,
  pilots: { complete: false, why: 'a schedd is away', queues: [QUEUE], unreadable: 1 },
  jobs: { complete: false, why: 'the same', fleets: [{ fleet: 'gpu', shapes: [JOBS] }], unreadable: 2 },
  workers: {
    ...{ complete: false, why: 'the collector is slow', workers: [WORKER], unnamed: 3 },
    unreadable: [{ instanceId: 'i-00000002', why: 'no Cpus' }],
  },
  landings: {
    ...{ complete: false, why: 'an entry has no queue', unreadable: 1 },
    landings: [{ queue: 'BNL', at: NOW, count: 2, shape: NARROW }],
  },
  tokenSeconds: 600,
  credentials: [{ file: '/etc/grid-security/ca.r0', expiresAt: 0 }],
};

const withWorker = (given: object) => ({
  ...VIEW,
  workers: { ...VIEW.workers, workers: [{ ...WORKER, ...given }] },
});
const withQueue = (given: object) => ({
  ...VIEW,
  pilots: { complete: true, queues: [{ ...QUEUE, ...given }] },
});
const withJobs = (given: object) => withQueue({ shapes: [{ ...JOBS, ...given }] });
const moments = (n: number) => Array.from({ length: n }, (_, i) => ({ at: NOW + i, count: 1 }));

describe('what an endpoint says of a pool', () => {
  it('is read whole', () => expect(poolView.parse(VIEW)).toStrictEqual(VIEW));

  it('is read of an endpoint from before there were fleets: all is of the default fleet', () => {
    const {
      fleet: _,
      waitingSince: __,
      elsewhere: ___,
      restarting: ____,
      wallSeconds: _____,
      ...jobs
    } = JOBS;
    const { fleet: ______, width: _______, ended: ________, ...worker } = WORKER;
    const old = {
      ...{ observedAt: NOW, collectorStartedAt: NOW },
      pilots: { complete: true, queues: [{ ...QUEUE, shapes: [jobs] }] },
      workers: { complete: true, workers: [worker] },
    };
    expect(poolView.parse(old)).toStrictEqual({
      ...old,
      pilots: { complete: true, queues: [{ ...QUEUE, shapes: [{ ...jobs, fleet: 'default' }] }] },
      workers: { complete: true, workers: [{ ...worker, fleet: 'default' }] },
    });
  });

  it.each<readonly [string, object]>([
    ['a pilot without a credential', withQueue({ credentialExpiresAt: null })],
    ['no word of credentials', withQueue({ credentialExpiresAt: undefined })],
    ['sixty moments of waiting', withJobs({ waitingSince: moments(60) })],
    ['as many jobs as HTCondor can count', withJobs({ idle: 2 ** 31 - 1 })],
    ['the last moment there is', { ...VIEW, observedAt: 1e11 }],
    ['parts of a core', withWorker({ free: { ...LARGE, cpus: 0.5 } })],
  ])('may be %s', (_, view) => expect(poolView.safeParse(view).success).toBe(true));

  it.each<readonly [string, object]>([
    ['milliseconds for seconds', { ...VIEW, observedAt: NOW * 1000 }],
    ['a moment before 1970', { ...VIEW, collectorStartedAt: -1 }],
    ['a moment in a worker that is none', withWorker({ idleSince: -1 })],
    ['half a job', withJobs({ idle: 0.5 })],
    ['jobs below none', withJobs({ running: -1 })],
    ['more jobs than HTCondor can count', withJobs({ held: 2 ** 31 })],
    ['room below none', withWorker({ free: { ...LARGE, memoryMb: -1 } })],
    ['more room than HTCondor can count', withWorker({ total: { ...LARGE, diskMb: 2 ** 31 } })],
    ['a worker of another name than clouds give', withWorker({ instanceId: 'worker-1' })],
    ['a worker of a fleet that can be none', withWorker({ fleet: '../x' })],
    ['a queue that can be none', withQueue({ queue: '.x' })],
    ['starts of nine minutes', withQueue({ recentStarts: [0, 0, 0, 0, 0, 0, 0, 0, 0] })],
    ['more than sixty moments of waiting', withJobs({ waitingSince: moments(61) })],
    ['parts that do not say whether they are whole', { ...VIEW, workers: { workers: [] } }],
  ])('is not believed where it has %s', (_, view) => expect(poolView.safeParse(view).success).toBe(false));
});

describe('what an endpoint is asked', () => {
  const submit = { requestId: 'BNL.1800000000', queue: 'BNL', count: 1, shape: NARROW };
  const remove = { queue: 'BNL', count: 1, leave: 0 };
  const drain = { instanceIds: ['i-00000001'] };
  const state = { of: 'queue', name: 'BNL', state: 'limited', limit: 'it is full', machineAt: NOW } as const;
  const states = { stage: 'prod-2', states: [state] };
  const ids = (n: number) => ({ instanceIds: Array.from({ length: n }, () => 'i-00000001') });
  const some = (n: number, stage = 'prod') => ({ stage, states: Array.from({ length: n }, () => state) });
  const join = {
    instanceId: 'i-00000001',
    headers: {
      ...{ host: 'sts.amazonaws.com', 'x-aerie-pool': 'cm.bnl.gov', authorization: 'AWS4-HMAC-SHA256 …' },
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      ...{ 'x-amz-date': '20270115T080000Z', 'x-amz-security-token': 'x' },
    },
  };
  const signed = (headers: object) => ({ ...join, headers: { ...join.headers, ...headers } });

  it.each<readonly [string, { safeParse(of: unknown): { readonly data?: unknown } }, object]>([
    ['one pilot', submitRequest, submit],
    ['as many as one request may submit', submitRequest, { ...submit, count: MOST_PILOTS_AT_ONCE }],
    ['what rides on pilots', submitRequest, { ...submit, fleet: 'gpu', wallSeconds: 3600 }],
    ['one pilot to be removed', removeRequest, remove],
    ['those of a fleet that is gone to be removed', removeRequest, { ...remove, leave: 9, fleet: 'gone' }],
    ['one worker', workersRequest, drain],
    ['a thousand workers', workersRequest, ids(1_000)],
    ['a state', statesRequest, states],
    ['states of a thousand', statesRequest, some(1_000, 'a'.repeat(20))],
    ['a proof', joinRequest, join],
    [
      'a proof with all that it may have',
      joinRequest,
      signed({ host: 'x'.repeat(256), authorization: 'x'.repeat(1024) }),
    ],
  ])('may be %s', (_, schema, of) => expect(schema.safeParse(of).data).toStrictEqual(of));

  it.each<readonly [string, { safeParse(of: unknown): { readonly success: boolean } }, object]>([
    ['no pilot', submitRequest, { ...submit, count: 0 }],
    ['half a pilot', submitRequest, { ...submit, count: 1.5 }],
    ['more pilots than one request may submit', submitRequest, { ...submit, count: MOST_PILOTS_AT_ONCE + 1 }],
    ['a name that a log cannot hold', submitRequest, { ...submit, requestId: 'a b' }],
    ['a name that is too long', submitRequest, { ...submit, requestId: 'x'.repeat(129) }],
    ['a word that it does not know', submitRequest, { ...submit, urgent: true }],
    ['no pilot to be removed', removeRequest, { ...remove, count: 0 }],
    ['fewer pilots to be left than none', removeRequest, { ...remove, leave: -1 }],
    ['a word that removals do not know', removeRequest, { ...remove, all: true }],
    ['nobody', workersRequest, ids(0)],
    ['more than a thousand workers', workersRequest, ids(1_001)],
    ['a worker that can be none', workersRequest, { instanceIds: ['*'] }],
    ['states of nobody', statesRequest, some(0)],
    ['states of more than a thousand', statesRequest, some(1_001)],
    ['states of a stage that can be none', statesRequest, some(1, '2prod')],
    ['states of a stage whose name is too long', statesRequest, some(1, 'a'.repeat(21))],
    ['a state that is none', statesRequest, { stage: 'prod', states: [{ ...state, state: 'fine' }] }],
    ['another content', joinRequest, signed({ 'content-type': 'text/plain' })],
    ['a date that is none', joinRequest, signed({ 'x-amz-date': '2027-01-15T08:00:00Z' })],
    ['a date and more', joinRequest, signed({ 'x-amz-date': '20270115T080000Z\nx: y' })],
    ['more and a date', joinRequest, signed({ 'x-amz-date': 'x20270115T080000Z' })],
    ['a header that STS would hear and nobody signed', joinRequest, signed({ 'x-forwarded-host': 'evil' })],
    ['a host that is too long', joinRequest, signed({ host: 'x'.repeat(257) })],
    ['a token that is too long', joinRequest, signed({ 'x-amz-security-token': 'x'.repeat(4097) })],
    ['a pool that is too long', joinRequest, signed({ 'x-aerie-pool': 'x'.repeat(257) })],
    ['a signature that is too long', joinRequest, signed({ authorization: 'x'.repeat(1025) })],
  ])('may not be %s', (_, schema, of) => expect(schema.safeParse(of).success).toBe(false));

  it('is, of STS, who the caller is and nothing else', () => {
    expect(GET_CALLER_IDENTITY).toBe('Action=GetCallerIdentity&Version=2011-06-15');
  });
});
