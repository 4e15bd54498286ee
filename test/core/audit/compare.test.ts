import { describe, expect, it } from 'vitest';
import { compare, protections } from '../../../core/audit/compare.ts';
import type { Instance } from '../../../core/model/instance.ts';
import { TAG } from '../../../core/model/names.ts';
import type { WorkerState } from '../../../core/model/worker.ts';
import { UNCLOSED_SECONDS } from '../../../core/write/open-launches.ts';
import { fleet, inLedger, inPool, NOW, openLaunch } from '../worlds.ts';
import {
  type Given,
  ID,
  instance,
  JOIN_SECONDS,
  old,
  PROTECTED,
  startd,
  VIEWED_AT,
  world,
} from './audited.ts';

const LONGEST_JOIN_SECONDS = 7_200;
const TOLD = { kind: 'told', words: 'x' } as const;

const record = (state: WorkerState, ageSeconds = 300) =>
  inLedger(ID, state, { fleet: 'HTC', launchedAt: NOW - ageSeconds });
const BOOTING = record({ kind: 'booting' });
const JOINED = record({ kind: 'joined', joinedAt: NOW - 200 });
const retiring = (seconds: number, pending?: true) =>
  record({
    ...{ kind: 'retiring', since: NOW - seconds, cause: TOLD },
    ...(pending === undefined ? {} : { pending }),
  });
const ASLEEP = record({ kind: 'asleep', since: NOW - 100 }, 9_000);
const waking = (seconds: number) => ({
  ...record({ kind: 'waking', since: NOW - seconds }, 20_000),
  mayStop: true as const,
});
const silent = (seconds: number) => inPool(ID, { lastHeardAt: VIEWED_AT - seconds });
const launch = (ageSeconds: number) => openLaunch(2, NOW - ageSeconds);
const idOf = (ageSeconds: number) => launch(ageSeconds).request.launchId;

/** What is found: name, remedy, and whether there is nothing to wait for. */
const found = (given: Given): readonly string[] =>
  compare(world(given)).map(
    ({ name, remedy, waited }) => `${name}: ${remedy.kind}${waited ? ', at once' : ''}`,
  );

describe('an audit of a fleet in shadow', () => {
  const inShadow = (given: Given) => ({
    ...world(given),
    fleets: [fleet({ mode: 'shadow', 'join-deadline-seconds': String(JOIN_SECONDS) }, 'HTC')],
  });
  const remedies = (given: Given) =>
    compare(inShadow(given)).map(({ name, remedy }) => `${name}: ${remedy.kind}`);

  it.each<readonly [string, Given, string, string]>([
    ['adopts none', { instances: [instance()] }, 'unknown-instance', 'adopt'],
    [
      'ends none that the ledger does not know',
      { instances: [instance({ launchedAt: NOW - JOIN_SECONDS - 1 })] },
      ...(['unknown-instance', 'end'] as const),
    ],
    [
      'ends none that boots for too long',
      {
        instances: [instance({ launchedAt: NOW - JOIN_SECONDS - 1 })],
        workers: [record({ kind: 'booting' }, JOIN_SECONDS + 1)],
      },
      ...(['overdue-boot', 'end'] as const),
    ],
    [
      'ends none that is stopped',
      { instances: [instance({ state: 'stopped' })], workers: [JOINED] },
      ...(['stopped-instance', 'end'] as const),
    ],
  ])('%s, and tells of it', (_, given, name, live) => {
    expect(found(given)[0]).toContain(`${name}: ${live}`);
    expect(remedies(given)).toEqual([`${name}: report`]);
    expect(compare(inShadow(given)).some(({ waited }) => waited)).toBe(false);
  });

  it('crosses out what is gone', () => {
    expect(remedies({ workers: [JOINED] })).toEqual(['lost-worker: bury']);
  });

  it('mends the machines of other fleets', () => {
    const other = instance({}, { [TAG.fleet]: 'OTHER' });
    expect(remedies({ instances: [other] })).toEqual(['unknown-instance: adopt']);
  });
});

