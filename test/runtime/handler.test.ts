import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../core/model/decision.ts';
import { NUDGE_BODY } from '../../core/model/nudge.ts';
import { tickEvent } from '../../runtime/events/tick-event.ts';
import { onTimer } from '../../runtime/handler.ts';
import { teller } from '../../runtime/tell/tell.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { LARGE, NARROW, NOW, openLaunch } from '../core/worlds.ts';
import { quietly } from './invocation.ts';

beforeAll(quietly);

const SAID = { at: NOW, why: [{ kind: 'queue-paused' }], counts: { jobsReady: 4 } } as const;
const TOLD = { queue: 'BNL', ...SAID } as const;
const REST: Decision = { of: 'pilots', kind: 'rest', ...TOLD };
const AT_REST: Decision = { of: 'workers', kind: 'rest', fleet: 'gpu', ...SAID };

/** What SQS hands over: the time of the rule, how long after it the tick is due, when it was sent and when delivered. */
const delayed = (ruleAt: number, afterSeconds: number, deliveredAt: number, sentAt = ruleAt) => ({
  Records: [
    {
      messageId: 'one',
      body: JSON.stringify({ time: new Date(ruleAt * 1000).toISOString(), afterSeconds }),
      attributes: {
        SentTimestamp: String(sentAt * 1000),
        ApproximateFirstReceiveTimestamp: String(deliveredAt * 1000),
      },
    },
  ],
});

/** A nudge that SQS got at one moment and handed over at another. */
const nudge = (sentAt: number, deliveredAt = sentAt) => ({
  Records: [
    {
      messageId: 'one',
      body: NUDGE_BODY,
      attributes: {
        SentTimestamp: String(sentAt * 1000),
        ApproximateFirstReceiveTimestamp: String(deliveredAt * 1000),
      },
    },
  ],
});

