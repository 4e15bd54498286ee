import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/model/decision.ts';
import { NUDGE_BODY } from '../../core/model/nudge.ts';
import { type AuditReport, audit } from '../../runtime/audit.ts';
import { onTimer } from '../../runtime/handler.ts';
import { onAudit } from '../../runtime/on-audit.ts';
import { onQueue } from '../../runtime/on-queue.ts';
import type { ToldRefusal } from '../../runtime/tell/tell-refusals.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { inLedger, NOW } from '../core/worlds.ts';
import { BOOTING, ID, instance, sides } from './audit-sides.ts';
import { hearing } from './hearing.ts';
import { message, serve, setting } from './serving-settings.ts';

const at = (seconds: number) => ({ time: new Date(seconds * 1000).toISOString() });

const decided = (kind: 'rest' | 'hold', queue: string): Decision => ({
  ...{ of: 'pilots', kind, queue, at: NOW, why: [{ kind: 'queue-paused' }] },
  counts: { jobsReady: 4, breakersOpen: 1 },
});

const queued = (body: string, sentAt: number, receivedAt: number) => ({
  Records: [
    {
      body,
      attributes: {
        SentTimestamp: String(sentAt * 1000),
        ApproximateFirstReceiveTimestamp: String(receivedAt * 1000),
      },
    },
  ],
});

/** What every line of a function has, and every set of its metrics. */
const line = (service: string, level: string, said: string) => ({
  ...{ service, level, message: said },
  function_request_id: CONTEXT.awsRequestId,
});
const of = (service: string, more: object = {}) => ({ service, Stage: 'lab', at: String(NOW), ...more });

describe('a function on a timer tells', () => {
  it('each decision, and counts it with all others of the tick', async () => {
    const { lines, sets } = hearing();
    const tick = onTimer('pilots', 'lab', ({ tell, find }) => async () => {
      tell(decided('rest', 'BNL'));
      tell(decided('hold', 'CERN'));
      find('CertificateDays', 7);
      find('CertificateDays', 9);
      return [];
    });
    await tick(at(NOW), CONTEXT);
    expect(lines).toMatchObject([line('pilots', 'INFO', 'rest'), { queue: 'CERN', kind: 'hold' }]);
    expect(sets).toMatchObject([
      of('pilots', { Queue: 'BNL', JobsReady: 4 }),
      of('pilots', { Queue: 'CERN', Holds: 1 }),
      of('pilots', { Ticks: 1, QueuesHolding: 1, QueuesBraked: 2, CertificateDays: 7 }),
    ]);
    await tick(at(NOW + 60), CONTEXT);
    expect(sets.at(-1)).toMatchObject({ at: String(NOW + 60), Ticks: 1, QueuesBraked: 2 });
  });

  it('what it has counted where its tick fails, which is no tick', async () => {
    const { lines, sets } = hearing();
    const tick = onTimer('workers', 'lab', ({ count }) => async () => {
      count('LaunchesThrottled', 2);
      throw new Error('no ledger');
    });
    await expect(tick(at(NOW), CONTEXT)).rejects.toThrow('no ledger');
    expect(lines).toMatchObject([{ ...line('workers', 'ERROR', 'failed'), error: { message: 'no ledger' } }]);
    expect(sets).toMatchObject([of('workers', { LaunchesThrottled: 2, Ticks: 0 })]);
  });

  it('nothing of a tick that it was nudged to, but what it did', async () => {
    const { sets } = hearing();
    const tick = onTimer('workers', 'lab', ({ count }) => async (now) => {
      if (now > NOW) count('WakesRefused', 1);
      return [];
    });
    await tick(queued(NUDGE_BODY, NOW, NOW), CONTEXT);
    expect(sets).toEqual([]);
    await tick(queued(NUDGE_BODY, NOW + 30, NOW + 30), CONTEXT);
    expect(sets).toMatchObject([{ Ticks: 0, WakesRefused: 1 }]);
  });

  it('nothing of a nudge that came too late, and does nothing', async () => {
    const { lines, sets } = hearing();
    const moments: number[] = [];
    const tick = onTimer('workers', 'lab', () => async (now) => {
      moments.push(now);
      return [];
    });
    expect(await tick(queued(NUDGE_BODY, NOW, NOW + 16), CONTEXT)).toEqual({ at: NOW, decisions: [] });
    expect([moments, lines, sets]).toEqual([[], [], []]);
  });

  it('that a tick came late, and counts it', async () => {
    const { lines, sets } = hearing();
    const tick = onTimer('workers', 'lab', () => async () => []);
    const due = JSON.stringify({ ...at(NOW - 20), afterSeconds: 20 });
    await tick(queued(due, NOW - 20, NOW + 16), CONTEXT);
    expect(lines).toMatchObject([
      {
        ...line('workers', 'WARN', 'a tick that came 16 s late is left out: a later one does its work'),
        at: NOW,
      },
    ]);
    expect(sets).toMatchObject([of('workers', { TicksLate: 1, Ticks: 0 })]);
  });

  it('why what it decided on is not kept: once, until it is for something else', async () => {
    const { lines } = hearing();
    const reasons = ['too-large', 'too-large', 'no time was left', 'too-large'];
    const tick = onTimer('workers', 'lab', ({ missed }) => async () => {
      for (const why of reasons) missed(why);
      return [];
    });
    await tick(at(NOW), CONTEXT);
    const said = (why: string) =>
      line('workers', 'WARN', `what ticks decide on is not kept, so that it cannot be replayed: ${why}`);
    expect(lines).toMatchObject(['too-large', 'no time was left', 'too-large'].map(said));
  });

  it('what its cloud refuses, with the words of it', async () => {
    const { lines } = hearing();
    const refusal: ToldRefusal = {
      ...{ of: 'end', by: 'EC2', class: 'configuration', subjects: ['i-1'], code: 'No', why: 'No: no' },
    };
    const tick = onTimer('workers', 'lab', ({ tellRefusal }) => async () => {
      tellRefusal(refusal);
      return [];
    });
    await tick(at(NOW), CONTEXT);
    expect(lines).toMatchObject([
      { ...line('workers', 'WARN', 'EC2 refuses to end i-1 (configuration): No: no'), ...refusal },
    ]);
  });
});

