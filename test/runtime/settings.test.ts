import { beforeAll, describe, expect, it } from 'vitest';
import { USUAL_PLACE } from '../../core/settings/place.ts';
import { ownerKey } from '../../core/settings/settings-record.ts';
import { settingsSource } from '../../runtime/connect/settings-source.ts';
import { NOW } from '../core/worlds.ts';
import { quietly } from './invocation.ts';
import { fleetSetting, message, serve, setting } from './serving-settings.ts';

beforeAll(quietly);

describe('the settings function', () => {
  it('reads everything on its timer, and ticks find it', async () => {
    const { timer, source } = serve({ B: { state: 'paused' }, A: { state: 'active', cpus: '7' } });
    await timer();
    expect((await source.all(NOW)).queues).toMatchObject([
      { ok: true, settings: { name: 'A', cpus: 7 } },
      { ok: true, settings: { name: 'B', state: 'paused' } },
    ]);
  });

  it('does not read all settings again to tell of none that cannot be used', async () => {
    const looksOver = async (cpus: string): Promise<number> => {
      let looks = 0;
      const place = {
        ...USUAL_PLACE,
        get region() {
          looks += 1;
          return USUAL_PLACE.region;
        },
      };
      const { timer } = serve({ A: { state: 'active', cpus }, B: { state: 'active' } }, {}, place);
      await timer();
      return looks;
    };
    expect(await looksOver('4')).toBeLessThan(await looksOver('999'));
  });

  it('reads one queue when a parameter of it has changed, once for all its messages', async () => {
    const { timer, take, held, reads, source } = serve({ A: { state: 'active' }, B: { state: 'active' } });
    await timer();
    held.set('queue#A', { state: 'drain' });
    held.set('queue#B', { state: 'drain' });
    await take(message('1', setting('A'), NOW + 9), message('2', setting('A', 'cpus'), NOW + 10));
    expect(reads).toEqual(['all', 'queue#A']);
    expect((await source.all(NOW + 10)).queues).toMatchObject([
      { settings: { state: 'drain' } },
      { settings: { state: 'active' } },
    ]);
  });

  it('does not let an older reading of everything undo what a message has brought, though it brought nothing new', async () => {
    const { timer, take, held, source } = serve({ A: { state: 'active' } });
    await timer(NOW - 300);
    // Typed wrongly and put right, while the timer's reading goes on: it saw the first, the message the second.
    await take(message('1', setting('A'), NOW + 9));
    held.set('queue#A', { state: 'drain' });
    await timer(NOW);
    expect((await source.all(NOW + 10)).queues).toMatchObject([{ settings: { state: 'active' } }]);
  });

  it('reads everything at the first message, if nothing was ever read', async () => {
    const { take, reads, source } = serve({ A: { state: 'active' }, B: { state: 'active' } });
    await take(message('1', setting('A')));
    expect(reads).toEqual(['all']);
    expect((await source.all(NOW)).queues).toHaveLength(2);
  });

  it('keeps the last good settings of a queue with a value that cannot be used, and of that queue alone', async () => {
    const { timer, take, held, source } = serve({
      A: { state: 'active', cpus: '4' },
      B: { state: 'active' },
    });
    await timer();
    held.set('queue#A', { state: 'active', cpus: '999' });
    await take(message('1', setting('A', 'cpus'), NOW + 9));
    await timer(NOW + 300);
    const [a, b] = (await source.all(NOW + 300)).queues;
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
    held.delete('queue#A');
    await take(message('1', setting('A'), NOW + 9));
    expect((await source.all(NOW + 9)).queues).toMatchObject([{ settings: { name: 'B' } }]);
    held.delete('queue#B');
    await timer(NOW + 300);
    expect((await source.all(NOW + 300)).queues).toEqual([]);
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
    expect((await source.all(NOW + 300)).queues).toMatchObject([{ settings: { name: 'A' } }]);
  });
});

describe('what the settings function writes and reads', () => {
  /** The function with its book, and which owners it has written. */
  const writing = async (queues: Parameters<typeof serve>[0]) => {
    const served = serve(queues);
    await served.timer();
    const written: string[] = [];
    const { keep } = served.book;
    served.book.keep = async (record) => {
      written.push(`${ownerKey(record)} ${record.readAt - NOW}`);
      await keep(record);
    };
    return { ...served, written };
  };

  it('is what says something else, and of what was read by itself the moment', async () => {
    const { timer, take, held, written } = await writing({ A: { state: 'active' }, B: { state: 'active' } });
    await timer(NOW + 1);
    expect(written).toEqual([]);
    await take(message('1', setting('A'), NOW + 2));
    expect(written).toEqual(['queue#A 2']);
    held.set('queue#B', { state: 'drain' });
    await timer(NOW + 3);
    expect(written).toEqual(['queue#A 2', 'queue#B 3']);
  });

  it('is of queues with a mistake only once a fleet has changed', async () => {
    const { take, reads } = await writing({ A: { state: 'active' }, B: { state: 'active', cpus: 'many' } });
    await take(message('1', setting('A'), NOW + 2));
    expect(reads).toEqual(['all', 'queue#A']);
    await take(message('2', fleetSetting('gpu'), NOW + 3));
    expect(reads.slice(2)).toEqual(['fleet#gpu', 'queue#B']);
  });
});

describe('what ticks find', () => {
  it('is an error with what to do, where nothing was ever read', async () => {
    const { source } = serve({});
    await expect(source.all(NOW)).rejects.toThrow('The ledger has no settings yet');
  });

  it('cannot be used right after the deploy of the first version with fleets: no cap of one is known', async () => {
    const { timer, book } = serve({ A: { state: 'active' } }, { default: { 'max-workers': '90' } });
    await timer();
    const before = { ...(await book.read()), completeAt: undefined, beforeFleets: true } as const;
    const asFound = settingsSource({ read: async () => before });
    const problems = [{ knob: '(all)', why: expect.stringContaining('knew no fleets') }];
    expect(await asFound.all(NOW)).toMatchObject({
      queues: [{ ok: false, name: 'A', problems }],
      fleets: [{ ok: false, name: 'default', problems }],
    });
  });

  it('cannot be used once nobody has compared it with SSM for an hour: every queue and fleet holds', async () => {
    const { timer, source } = serve({ A: { state: 'active' } });
    await timer();
    expect((await source.all(NOW + 3600)).queues).toMatchObject([{ ok: true }]);
    expect((await source.all(NOW + 3601)).queues).toMatchObject([
      { ok: false, name: 'A', problems: [{ why: 'was last compared with SSM 3601 s ago, limit 3600 s' }] },
    ]);
    expect((await source.all(NOW + 3601)).fleets).toMatchObject([
      { ok: false, name: 'default', problems: [{ knob: '(all)' }] },
    ]);
  });
});