describe('an audit of one machine', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    ['known to all three', { instances: [instance()], workers: [JOINED], startds: [startd] }, []],
    ['that boots', { instances: [instance()], workers: [BOOTING] }, []],
    ['that the ledger does not know yet', { instances: [instance()] }, ['unknown-instance: adopt']],
    [
      'that the ledger does not know, at its deadline',
      { instances: [instance({ launchedAt: NOW - JOIN_SECONDS })] },
      ['unknown-instance: adopt'],
    ],
    [
      'that the ledger does not know, after its deadline',
      { instances: [instance({ launchedAt: NOW - JOIN_SECONDS - 1 })] },
      ['unknown-instance: end'],
    ],
    [
      'of a fleet without settings, at the longest deadline',
      { instances: [instance({ launchedAt: NOW - LONGEST_JOIN_SECONDS }, { [TAG.fleet]: 'OTHER' })] },
      ['unknown-instance: adopt'],
    ],
    [
      'of a fleet without settings, after the longest deadline',
      { instances: [instance({ launchedAt: NOW - LONGEST_JOIN_SECONDS - 1 }, { [TAG.fleet]: 'OTHER' })] },
      ['unknown-instance: end'],
    ],
    [
      'that the ledger does not know, long since in the pool',
      { instances: [instance({ launchedAt: NOW - 9_000 })], startds: [startd] },
      ['unknown-instance: adopt'],
    ],
    [
      'that the ledger does not know and an operator protects',
      { instances: [instance({ launchedAt: NOW - 9_000 }, PROTECTED)] },
      ['unknown-instance: adopt'],
    ],
    [
      'whose tag names no fleet that may be',
      { instances: [instance({}, { [TAG.fleet]: 'no such name!' })] },
      ['unknown-instance: end'],
    ],
    [
      'whose tag names no fleet that may be, and that is protected',
      { instances: [instance({}, { ...PROTECTED, [TAG.fleet]: '' })] },
      ['unknown-instance: report'],
    ],
    [
      'from before there were fleets',
      { instances: [old({ [TAG.queue]: 'BNL' })], startds: [startd] },
      ['unknown-instance: adopt'],
    ],
    [
      'from before there were fleets, whose tag names no queue that may be',
      { instances: [old({ [TAG.queue]: 'no such name!' })], startds: [startd] },
      ['unknown-instance: end'],
    ],
    [
      'whose tags name nobody, with an ad',
      { instances: [old()], startds: [startd] },
      ['unknown-instance: adopt'],
    ],
    ['whose tags name nobody', { instances: [old()] }, ['unknown-instance: end']],
    [
      'of a launch that is open',
      { instances: [instance({}, { [TAG.launch]: idOf(60) })], launches: [launch(60)] },
      [],
    ],
    ['of a launch whose item cannot be read', { instances: [instance()], unread: ['launch#HTC.1.0'] }, []],
    [
      'whose record cannot be read',
      { instances: [instance()], startds: [startd], unread: [`worker#${ID}`] },
      [],
    ],
    [
      'that the ledger does not know and that has ended',
      { instances: [instance({ state: 'terminated' })] },
      [],
    ],
    [
      'that has not joined by its deadline',
      { instances: [instance()], workers: [record({ kind: 'booting' }, JOIN_SECONDS + 1)] },
      ['overdue-boot: end, at once'],
    ],
    [
      'that drains and has not joined by its deadline',
      {
        instances: [instance()],
        workers: [record({ kind: 'draining', since: NOW, cause: TOLD, unjoined: true }, JOIN_SECONDS + 1)],
      },
      ['overdue-boot: end, at once'],
    ],
    [
      'that wakes',
      { instances: [instance()], workers: [record({ kind: 'waking', since: NOW - JOIN_SECONDS }, 90_000)] },
      [],
    ],
    [
      'that was woken and is not there by its deadline',
      {
        instances: [instance()],
        workers: [record({ kind: 'waking', since: NOW - JOIN_SECONDS - 1 }, 90_000)],
      },
      ['overdue-boot: end, at once'],
    ],
    [
      'that has not joined by its deadline and is protected',
      { instances: [instance({}, PROTECTED)], workers: [record({ kind: 'booting' }, JOIN_SECONDS + 1)] },
      [],
    ],
    [
      'that joined late, before it was seen',
      {
        instances: [instance()],
        workers: [record({ kind: 'booting' }, JOIN_SECONDS + 1)],
        startds: [startd],
      },
      [],
    ],
    [
      'that joined and drains, long after its deadline',
      { instances: [instance()], workers: [record({ kind: 'draining', since: NOW, cause: TOLD }, 9_000)] },
      [],
    ],
    ['whose end EC2 took 600 s ago', { instances: [instance()], workers: [retiring(600)] }, []],
    [
      'whose end EC2 took longer ago',
      { instances: [instance()], workers: [retiring(601)] },
      ['unended-worker: end'],
    ],
    ['whose end EC2 has not taken yet', { instances: [instance()], workers: [retiring(601, true)] }, []],
    [
      'that was stopped',
      { instances: [instance({ state: 'stopped' })], workers: [JOINED] },
      ['stopped-instance: end'],
    ],
    ['that sleeps', { instances: [instance({ state: 'stopped' })], workers: [ASLEEP] }, []],
    [
      'that sleeps, and still loses its power',
      { instances: [instance({ state: 'stopping' })], workers: [ASLEEP] },
      [],
    ],
    [
      'that has just fallen asleep',
      {
        instances: [instance({ state: 'stopped' })],
        workers: [{ ...JOINED, mayStop: true }],
        startds: [startd],
      },
      [],
    ],
    [
      'that sleeps and is to end, at its deadline',
      { instances: [instance({ state: 'stopped' })], workers: [{ ...retiring(600), mayStop: true }] },
      [],
    ],
    [
      'that sleeps and is to end, long since',
      { instances: [instance({ state: 'stopped' })], workers: [{ ...retiring(601), mayStop: true }] },
      ['unended-worker: end'],
    ],
    ['that sleeps and that EC2 does not show any more', { workers: [ASLEEP] }, ['lost-worker: bury']],
    ['that wakes', { instances: [instance()], workers: [waking(JOIN_SECONDS)] }, []],
    [
      'that wakes, after its deadline',
      { instances: [instance()], workers: [waking(JOIN_SECONDS + 1)] },
      ['overdue-boot: end, at once'],
    ],
    [
      'that is to wake and does not',
      { instances: [instance({ state: 'stopped' })], workers: [waking(9_000)] },
      [],
    ],
    [
      'that has power while the ledger has it asleep',
      { instances: [instance()], workers: [ASLEEP] },
      ['overdue-boot: end'],
    ],
    [
      'that serves while the ledger has it asleep',
      { instances: [instance()], workers: [ASLEEP], startds: [startd] },
      [],
    ],
    ['that is being stopped', { instances: [instance({ state: 'stopping' })] }, ['stopped-instance: end']],
    ['that was stopped and is protected', { instances: [instance({ state: 'stopped' }, PROTECTED)] }, []],
    ['that EC2 does not show', { workers: [JOINED] }, ['lost-worker: bury']],
    [
      'that EC2 shows as ended',
      { instances: [instance({ state: 'terminated' })], workers: [JOINED] },
      ['lost-worker: bury, at once'],
    ],
    [
      'that EC2 shows as ending',
      { instances: [instance({ state: 'shutting-down' })], workers: [JOINED] },
      ['lost-worker: bury, at once'],
    ],
    [
      'that failed and is not counted yet',
      { workers: [record({ kind: 'failed', at: NOW, cause: TOLD })] },
      [],
    ],
    ['that EC2 does not show, heard of lately', { workers: [JOINED], startds: [silent(900)] }, []],
    [
      'that EC2 does not show, silent since',
      { workers: [JOINED], startds: [silent(901)] },
      ['lost-worker: bury'],
    ],
    [
      'that EC2 shows as ended, with its ad',
      { instances: [instance({ state: 'terminated' })], workers: [JOINED], startds: [startd] },
      ['lost-worker: bury, at once', 'dead-ad: forget, at once'],
    ],
    ['that nobody knows, heard of lately', { startds: [silent(900)] }, ['stranger: report']],
    ['that nobody knows, silent since', { startds: [silent(901)] }, ['dead-ad: forget']],
  ])('%s', (_, given, expected) => {
    expect(found(given)).toEqual(expected);
  });
});

