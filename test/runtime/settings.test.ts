import { beforeAll, describe, expect, it } from 'vitest';
import type { QueueParameters, SettingsStore } from '../../core/ports.ts';
import type { RawSettings } from '../../core/settings/settings-record.ts';
import { onSettings } from '../../runtime/on-settings.ts';
import { settingsSource } from '../../runtime/settings-source.ts';
import { NOW } from '../core/worlds.ts';
import { CONTEXT, quietly } from './invocation.ts';
import { memorySettings } from './memory-settings.ts';

beforeAll(quietly);

const iso = (at: number) => new Date(at * 1000).toISOString();
const TICK = (at: number) => ({ 'detail-type': 'Scheduled Event', source: 'aws.events', time: iso(at) });

const message = (messageId: string, name: string, at = NOW) => ({
  messageId,
  body: JSON.stringify({
    source: 'aws.ssm',
    'detail-type': 'Parameter Store Change',
    time: iso(at),
    detail: { operation: 'Update', name, type: 'String' },
  }),
});

/** The function over a Parameter Store in memory, which counts how it is read. */
const serve = (queues: Readonly<Record<string, RawSettings>>) => {
  const held = new Map(Object.entries(queues));
  const reads: string[] = [];
  let failing = false;
  const read = <T>(what: string, value: T): T => {
    reads.push(what);
    if (failing) throw new Error('InternalServerError');
    return value;
  };
  const parameters: QueueParameters = {
    all: async () => read('all', new Map(held)),
    of: async (queue) => read(queue, held.get(queue) ?? {}),
  };
  const book: SettingsStore = memorySettings();
  const handler = onSettings('lab', { parameters, book });
  return {
    held,
    reads,
    book,
    source: settingsSource(book),
    fail: (on: boolean) => {
      failing = on;
    },
    timer: (at = NOW) => handler(TICK(at), CONTEXT),
    take: (...Records: unknown[]) => handler({ Records }, CONTEXT),
  };
};

const setting = (queue: string, knob = 'state') => `/aerie/lab/queues/${queue}/${knob}`;

describe('the settings function', () => {
  it('reads everything on its timer, and ticks find it', async () => {
    const { timer, source } = serve({ B: { state: 'paused' }, A: { state: 'active', 'max-workers': '7' } });
    await timer();
    expect(await source.queues(NOW)).toMatchObject([
      { ok: true, settings: { name: 'A', maxWorkers: 7 } },
      { ok: true, settings: { name: 'B', state: 'paused' } },
    ]);
  });

  it('reads one queue when a parameter of it has changed, once for all its messages', async () => {
    const { timer, take, held, reads, source } = serve({ A: { state: 'active' }, B: { state: 'active' } });
    await timer();
    held.set('A', { state: 'drain' });
    held.set('B', { state: 'drain' });
    await take(message('1', setting('A'), NOW + 9), message('2', setting('A', 'cpus'), NOW + 10));
    expect(reads).toEqual(['all', 'A']);
    expect(await source.queues(NOW + 10)).toMatchObject([
      { settings: { state: 'drain' } },
      { settings: { state: 'active' } },
    ]);
  });

  it('does not let an older reading of everything undo what a message has brought, though it brought nothing new', async () => {
    const { timer, take, held, source } = serve({ A: { state: 'active' } });
    await timer(NOW - 300);
    // Typed wrongly and put right, while the timer's reading goes on: it saw the first, the message the second.
    await take(message('1', setting('A'), NOW + 9));
    held.set('A', { state: 'drain' });
    await timer(NOW);
    expect(await source.queues(NOW + 10)).toMatchObject([{ settings: { state: 'active' } }]);
  });

  it('reads everything at the first message, if nothing was ever read', async () => {
    const { take, reads, source } = serve({ A: { state: 'active' }, B: { state: 'active' } });
    await take(message('1', setting('A')));
    expect(reads).toEqual(['all']);
    expect(await source.queues(NOW)).toHaveLength(2);
  });

  it('keeps the last good settings of a queue with a value that cannot be used, and of that queue alone', async () => {
    const { timer, take, held, source } = serve({
      A: { state: 'active', cpus: '4' },
      B: { state: 'active' },
    });
    await timer();
    held.set('A', { state: 'active', cpus: '999' });
    await take(message('1', setting('A', 'cpus'), NOW + 9));
    await timer(NOW + 300);
    const [a, b] = await source.queues(NOW + 300);
    expect(a).toMatchObject({
      ok: true,
      settings: { cpus: 4 },
      outdated: [{ knob: 'cpus', why: 'is "999"; expected a whole number from 1 to 448' }],
    });
    expect(b).not.toHaveProperty('outdated');
  });

  it('forgets a queue whose parameters are gone', async () => {
    const { timer, take, held, source } = serve({ A: { state: 'active' }, B: { state: 'active' } });
    await timer();
    held.delete('A');
    await take(message('1', setting('A'), NOW + 9));
    expect(await source.queues(NOW + 9)).toMatchObject([{ settings: { name: 'B' } }]);
    held.delete('B');
    await timer(NOW + 300);
    expect(await source.queues(NOW + 300)).toEqual([]);
  });

  it('gives messages back that it could not work on, and drops what is none of its own', async () => {
    const { timer, take, fail } = serve({ A: { state: 'active' } });
    await timer();
    expect(await take(message('1', '/aerie/lab2/queues/A/state'), { messageId: '2', body: 'x' })).toEqual({
      batchItemFailures: [],
    });
    fail(true);
    expect(await take(message('3', setting('A')), { messageId: '4', body: 'x' })).toEqual({
      batchItemFailures: [{ itemIdentifier: '3' }],
    });
  });

  it('fails when its timer finds no Parameter Store, and changes nothing', async () => {
    const { timer, fail, source } = serve({ A: { state: 'active' } });
    await timer();
    fail(true);
    await expect(timer(NOW + 300)).rejects.toThrow('InternalServerError');
    expect(await source.queues(NOW + 300)).toMatchObject([{ settings: { name: 'A' } }]);
  });
});

describe('what ticks find', () => {
  it('is an error with what to do, where nothing was ever read', async () => {
    const { source } = serve({});
    await expect(source.queues(NOW)).rejects.toThrow('The ledger has no settings yet');
  });

  it('cannot be used once nobody has compared it with SSM for an hour: every queue holds', async () => {
    const { timer, source } = serve({ A: { state: 'active' } });
    await timer();
    expect(await source.queues(NOW + 3600)).toMatchObject([{ ok: true }]);
    expect(await source.queues(NOW + 3601)).toMatchObject([
      { ok: false, queue: 'A', problems: [{ why: 'was last compared with SSM 3601 s ago, limit 3600 s' }] },
    ]);
  });
});
