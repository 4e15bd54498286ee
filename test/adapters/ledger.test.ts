import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ledger, ledger } from '../../adapters/ledger.ts';
import { openLaunch as openLaunchItem } from '../../adapters/ledger-items.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../twin/aws/dynamo.ts';
import type { Face } from '../../twin/wire/http.ts';
import { cooling, inLedger, JOINED, LARGE, NARROW, NOW, openLaunch, submission } from '../core/worlds.ts';

const ID = 'i-00000001';
const BOOTING = inLedger(ID, { kind: 'booting' });
const DRAINING = { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'idle' } } as const;

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

const bring = (...workers: readonly WorkerRecord[]) =>
  book.close(openLaunch(1, NOW - 300), workers, '1 of 1 launched', NOW);

describe('a launch whose token EC2 has had', () => {
  it('keeps when EC2 first said so, until it is closed', async () => {
    const launch = openLaunch(3);
    await book.open(launch);
    await book.tokenKnown(launch, NOW);
    await book.tokenKnown(launch, NOW + 60);
    expect((await book.view()).launches).toEqual([{ ...launch, tokenKnownAt: NOW }]);
    await book.close(launch, [], 'empty', NOW + 120);
    await book.tokenKnown(launch, NOW + 180);
    expect((await book.view()).launches).toEqual([]);
  });
});

describe('a launch of a canary', () => {
  it('is known as that when it is read again', async () => {
    const launch = { ...openLaunch(1), isCanary: true as const };
    await book.open(launch);
    expect((await book.view()).launches).toEqual([launch]);
  });

  it('is known as that in the decision that it comes from', async () => {
    const { request, offers } = openLaunch(1);
    const launches = [{ request, offers, isCanary: true as const }];
    const decision: Decision = {
      ...{ of: 'workers', kind: 'act', queue: 'BNL', at: NOW, why: [], counts: {} },
      ...{ launches, retirements: [] },
    };
    await book.keep(decision);
    expect(await book.keep({ ...decision, launches: [] })).toEqual(decision);
  });
});

describe('the ledger', () => {
  it('knows whether a launch is open without reading what is alive', async () => {
    await bring(BOOTING);
    expect(await book.isAnyOpen()).toBe(false);
    await book.open(openLaunch(3));
    expect(await book.isAnyOpen()).toBe(true);
  });
});

describe('an end', () => {
  it('is kept once, with the reason that EC2 gives', async () => {
    const reason = { code: 'Client.InternalError', message: 'Client error on launch' };
    const { instanceId, queue, offer, launchedAt } = BOOTING;
    const note = { instanceId, queue, offer, launchedAt, reason, at: NOW };
    expect(await book.ended(note)).toBe(true);
    expect(await book.ended({ ...note, at: NOW + 600 })).toBe(false);
    expect(await partition(`past#${queue}`)).toMatchObject([{ sk: `end#${ID}`, ...note }]);
  });

  it('is of a worker that can be looked up as it last stood', async () => {
    const { queue } = BOOTING;
    expect(await book.lastState(queue, ID)).toBeUndefined();
    await bring(BOOTING);
    expect(await book.lastState(queue, ID)).toBe('booting');
    await book.change({ worker: { ...BOOTING, state: DRAINING }, to: 'gone' }, NOW);
    expect(await book.lastState(queue, ID)).toBe('draining');
  });
});