describe('an end that the audit asks for', () => {
  it.each<readonly [string, Given, string, boolean]>([
    [
      'of one that nobody knows',
      { instances: [instance({ launchedAt: NOW - 9_000 })] },
      'unknown-unjoined',
      true,
    ],
    [
      'of a stopped one in the pool',
      { instances: [instance({ state: 'stopped' })], workers: [JOINED], startds: [startd] },
      'stopped',
      false,
    ],
    [
      'of a boot that is overdue',
      { instances: [instance()], workers: [record({ kind: 'booting' }, 9_000)] },
      'join-overdue',
      true,
    ],
    [
      'of one in the pool that nobody knows, nor whom it is to serve',
      { instances: [old()], startds: [{ ...startd, fleet: 'a fleet!' }] },
      'unknown-unjoined',
      false,
    ],
    ['that EC2 took before', { instances: [instance()], workers: [retiring(601)] }, 'told', true],
    [
      'of one in the pool whose tag names no queue that may be',
      { instances: [old({ [TAG.queue]: 'no such name!' })], startds: [startd] },
      'unknown-unjoined',
      false,
    ],
  ])('%s says why, and whether it is in the pool', (_, given, cause, unseen) => {
    const [remedy] = compare(world(given)).map((finding) => finding.remedy);
    expect(remedy).toMatchObject({ kind: 'end', instanceId: ID, cause: { kind: cause }, unseen });
    expect(remedy).toHaveProperty('worker', given.workers?.[0]);
  });
});

