import { beforeAll, describe, expect, it } from 'vitest';
import { workerEvent } from '../../runtime/events/worker-events.ts';
import { onQueue } from '../../runtime/on-queue.ts';
import { CONTEXT } from '../../twin/in-process/context.ts';
import { fleet, inLedger, JOINED, openLaunch } from '../core/worlds.ts';
import { fakeLedger } from '../fakes/ledger.ts';
import { quietly } from './invocation.ts';
import { memoryPool } from './memory-pool.ts';

beforeAll(quietly);

const [FIRST, SECOND, FOREIGN] = ['i-00000001', 'i-00000002', 'i-00000009'] as const;

/** What SQS says of a message that comes for the n-th time. */
const tried = (times: number) => ({ ApproximateReceiveCount: String(times) });

const message = (messageId: string, instanceId: string, state = 'terminated', times = 1) => ({
  messageId,
  attributes: tried(times),
  body: JSON.stringify({
    source: 'aws.ec2',
    'detail-type': 'EC2 Instance State-change Notification',
    time: '2027-01-15T08:00:00Z',
    detail: { 'instance-id': instanceId, state },
  }),
});

/** The function on the queue of events, with a pool that cannot forget `unforgotten`. */
const serve = (unforgotten?: string, isOpen = false) => {
  const { ledger } = fakeLedger({
    workers: [inLedger(FIRST, JOINED), inLedger(SECOND, JOINED)],
    launches: isOpen ? [openLaunch(1)] : [],
  });
  const pool = memoryPool();
  const forget: typeof pool.port.forget = async (ids) => {
    if (unforgotten !== undefined && ids.includes(unforgotten)) throw new Error('refused');
    return pool.port.forget(ids);
  };
  const ports = {
    ledger,
    settings: { all: async () => ({ queues: [], fleets: [fleet()] }) },
    poolWorkers: { ...pool.port, forget },
  };
  const handler = onQueue('events', (event, tries) => workerEvent(event, tries, ports));
  const left = async () => (await ledger.view()).workers.map(({ instanceId }) => instanceId);
  return { pool, left, take: (...Records: unknown[]) => handler({ Records }, CONTEXT) };
};

describe('a batch of messages', () => {
  it('is done when each of its messages is', async () => {
    const { take, left, pool } = serve();
    const batch = [message('a', FIRST), message('b', SECOND, 'running'), message('c', FOREIGN)];
    expect(await take(...batch)).toEqual({ batchItemFailures: [] });
    expect(await left()).toEqual([SECOND]);
    expect([...pool.forgotten]).toEqual([FIRST]);
  });

  it('may bring a message twice', async () => {
    const { take, left } = serve();
    expect(await take(message('a', FIRST), message('a', FIRST))).toEqual({ batchItemFailures: [] });
    expect(await left()).toEqual([SECOND]);
  });

  it('gives back the one message that failed, and no other', async () => {
    const { take, left } = serve(FIRST);
    expect(await take(message('a', FIRST), message('b', SECOND))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a' }],
    });
    expect(await left()).toEqual([FIRST]);
  });

  it('gives back what cannot be read, so that it is kept among the dead letters, and does the others', async () => {
    const { take, left } = serve();
    expect(
      await take({ messageId: 'x', body: '<html>', attributes: tried(1) }, message('b', SECOND)),
    ).toEqual({
      batchItemFailures: [{ itemIdentifier: 'x' }],
    });
    expect(await left()).toEqual([FIRST]);
  });

  it('gives back an end that nobody knows while a launch is open, a few times, and does not call it an error', async () => {
    const { take } = serve(undefined, true);
    const again = { batchItemFailures: [{ itemIdentifier: 'f' }] };
    expect(await take(message('f', FOREIGN))).toEqual(again);
    expect(await take(message('f', FOREIGN, 'terminated', 4))).toEqual(again);
    expect(await take(message('f', FOREIGN, 'terminated', 5))).toEqual({ batchItemFailures: [] });
  });

  it('that is none at all fails as a whole', async () => {
    await expect(serve().take('no message')).rejects.toThrow('Invalid input');
  });
});