describe('the view', () => {
  it('of an empty ledger is empty', async () => {
    expect(await book.view()).toEqual({
      launches: [],
      workers: [],
      submissions: {},
      cooling: [],
      pilotsEver: {},
    });
  });

  it('is everything that is alive, as it was written', async () => {
    const launch = openLaunch(3);
    await book.open(launch);
    await bring(BOOTING, inLedger('i-00000002', JOINED));
    await book.cool([cooling('m6i.large', 'us-east-1a')]);
    await book.submitted(submission(5, NOW));
    await book.open(launch);
    expect(await book.view()).toEqual({
      launches: [launch],
      workers: [BOOTING, inLedger('i-00000002', JOINED)],
      submissions: { BNL: [submission(5, NOW)] },
      cooling: [cooling('m6i.large', 'us-east-1a')],
      pilotsEver: { BNL: 5 },
    });
  });

  it('keeps what a refusal was about, and which offers are on trial', async () => {
    const refused = cooling('m6i.large', 'us-east-1a', { class: 'unsupported' });
    const suspect = cooling('m6i.large', 'us-east-1b', { class: 'configuration', halvings: 2 });
    const launch = { ...openLaunch(3), halvings: 2 };
    await book.open(launch);
    await book.cool([refused, suspect]);
    expect(await book.view()).toMatchObject({ cooling: [refused, suspect], launches: [launch] });
  });

  it('is whole where it does not fit into one page of a megabyte', async () => {
    const why = 'x'.repeat(150_000);
    const records = Array.from({ length: 12 }, (_, n) =>
      cooling(`m6i.${n + 2}xlarge`, 'us-east-1a', { why }),
    );
    await book.cool(records);
    await bring(BOOTING);
    expect((await partition('live')).length).toBeLessThan(13);
    const view = await book.view();
    expect(view.cooling).toHaveLength(12);
    expect(view.workers).toEqual([BOOTING]);
  });

  it('throws at an item that cannot be read, which would be a bug', async () => {
    const Item = { pk: 'live', sk: `worker#${ID}`, instanceId: ID };
    await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: 'aerie', Item }));
    await expect(book.view()).rejects.toThrow();
  });
});

const TOLD = {
  queue: 'BNL',
  at: NOW,
  why: [{ kind: 'pilots-waiting', pilots: 5, onJoined: 0, onBooting: 0 }],
  counts: { pilotsWaiting: 5 },
} as const;
const DECISIONS: readonly Decision[] = [
  { of: 'pilots', kind: 'submit', requestId: 'BNL.1', viewedAt: NOW - 3, count: 5, shape: NARROW, ...TOLD },
  { of: 'pilots', kind: 'remove', count: 5, leave: 2, ...TOLD },
  { of: 'pilots', kind: 'rest', ...TOLD },
  { of: 'workers', kind: 'hold', ...TOLD },
  {
    of: 'workers',
    kind: 'act',
    launches: [{ request: openLaunch(2).request, offers: LARGE }],
    retirements: [{ instanceId: ID, step: 'drain', cause: { kind: 'told', words: 'idle' } }],
    ...TOLD,
  },
];

describe('a decision', () => {
  it.each(DECISIONS)('of $of to $kind is kept, and comes back as it was', async (decision) => {
    expect(await book.keep(decision)).toEqual(decision);
    const other: Decision = { of: decision.of, kind: 'hold', ...TOLD, why: [{ kind: 'queue-paused' }] };
    expect(await book.keep(other)).toEqual(decision);
  });

  it('is another for another moment, another queue, and for the workers', async () => {
    const [first] = DECISIONS;
    if (first === undefined) throw new Error('there is one');
    await book.keep(first);
    const others: readonly Decision[] = [
      { ...first, at: NOW + 60 },
      { ...first, queue: 'CERN' },
      { of: 'workers', kind: 'rest', ...TOLD },
    ];
    for (const other of others) expect(await book.keep(other)).toEqual(other);
  });

  it('is the same for all who write at once', async () => {
    const rivals = DECISIONS.slice(0, 3);
    const kept = await Promise.all(rivals.map((decision) => book.keep(decision)));
    expect(new Set(kept.map(({ kind }) => kind)).size).toBe(1);
  });

  it('is kept for two weeks', async () => {
    await book.keep({ of: 'pilots', kind: 'rest', ...TOLD });
    expect(await partition('decision#BNL')).toMatchObject([{ expiresAt: NOW + 14 * 86_400 }]);
  });
});