describe('a function on a timer', () => {
  it('ticks at the moment of its event, in whole seconds, and answers what was decided', async () => {
    const moments: number[] = [];
    const handler = onTimer('pilots', 'lab', () => async (now) => {
      moments.push(now);
      return [REST];
    });
    const answer = await handler({ time: '2027-01-15T08:00:00.900Z', source: 'aws.scheduler' }, CONTEXT);
    expect(moments).toEqual([NOW]);
    expect(answer).toEqual({
      at: NOW,
      decisions: [
        {
          of: 'BNL',
          kind: 'rest',
          what: 'rest',
          why: [{ kind: 'queue-paused', text: expect.any(String) }],
        },
      ],
    });
  });

  it('ticks at the moment that a queue has kept its event for, and answers nothing for one that comes late', async () => {
    const moments: number[] = [];
    const handler = onTimer('workers', 'lab', () => async (now) => {
      moments.push(now);
      return [AT_REST];
    });
    expect(await handler(delayed(NOW, 40, NOW + 42), CONTEXT)).toMatchObject({
      at: NOW + 40,
      decisions: [{ of: 'gpu' }],
    });
    expect(await handler(delayed(NOW, 20, NOW + 36), CONTEXT)).toEqual({ at: NOW + 20, decisions: [] });
    expect(moments).toEqual([NOW + 40]);
  });

  it('ticks, however late the event of the minute came: what counts is how long its queue has kept it', async () => {
    const moments: number[] = [];
    const handler = onTimer('workers', 'lab', () => async (now) => {
      moments.push(now);
      return [];
    });
    const cameAt = NOW + 45;
    for (const after of [20, 40]) await handler(delayed(NOW, after, cameAt + after, cameAt), CONTEXT);
    // The next minute's own tick, on time.
    await handler({ time: new Date((NOW + 60) * 1000).toISOString() }, CONTEXT);
    expect(moments).toEqual([NOW + 20, NOW + 40, NOW + 60]);
  });

  it('ticks before its time when it is nudged, at the moment at which SQS got the message', async () => {
    const ticks: unknown[] = [];
    const handler = onTimer('workers', 'lab', () => async (now, _, isNudged) => {
      ticks.push([now - NOW, isNudged]);
      return [];
    });
    await handler({ time: new Date(NOW * 1000).toISOString() }, CONTEXT);
    await handler(nudge(NOW + 7.9), CONTEXT);
    await handler(delayed(NOW, 20, NOW + 21), CONTEXT);
    expect(ticks).toEqual([
      [0, false],
      [7, true],
      [20, false],
    ]);
  });

  it('leaves out a nudge that its queue has kept too long, and nudges that follow a tick within 5 s, however many', async () => {
    const moments: number[] = [];
    const handler = onTimer('workers', 'lab', () => async (now) => {
      moments.push(now - NOW);
      return [];
    });
    expect(await handler(nudge(NOW, NOW + 16), CONTEXT)).toEqual({ at: NOW, decisions: [] });
    for (let n = 0; n < 100; n += 1) await handler(nudge(NOW + n / 10), CONTEXT);
    // An alarm asks whether ticks come late; a nudge is none that was due.
    expect(tickEvent(nudge(NOW, NOW + 16))).toEqual({ kind: 'stale', at: NOW });
    expect(tickEvent(delayed(NOW, 20, NOW + 36))).toMatchObject({ kind: 'late' });
    // SQS may deliver one twice.
    await handler(nudge(NOW + 5), CONTEXT);
    expect(moments).toEqual([0, 5]);
  });

  it('knows how much time its function has left', async () => {
    const left: number[] = [];
    const handler = onTimer('workers', 'lab', () => async (_, timeLeft) => {
      left.push(timeLeft());
      return [];
    });
    const context = { ...CONTEXT, getRemainingTimeInMillis: () => 12_500 };
    await handler({ time: '2027-01-15T08:00:00Z' }, context);
    expect(left).toEqual([12.5]);
  });

  it('is prepared once, for all its ticks', async () => {
    let prepared = 0;
    const handler = onTimer('workers', 'lab', () => {
      prepared += 1;
      return async () => [];
    });
    for (const time of ['2027-01-15T08:00:00Z', '2027-01-15T08:01:00Z']) await handler({ time }, CONTEXT);
    expect(prepared).toBe(1);
  });

  it.each([
    [{}],
    [{ time: 'now' }],
    ['2027-01-15T08:00:00Z'],
    [null],
    [{ Records: [] }],
    [delayed(NOW, 0, NOW)],
    [{ Records: [...delayed(NOW, 20, NOW).Records, ...delayed(NOW, 40, NOW).Records] }],
  ])('refuses the event %j', async (event) => {
    const handler = onTimer('pilots', 'lab', () => async () => []);
    await expect(handler(event, CONTEXT)).rejects.toThrow();
  });

  it('fails when its tick does, so that the alarm fires', async () => {
    const handler = onTimer('pilots', 'lab', () => () => Promise.reject(new Error('EC2 did not take it')));
    await expect(handler({ time: '2027-01-15T08:00:00Z' }, CONTEXT)).rejects.toThrow('EC2 did not take it');
  });
});

/** A logger and metrics that keep what they would print. */
const listening = (queueMetrics: 'on' | 'off' = 'on') => {
  const lines: Record<string, unknown>[] = [];
  const emf: Record<string, unknown>[] = [];
  class KeptLogger extends Logger {
    protected override printLog(_: number, log: LogItem): void {
      log.prepareForPrint();
      lines.push({ ...log.getAttributes() });
    }
  }
  class KeptMetrics extends Metrics {
    override publishStoredMetrics(): this {
      emf.push(this.serializeMetrics());
      return super.publishStoredMetrics();
    }
  }
  const logger = new KeptLogger({ logLevel: 'INFO', serviceName: 'pilots' });
  // The environment of these tests silences every logger; this one has to be heard.
  logger.setLogLevel('INFO');
  const defaultDimensions = { Stage: 'lab' };
  const metrics = new KeptMetrics({ namespace: 'aerie', serviceName: 'pilots', defaultDimensions });
  return { lines, emf, tell: teller(logger, metrics, queueMetrics) };
};