const LOOKED: Extract<AuditReport, { kind: 'looked' }> = {
  ...{ kind: 'looked', at: NOW, tallies: [], findings: [], unread: [], ends: [] },
};

describe('the audit tells', () => {
  const told = async (report: AuditReport) => {
    const heard = hearing();
    expect(await onAudit('lab', () => async () => report)(at(NOW), CONTEXT)).toBe(report);
    return heard;
  };
  const end = (instanceId: string, code: string, askedByOther?: true) => ({
    ...{ instanceId, fleet: 'gpu', launchedAt: NOW - 60, at: NOW },
    offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' as const },
    reason: { code, message: `${code}: taken back` },
    ...(askedByOther === undefined ? {} : { askedByOther }),
  });

  it('that there is nothing to mend, and that it has looked', async () => {
    const { lines, sets } = await told({
      ...LOOKED,
      tallies: [{ name: 'stranger', count: 0, oldestSeconds: 0, due: 0 }],
    });
    expect(lines).toMatchObject([
      {
        ...line('audit', 'INFO', 'nothing to mend'),
        ...{ at: NOW, counts: { stranger: 0 }, findings: [], ends: {}, endedByOthers: [] },
      },
    ]);
    expect(sets).toMatchObject([
      of('audit', { Audits: 1, WorkersEndedByOthers: 0, UnknownInstances: 0, OldestDiscrepancy: 0 }),
    ]);
  });

  it('what it found and cannot read, and counts what is not as it should be by its kind', async () => {
    const { lines, sets } = await told({
      ...LOOKED,
      tallies: [
        { name: 'stranger', count: 0, oldestSeconds: 0, due: 0 },
        { name: 'unknown-instance', count: 2, oldestSeconds: 300, due: 1 },
        { name: 'lost-worker', count: 1, oldestSeconds: 60, due: 0 },
      ],
      findings: [{ name: 'unknown-instance', subject: 'i-1', remedy: 'adopt' }],
      unread: [{ key: 'worker#i-2', why: 'is of version 9' }],
    });
    expect(lines).toMatchObject([
      {
        message: '2 discrepancies',
        findings: ["the ledger's worker#i-2 is of version 9", 'unknown-instance i-1: adopt'],
      },
    ]);
    expect(sets).toMatchObject([
      of('audit', {
        Discrepancy: 'unknown-instance',
        ...{ Discrepancies: 2, DiscrepancyAge: 300, DiscrepanciesMended: 1 },
      }),
      of('audit', {
        Discrepancy: 'lost-worker',
        Discrepancies: 1,
        DiscrepancyAge: 60,
        DiscrepanciesMended: 0,
      }),
      of('audit', { Audits: 1, UnknownInstances: 2, OldestDiscrepancy: 300 }),
    ]);
    expect(sets.at(-1)).not.toHaveProperty('Discrepancy');
  });

  it('what has ended, how often for which reason, and which of it somebody else has brought about', async () => {
    const spot = 'Server.SpotInstanceTermination';
    const asked = 'Client.UserInitiatedShutdown';
    const { lines, sets } = await told({
      ...LOOKED,
      ends: [end('i-1', spot), end('i-2', spot), end('i-3', asked, true), end('i-4', asked)],
    });
    expect(lines).toMatchObject([
      {
        ends: { [spot]: 2, [asked]: 2 },
        endedByOthers: [
          `i-1 of gpu: ${spot}: taken back`,
          `i-2 of gpu: ${spot}: taken back`,
          `i-3 of gpu: ${asked}: taken back`,
        ],
      },
    ]);
    expect(sets).toMatchObject([{ WorkersEndedByOthers: 3 }]);
  });

  it('fifty of them by name, and counts all', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `i-${n}`);
    const { lines } = await told({
      ...LOOKED,
      findings: ids.map((subject) => ({ name: 'stranger', subject, remedy: 'report' })),
      ends: ids.map((id) => end(id, 'Server.InternalError')),
    });
    expect(lines).toMatchObject([
      { message: '60 discrepancies', findings: { length: 50 }, endedByOthers: { length: 50 } },
    ]);
  });

  it('why it did not look, which is no audit', async () => {
    const { lines, sets } = await told({
      ...{ kind: 'hold', at: NOW, why: { kind: 'instances-unknown', words: 'EC2 is away' } },
    });
    expect(lines).toMatchObject([
      {
        ...line('audit', 'INFO', 'hold'),
        reasons: ['instances-unknown'],
        why: expect.stringMatching(/away/),
      },
    ]);
    expect(sets).toEqual([]);
  });

  it('what its cloud refuses', async () => {
    const { lines } = hearing();
    const { ports } = sides({
      instances: [instance()],
      ledger: { workers: [inLedger(ID, BOOTING, { launchedAt: NOW - 901 })] },
    });
    const run = onAudit('lab', (tellRefusal) => async (now, timeLeft) => {
      tellRefusal({ of: 'end', by: 'EC2', class: 'quota', subjects: [ID], code: 'No', why: 'No: no' });
      return audit(ports)(now, timeLeft);
    });
    await run(at(NOW), CONTEXT);
    expect(lines).toMatchObject([{ message: `EC2 refuses to end ${ID} (quota): No: no` }, {}]);
  });
});