describe('a launch', () => {
  it('that is opened again stays what it was', async () => {
    await book.open(openLaunch(3));
    await book.open({ ...openLaunch(3), offers: NARROW });
    expect((await book.view()).launches).toEqual([openLaunch(3)]);
  });

  it('keeps whether reservations go first, and one of an older version says nothing of it', async () => {
    const { request, ...rest } = openLaunch(3);
    const first = { ...rest, request: { ...request, reservationsFirst: true } } as const;
    await book.open(first);
    expect((await book.view()).launches).toEqual([first]);
    expect(openLaunchItem.parse({ ...rest, request })).toEqual({ ...rest, request });
  });

  it('that is closed leaves its workers, and what became of it', async () => {
    const launch = openLaunch(1, NOW - 300);
    expect(await book.open(launch)).toBe(true);
    await bring(BOOTING);
    expect(await book.view()).toMatchObject({ launches: [], workers: [BOOTING] });
    expect(await partition('past#BNL')).toMatchObject([
      { outcome: '1 of 1 launched', closedAt: NOW, expiresAt: NOW + 30 * 86_400 },
    ]);
  });

  it('that is closed is over: it cannot be opened again', async () => {
    await bring(BOOTING);
    expect(await book.open(openLaunch(1, NOW - 300))).toBe(false);
    expect((await book.view()).launches).toEqual([]);
  });

  it('that is closed again does not set its workers back', async () => {
    await bring(BOOTING);
    await book.change({ worker: BOOTING, to: JOINED }, NOW);
    await bring(BOOTING);
    expect((await book.find(ID))?.state).toEqual(JOINED);
  });
});

describe('a worker', () => {
  it('that is not known is not found', async () => {
    expect(await book.find(ID)).toBeUndefined();
  });

  it('moves to its next state', async () => {
    await bring(BOOTING);
    await book.change({ worker: BOOTING, to: JOINED }, NOW);
    expect(await book.find(ID)).toEqual({ ...BOOTING, state: JOINED });
  });

  it('is not moved by one who saw it in another state', async () => {
    await bring(BOOTING);
    await book.change({ worker: BOOTING, to: DRAINING }, NOW);
    await book.change({ worker: BOOTING, to: JOINED }, NOW);
    expect((await book.find(ID))?.state).toEqual(DRAINING);
  });

  it('that is gone is past, and is not brought back by one who saw it alive', async () => {
    await bring(BOOTING);
    await book.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
    await book.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
    await book.change({ worker: BOOTING, to: JOINED }, NOW + 6);
    expect((await book.view()).workers).toEqual([]);
    expect(await partition('past#BNL')).toMatchObject([{}, { instanceId: ID, goneAt: NOW + 5 }]);
  });
});

describe('submissions', () => {
  it('are counted once each, and remembered while the pool may not show them', async () => {
    for (const at of [NOW - 1000, NOW - 60, NOW, NOW]) await book.submitted(submission(5, at));
    expect(await book.view()).toMatchObject({
      submissions: { BNL: [submission(5, NOW - 60), submission(5, NOW)] },
      pilotsEver: { BNL: 15 },
    });
  });

  it('of two who write at once are not lost unseen: one is refused, and comes again', async () => {
    await book.submitted(submission(1, NOW - 60));
    const both = [submission(2, NOW), submission(4, NOW + 1)];
    const outcomes = await Promise.allSettled(both.map((record) => book.submitted(record)));
    const refused = both.filter((_, index) => outcomes[index]?.status === 'rejected');
    for (const record of refused) await book.submitted(record);
    expect((await book.view()).pilotsEver).toEqual({ BNL: 7 });
  });
});

describe('a refused offer', () => {
  it('stays refused when a launch from before it finds it clear, and is clear where it was a suspect', async () => {
    const refused = cooling('m6i.large', 'us-east-1a', { until: NOW + 600 });
    const suspect = cooling('m6i.large', 'us-east-1b', { until: NOW + 900, halvings: 1 });
    await book.cool([refused, suspect]);
    await book.cool([refused, suspect].map(({ offer }) => ({ offer, until: NOW, why: 'EC2 took it' })));
    const { cooling: known } = await book.view();
    expect(known.map(({ offer, until }) => [offer.zone, until])).toEqual([
      ['us-east-1a', NOW + 600],
      ['us-east-1b', NOW],
    ]);
  });

  it('cools as long as it was last refused, and the table forgets it then', async () => {
    await book.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 100.5 })]);
    await book.cool([cooling('m6i.large', 'us-east-1a', { until: NOW + 300.5 })]);
    expect((await book.view()).cooling.map(({ until }) => until)).toEqual([NOW + 300.5]);
    expect(await partition('live')).toMatchObject([{ expiresAt: NOW + 301 }]);
  });
});
