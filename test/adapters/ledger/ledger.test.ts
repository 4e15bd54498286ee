import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { bootsItem } from '../../../adapters/ledger/items.ts';
import { ledger } from '../../../adapters/ledger/ledger.ts';
import { LEDGER_VERSION } from '../../../adapters/ledger/version.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { Boots } from '../../../core/model/learned.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import type { Face } from '../../../twin/wire/http.ts';
import { cooling, inLedger, JOINED, NOW, openLaunch } from '../../core/worlds.ts';

const ID = 'i-00000001';
const BOOTING = inLedger(ID, { kind: 'booting' });

let face: Face;
let client: DynamoDBClient;
let book: Ledger;

beforeEach(async () => {
  face = await dynamoFace('aerie');
  client = new DynamoDBClient({ endpoint: face.url, region: TWIN_REGION, credentials: TWIN_CREDENTIALS });
  book = ledger('aerie', client);
  return async () => {
    client.destroy();
    await face.close();
  };
});

/** What the table holds in a partition, but for its keys. */
const partition = async (pk: string): Promise<readonly Record<string, unknown>[]> => {
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(
    new QueryCommand({
      TableName: 'aerie',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  return Items;
};

/** Puts an item as another version might, past the ledger. */
const putItem = async (item: Readonly<Record<string, unknown>>): Promise<void> => {
  const Item = { pk: 'live', ...item };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: 'aerie', Item }));
};

const bring = (...workers: readonly WorkerRecord[]) =>
  book.launches.close(openLaunch(1, NOW - 300), workers, '1 of 1 launched', NOW);

const TOLD = { at: NOW, why: [], counts: { pilotsWaiting: 5 } };