describe('the function of events tells', () => {
  const body = (state: string) =>
    JSON.stringify({
      ...{ source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification', ...at(NOW) },
      detail: { 'instance-id': ID, state },
    });
  const record = (text: string) => ({
    ...{ messageId: 'one', body: text },
    attributes: { ApproximateReceiveCount: '3' },
  });

  it('each event and what becomes of it', async () => {
    const { lines } = hearing();
    const tries: number[] = [];
    const handler = onQueue('events', async (_, times) => {
      tries.push(times);
      return 'ours';
    });
    await handler({ Records: [record(body('terminated'))] }, CONTEXT);
    expect(tries).toEqual([3]);
    expect(lines).toMatchObject([
      { ...line('events', 'INFO', `ended ${ID}: ours`), kind: 'ended', instanceId: ID },
    ]);
  });

  it('the beginning of a message that is none, on one line', async () => {
    const { lines } = hearing();
    const handler = onQueue('events', async () => 'ours');
    await handler({ Records: [record(`a\n\tb${'x'.repeat(600)}`)] }, CONTEXT);
    expect(lines).toMatchObject([
      {
        ...line('events', 'ERROR', 'an event could not be handled and will come again'),
        ...{ messageId: 'one', error: { message: `this is no EC2 event: a b${'x'.repeat(496)}` } },
      },
    ]);
  });
});

describe('the function of settings tells', () => {
  const ACTIVE = { state: 'active' } as const;

  it('what there is, what has changed, and counts what cannot be used', async () => {
    const { lines, sets } = hearing();
    const { timer, held, take } = serve({ A: ACTIVE, B: ACTIVE }, { gpu: { 'max-workers': '1' } });
    await timer();
    expect(lines).toMatchObject([
      {
        ...line(
          'settings',
          'INFO',
          '2 queues and 1 fleets with parameters, 0 with settings that cannot be used',
        ),
        ...{ at: NOW, changed: ['queue#A', 'queue#B', 'fleet#gpu'] },
      },
    ]);
    expect(sets).toMatchObject([of('settings', { SettingsRead: 1, BadSettings: 0 })]);
    held.set('queue#A', { ...ACTIVE, cpus: 'many' });
    held.set('fleet#gpu', { 'max-workers': 'many' });
    await take(message('1', setting('A', 'cpus'), NOW), message('2', '/aerie/lab/fleets/gpu/max-workers'));
    expect(lines.slice(1)).toMatchObject([
      {
        level: 'WARN',
        message: expect.stringMatching(
          /^\/aerie\/lab\/queues\/A\/cpus is "many".*: the queue keeps its last/,
        ),
        ...{ queue: 'A', bad: [{ knob: 'cpus' }] },
      },
      {
        message: expect.stringMatching(/^\/aerie\/lab\/fleets\/gpu\/max-workers is "many"/),
        ...{ fleet: 'gpu', bad: [{ knob: 'max-workers' }] },
      },
      { message: expect.stringMatching(/ 2 with settings/), changed: ['queue#A', 'fleet#gpu'] },
    ]);
    expect(sets.at(-1)).toMatchObject({ SettingsRead: 0, BadSettings: 2 });
  });

  it('all that is wrong with one, knob by knob', async () => {
    const { lines } = hearing();
    const { timer } = serve({ A: { ...ACTIVE, cpus: 'many', gpus: 'few' } });
    await timer();
    expect(lines).toMatchObject([
      {
        message: expect.stringMatching(/\/cpus is .*; \/aerie\/lab\/queues\/A\/gpus is .*: the queue holds$/),
      },
      {},
    ]);
  });

  it('what it drops, and what it will try again', async () => {
    const { lines, sets } = hearing();
    const { take, timer, fail } = serve({ A: ACTIVE });
    await timer();
    await take({ messageId: '1', body: `no setting ${'x'.repeat(600)}` });
    expect(lines.at(-1)).toMatchObject({
      ...line('settings', 'WARN', 'dropped a message that is about no setting'),
      body: expect.stringMatching(/^no setting x{489}$/),
    });
    fail(true);
    await take(message('2', setting('A')));
    expect(lines.at(-1)).toMatchObject({
      ...line('settings', 'ERROR', 'changed settings could not be read and will be tried again'),
      error: { message: 'InternalServerError' },
    });
    expect(sets).toHaveLength(1);
  });
});

it('settings that came with several messages are of the last of their moments', async () => {
  const { sets } = hearing();
  const { take, timer } = serve({ A: { state: 'active' }, B: { state: 'active' } });
  await timer(NOW - 300);
  await take(message('1', setting('A'), NOW), message('2', setting('B'), NOW - 9));
  expect(sets.at(-1)).toMatchObject({ at: String(NOW) });
});