describe('what is told of a decision', () => {
  it('is a log line alone, with its counts, where queues have no metrics', () => {
    const { lines, emf, tell } = listening('off');
    tell({ of: 'pilots', kind: 'submit', count: 3, requestId: 'x', viewedAt: NOW, shape: NARROW, ...TOLD });
    expect(lines).toMatchObject([{ message: 'submit 3', counts: TOLD.counts }]);
    expect(emf).toEqual([]);
  });

  it('is one log line with its reasons, as sentences and by kind', () => {
    const { lines, tell } = listening();
    tell({ of: 'pilots', kind: 'submit', count: 3, requestId: 'x', viewedAt: NOW, shape: NARROW, ...TOLD });
    tell(AT_REST);
    const told = { ...SAID, why: [expect.any(String)], reasons: ['queue-paused'] };
    expect(lines).toMatchObject([
      { message: 'submit 3', of: 'pilots', kind: 'submit', queue: 'BNL', ...told },
      { message: 'rest', of: 'workers', kind: 'rest', fleet: 'gpu', ...told },
    ]);
    expect(lines[1]).not.toHaveProperty('queue');
  });

  it.each<readonly [Decision, Readonly<Record<string, number>>]>([
    [
      { of: 'pilots', kind: 'submit', count: 3, requestId: 'x', viewedAt: NOW, shape: NARROW, ...TOLD },
      { JobsReady: 4, Holds: 0, PilotsAsked: 3 },
    ],
    [
      { of: 'pilots', kind: 'remove', count: 2, leave: 1, ...TOLD },
      { JobsReady: 4, Holds: 0, PilotsRemoved: 2 },
    ],
    [REST, { JobsReady: 4, Holds: 0 }],
    [{ ...AT_REST, of: 'workers', kind: 'hold', counts: {} }, { Holds: 1 }],
    [
      {
        of: 'workers',
        kind: 'act',
        launches: [2, 5].map((count) => ({ request: openLaunch(count).request, offers: LARGE })),
        retirements: [{ instanceId: 'i-00000001', step: 'drain', cause: { kind: 'told', words: 'x' } }],
        ...{ fleet: 'gpu', ...SAID },
      },
      { JobsReady: 4, Holds: 0, WorkersAsked: 7, WorkersRetired: 1 },
    ],
    [
      {
        ...{ of: 'workers', kind: 'act', launches: [], retirements: [], fleet: 'gpu', ...SAID },
        wakes: [
          {
            instanceId: 'i-00000001',
            meantFor: 'x',
            offer: { flavour: 'm6i.large', zone: 'z', market: 'on-demand' },
            offers: LARGE,
          },
        ],
      },
      { JobsReady: 4, Holds: 0, WorkersAsked: 0, WorkersWoken: 1, WorkersRetired: 0 },
    ],
  ])('$0.kind: is one set of metrics of its queue or fleet', (decision, expected) => {
    const { emf, tell } = listening();
    tell(decision);
    expect(emf).toHaveLength(1);
    const whose = decision.of === 'pilots' ? { Queue: 'BNL' } : { Fleet: 'gpu' };
    expect(emf[0]).toMatchObject({ ...whose, ...expected });
    expect(emf[0]).not.toHaveProperty(decision.of === 'pilots' ? 'Fleet' : 'Queue');
    const numbers = Object.entries(emf[0] ?? {}).filter(([, value]) => typeof value === 'number');
    expect(Object.fromEntries(numbers)).toEqual(expected);
  });

  it('is kept apart, stage by stage, queue by queue and fleet by fleet', () => {
    const { emf, tell } = listening();
    tell(REST);
    tell({ ...TOLD, of: 'pilots', kind: 'rest', queue: 'CERN' });
    tell(AT_REST);
    expect(emf.map(({ Stage, Queue, Fleet }) => [Stage, Queue, Fleet])).toEqual([
      ['lab', 'BNL', undefined],
      ['lab', 'CERN', undefined],
      ['lab', undefined, 'gpu'],
    ]);
  });
});