describe('a launch whose outcome nobody wrote down', () => {
  it.each([
    ['young', { ...launch(UNCLOSED_SECONDS) }, []],
    ['never asked for', { ...launch(UNCLOSED_SECONDS + 1), intendedBy: 3 }, []],
    ['old', launch(UNCLOSED_SECONDS + 1), ['unclosed-launch: close']],
  ])('%s', (_, open, expected) => {
    expect(found({ launches: [open] })).toEqual(expected);
  });

  it('is closed with what lives of it', () => {
    const open = launch(UNCLOSED_SECONDS + 1);
    const its = (id: string, state: Instance['state']) =>
      instance({ instanceId: id, state }, { [TAG.launch]: open.request.launchId });
    const instances = [
      its('i-1', 'running'),
      its('i-2', 'terminated'),
      its('i-3', 'pending'),
      instance({ state: 'terminated' }),
      instance({ instanceId: 'i-5' }),
    ];
    const findings = compare(world({ launches: [open], instances }));
    const finding = findings.find(({ name }) => name === 'unclosed-launch');
    expect(finding?.remedy).toEqual({ kind: 'close', launch: open, alive: [instances[0], instances[2]] });
  });
});

describe('a mark of protection', () => {
  it.each([
    ['yes', true],
    ['until monday', true],
    ['', false],
    ['no', false],
    ['false', false],
  ])('"%s" on an instance protects its worker: %s', (value, isProtected) => {
    const instances = [instance({}, { [TAG.protected]: value })];
    const expected = isProtected ? [{ worker: JOINED, isProtected }] : [];
    expect(protections(world({ instances, workers: [JOINED] }))).toEqual(expected);
    const marked = { ...JOINED, isProtected: true };
    const taken = isProtected ? [] : [{ worker: marked, isProtected: false }];
    expect(protections(world({ instances, workers: [marked] }))).toEqual(taken);
  });

  it('on an instance without a record is nobody’s', () => {
    expect(protections(world({ instances: [instance({}, PROTECTED)] }))).toEqual([]);
  });
});