describe('the table', () => {
  it('gives the view whole where it does not fit into one page of a megabyte', async () => {
    const why = 'x'.repeat(150_000);
    const records = Array.from({ length: 12 }, (_, n) =>
      cooling(`m6i.${n + 2}xlarge`, 'us-east-1a', { why }),
    );
    await book.learned.cool(records);
    await bring(BOOTING);
    expect((await partition('live')).length).toBeLessThan(13);
    const view = await book.view();
    expect(view.cooling).toHaveLength(12);
    expect(view.workers).toEqual([BOOTING]);
  });

  it('names a worker whose end is no moment as unread, and gives the view of all others', async () => {
    await bring(BOOTING);
    await putItem({ ...BOOTING, sk: 'worker#i-00000002', instanceId: 'i-00000002', endedAt: 'soon' });
    const { workers, unread } = await book.view();
    expect(workers).toEqual([BOOTING]);
    expect(unread).toMatchObject([{ key: 'worker#i-00000002', whose: 'default' }]);
  });

  it('keeps a decision for two weeks', async () => {
    await book.decisions.keep({ of: 'pilots', kind: 'rest', queue: 'BNL', ...TOLD });
    await book.decisions.keep({ of: 'workers', kind: 'rest', fleet: 'gpu', ...TOLD });
    for (const whose of ['BNL', 'gpu']) {
      expect(await partition(`decision#${whose}`)).toMatchObject([{ expiresAt: NOW + 14 * 86_400 }]);
    }
  });

  it('keeps what became of a launch for a month', async () => {
    const launch = openLaunch(1, NOW - 300);
    expect(await book.launches.open(launch)).toBe(true);
    await bring(BOOTING);
    expect(await book.view()).toMatchObject({ launches: [], workers: [BOOTING] });
    expect(await partition('past#default')).toMatchObject([
      { outcome: '1 of 1 launched', closedAt: NOW, expiresAt: NOW + 30 * 86_400 },
    ]);
  });

  it('keeps a worker that is gone with the past of its fleet', async () => {
    await bring(BOOTING);
    await book.workers.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
    await book.workers.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
    await book.workers.change({ worker: BOOTING, to: JOINED }, NOW + 6);
    expect((await book.view()).workers).toEqual([]);
    expect(await partition('past#default')).toMatchObject([{}, { instanceId: ID, goneAt: NOW + 5 }]);
  });

  it('keeps why a worker ended with the past of its fleet', async () => {
    const reason = { code: 'Client.InternalError', message: 'Client error on launch' };
    const { instanceId, fleet, offer, launchedAt } = BOOTING;
    const note = { instanceId, fleet, offer, launchedAt, reason, at: NOW };
    expect(await book.ends.keep(note)).toBe(true);
    expect(await book.ends.keep({ ...note, at: NOW + 600 })).toBe(false);
    expect(await partition(`past#${fleet}`)).toMatchObject([{ sk: `end#${ID}`, ...note }]);
  });

  it('forgets a refused offer when it has cooled', async () => {
    await book.learned.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 100.5 })]);
    await book.learned.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 300.5 })]);
    expect((await book.view()).cooling.map(({ until }) => until)).toEqual([NOW + 300.5]);
    expect(await partition('live')).toMatchObject([{ expiresAt: NOW + 301 }]);
  });

  it.each<readonly [string, string, number, (of: Ledger) => Promise<unknown>]>([
    [
      'a worker that is gone',
      'past#default',
      30,
      (of) => of.workers.change({ worker: BOOTING, to: 'gone' }, NOW - 0.5),
    ],
    [
      'why a worker ended',
      'past#default',
      30,
      ({ ends }) => {
        const { instanceId, fleet, offer, launchedAt } = BOOTING;
        const reason = { code: 'Client.InternalError', message: 'no' };
        return ends.keep({ instanceId, fleet, offer, launchedAt, reason, at: NOW - 0.5 });
      },
    ],
    [
      'what a machine said',
      'past#default',
      30,
      ({ ends }) => ends.keepConsole({ worker: BOOTING, at: NOW, text: 'x' }),
    ],
    [
      'how soon machines join',
      'live',
      14,
      ({ learned }) =>
        learned.joins({
          ...{ template: { id: 'lt-1', version: '2' }, flavour: 'm6i.large' },
          ...{ took: [60], launchedAt: NOW - 0.5 },
        }),
    ],
    [
      'boots that there are none of',
      'live',
      14 - NOW / 86_400,
      ({ learned }) => learned.boots({ kind: 'offer x', boots: [] }),
    ],
  ])('keeps %s for its time (%s: %d days)', async (_, pk, days, act) => {
    await act(book);
    expect((await partition(pk)).map(({ expiresAt }) => expiresAt)).toEqual([NOW + days * 86_400]);
  });

  it('keeps the boots of a template longer than those of an offer: it is what launches go back to', () => {
    const DAY = 86_400;
    const once = [{ instanceId: ID, launchedAt: NOW, joined: true }];
    const keptFor = (of: Boots) => (bootsItem(of).expiresAt - NOW) / DAY;
    expect(keptFor({ kind: 'offer m6i.large/us-east-1a/spot', boots: once })).toBe(14);
    const template = { id: 'lt-1', version: '2' };
    expect(keptFor({ kind: 'template lt-1 version 2', template, boots: once })).toBe(90);
  });
});

