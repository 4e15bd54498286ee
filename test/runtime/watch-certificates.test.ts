import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeAll, describe, expect, it } from 'vitest';
import { onTimer } from '../../runtime/handler.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { NEEDED_SECONDS, NO_END } from '../../runtime/run/time-left.ts';
import { tally } from '../../runtime/tell/tally.ts';
import { watchingCertificates } from '../../runtime/watch-certificates.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { NOW, queue } from '../core/worlds.ts';
import { quietly } from './invocation.ts';
import { outside } from './ports.ts';

beforeAll(quietly);

const DAY = 86_400;

/** The metrics of one run, as they are emitted over all queues. */
const emitted = async (end: number | undefined, tick: () => Promise<string> = async () => 'done') => {
  const emf: Record<string, unknown>[] = [];
  class KeptMetrics extends Metrics {
    override publishStoredMetrics(): this {
      emf.push(this.serializeMetrics());
      return super.publishStoredMetrics();
    }
  }
  const counts = tally('pilots', new KeptMetrics({ namespace: 'aerie', serviceName: 'pilots' }));
  const watching = watchingCertificates(tick, { firstEnd: () => end }, counts.find);
  counts.count('QueuesHolding', 0);
  const outcome = await watching(NOW, NO_END).catch((error: Error) => error.message);
  counts.publish(NOW);
  return { outcome, emf };
};

describe('a tick that watches certificates', () => {
  it.each([
    ['twelve hours', NOW + DAY / 2, 0.5],
    ['ten days', NOW + 10 * DAY, 10],
    ['less than nothing', NOW - DAY, -1],
  ])('says that the first one lasts for %s', async (_, end, days) => {
    const { outcome, emf } = await emitted(end);
    expect(outcome).toBe('done');
    expect(emf).toMatchObject([{ CertificateDays: days, QueuesHolding: 0 }]);
  });

  it('says nothing where no server has one: 0 would be a last day', async () => {
    const { emf } = await emitted(undefined);
    expect(emf).toHaveLength(1);
    expect(emf[0]).not.toHaveProperty('CertificateDays');
  });

  it('says it of a tick that fails, too', async () => {
    const { outcome, emf } = await emitted(NOW + 10 * DAY, () => Promise.reject(new Error('no ledger')));
    expect(outcome).toBe('no ledger');
    expect(emf).toMatchObject([{ CertificateDays: 10 }]);
  });

  it('leaves the time of its function to the pilots tick, which submits nothing that it may not see the end of', async () => {
    const world = outside({ queues: [queue()], jobs: { BNL: { SCORE: { managed: { activated: 4 } } } } });
    const handler = onTimer('pilots', 'lab', ({ find }) =>
      watchingCertificates(pilotsTick(world.ports), { firstEnd: () => undefined }, find),
    );
    const tickWith = (leftSeconds: number, at: number) =>
      handler(
        { time: new Date(at * 1000).toISOString() },
        { ...CONTEXT, getRemainingTimeInMillis: () => leftSeconds * 1000 },
      );
    const late = await tickWith(NEEDED_SECONDS.order - 1, NOW);
    expect(late.decisions).toEqual([]);
    expect([...world.pool.submitted]).toEqual([]);
    await tickWith(NEEDED_SECONDS.order, NOW + 60);
    expect(world.pool.submitted.size).toBe(1);
  });
});