describe('the version of an item', () => {
  const NEWER = { sk: `worker#${ID}`, ...BOOTING, v: LEDGER_VERSION + 1 };

  it('stands in everything that is written, and stays when something of it is changed', async () => {
    await bring(BOOTING);
    await book.learned.cool([cooling('m6i.large', 'us-east-1a')]);
    const other = inLedger('i-00000002', JOINED);
    await putItem({ sk: 'worker#i-00000002', ...other, v: 1 });
    for (const worker of [BOOTING, other]) await book.workers.protect(worker, true);
    expect(await partition('live')).toMatchObject([
      { sk: 'cooling#m6i.large/us-east-1a/on-demand', v: 1 },
      { sk: `worker#${ID}`, v: 3, isProtected: true },
      { sk: 'worker#i-00000002', v: 1, isProtected: true },
    ]);
  });

  it('keeps an item apart that a newer version has written, and nothing else', async () => {
    await putItem(NEWER);
    await bring(inLedger('i-00000002', JOINED));
    expect(await book.view()).toMatchObject({
      workers: [{ instanceId: 'i-00000002' }],
      unread: [
        {
          key: `worker#${ID}`,
          whose: 'default',
          why: 'is of version 4, and this code reads up to 3: deploy the newer one',
        },
      ],
    });
    await expect(book.workers.find(ID)).rejects.toMatchObject({
      name: 'Unread',
      message: expect.stringMatching(`^the ledger's item live worker#${ID} is of version 4`),
    });
  });

  it('keeps a newer item from being changed', async () => {
    await putItem(NEWER);
    const to = { kind: 'joined', joinedAt: NOW } as const;
    expect(await book.workers.change({ worker: BOOTING, to }, NOW)).toBe(false);
    await book.workers.protect(BOOTING, true);
    expect(await partition('live')).toEqual([{ pk: 'live', ...NEWER }]);
  });

  it('does not let go of a worker that is alive', async () => {
    const worker = { ...BOOTING, cost: { dollarsPerHour: 1, endsBy: NOW } };
    await bring(worker);
    await book.accounts.bury({ worker, endedAt: NOW });
    expect((await book.view()).workers).toEqual([worker]);
  });

  const intent = openLaunch(1, NOW - 300);
  it.each<readonly [string, Readonly<Record<string, unknown>>, (book: Ledger) => Promise<unknown>, unknown]>([
    ['a worker that is gone', NEWER, (of) => of.workers.change({ worker: BOOTING, to: 'gone' }, NOW), false],
    [
      'a worker that is over and booked',
      { ...NEWER, endedAt: NOW },
      (of) =>
        of.accounts.bury({ worker: { ...BOOTING, cost: { dollarsPerHour: 1, endsBy: NOW } }, endedAt: NOW }),
      undefined,
    ],
    [
      'an intent that is withdrawn',
      { sk: `launch#${intent.request.launchId}`, ...intent, intendedBy: 7, v: NEWER.v },
      (of) => of.launches.withdraw({ ...intent, intendedBy: 7 }),
      false,
    ],
    [
      'a launch that is closed',
      { sk: `launch#${intent.request.launchId}`, ...intent, v: NEWER.v },
      (of) => of.launches.close(intent, [], 'none', NOW),
      undefined,
    ],
    ['a pace that is over', { sk: 'pace#launch', v: NEWER.v }, (of) => of.learned.pace(undefined), undefined],
    [
      'a pace that is set',
      { sk: 'pace#launch', v: NEWER.v },
      (of) => of.learned.pace({ most: 1, notBefore: NOW, waitSeconds: 1 }),
      undefined,
    ],
  ])('keeps a newer item from being removed or replaced: %s', async (_, item, act, answer) => {
    await putItem(item);
    expect(await act(book)).toBe(answer);
    expect(await partition('live')).toEqual([{ pk: 'live', ...item }]);
  });

  it('is told of as briefly as one line has room for, however much a schema has to say', async () => {
    await putItem({ sk: `worker#${ID}`, ...BOOTING, state: { kind: 'resting' } });
    const [unread] = (await book.view()).unread ?? [];
    expect(unread?.why).toMatch(/^does not read: state.*: \S/);
    expect(unread?.why.length).toBeLessThan(160);
  });

  it.each([
    ['lacks what it must have', { sk: `worker#${ID}`, instanceId: ID }, 'does not read: fleet:'],
    ['is of an unknown kind', { sk: 'pool#BNL', queue: 'BNL' }, 'is of a kind that'],
  ])('or not: an item that %s is kept apart too', async (_, item, why) => {
    await putItem(item);
    expect((await book.view()).unread).toMatchObject([{ key: item.sk, why: expect.stringContaining(why) }]);
  });
});
