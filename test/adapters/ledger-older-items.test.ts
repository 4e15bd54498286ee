import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { ledger } from '../../adapters/ledger/ledger.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { Reason } from '../../core/model/reason.ts';
import { next } from '../../core/write/life.ts';
import { dynamoFace, TWIN_CREDENTIALS, TWIN_REGION } from '../../twin/aws/dynamo.ts';
import { inLedger, NOW } from '../core/worlds.ts';

const ID = 'i-00000001';

let book: Ledger;
let read: () => Promise<Readonly<Record<string, unknown>> | undefined>;
let put: (item: Readonly<Record<string, unknown>>) => Promise<unknown>;

beforeEach(async () => {
  const face = await dynamoFace('aerie');
  const client = new DynamoDBClient({
    endpoint: face.url,
    region: TWIN_REGION,
    credentials: TWIN_CREDENTIALS,
  });
  const documents = DynamoDBDocumentClient.from(client);
  put = (Item) => documents.send(new PutCommand({ TableName: 'aerie', Item }));
  read = async () =>
    (await documents.send(new GetCommand({ TableName: 'aerie', Key: { pk: 'live', sk: `worker#${ID}` } })))
      .Item;
  book = ledger('aerie', client);
  return async () => {
    client.destroy();
    await face.close();
  };
});

/** A worker as versions wrote it that kept causes as sentences. */
const older = (state: Readonly<Record<string, unknown>>) => ({
  ...{ pk: 'live', sk: `worker#${ID}` },
  ...inLedger(ID, { kind: 'booting' }),
  state,
});

describe('a worker that an older version wrote down', () => {
  it.each<readonly [string, Reason]>([
    ['spot interruption warning', { kind: 'spot-interruption' }],
    ['spot rebalance recommendation', { kind: 'spot-rebalance' }],
    ['not joined 900 s after its launch', { kind: 'never-joined', limitSeconds: 900 }],
    ['above max-workers 4', { kind: 'told', words: 'above max-workers 4' }],
  ])('with the cause "%s" is read as one with %j', async (text, cause) => {
    await put(older({ kind: 'draining', since: NOW - 60, cause: text }));
    const expected = { kind: 'draining', since: NOW - 60, cause };
    expect((await book.workers.find(ID))?.state).toEqual(expected);
    expect((await book.view()).workers.map(({ state }) => state)).toEqual([expected]);
  });

  it('goes on with its life', async () => {
    await put(older({ kind: 'draining', since: NOW - 60, cause: 'it was idle', surplus: true }));
    const worker = await book.workers.find(ID);
    if (worker === undefined) throw new Error('it is there');
    const to = next(worker.state, { kind: 'end-decided', at: NOW, cause: { kind: 'drained' } });
    expect(await book.workers.change({ worker, to }, NOW)).toBe(true);
    expect((await book.workers.find(ID))?.state).toEqual(to);
  });
});

describe('a worker that is written down', () => {
  it('has its cause as data, and as the text that an older version acts on, which may be deployed again', async () => {
    const cause: Reason = { kind: 'never-joined', limitSeconds: 900 };
    const worker = inLedger(ID, { kind: 'retiring', since: NOW, cause });
    await book.workers.adopt(worker);
    expect(await read()).toMatchObject({
      state: { cause: 'not joined 900 s after its launch', reason: cause },
    });
    expect(await book.workers.find(ID)).toEqual(worker);
    const to = next(worker.state, { kind: 'untaken', at: NOW + 700 });
    expect(await book.workers.change({ worker, to }, NOW + 700)).toBe(true);
    expect(await read()).toMatchObject({
      state: { since: NOW + 700, cause: 'not joined 900 s after its launch', reason: cause },
    });
    expect((await book.workers.find(ID))?.state).toEqual(to);
  });
});

describe('a worker whose cause comes from another version', () => {
  it.each<readonly [string, string, Reason]>([
    ['spot-interruption', 'spot interruption warning', { kind: 'spot-interruption' }],
    ['spot-rebalance', 'spot rebalance recommendation', { kind: 'spot-rebalance' }],
    ['drained', 'drained', { kind: 'told', words: 'drained' }],
  ])(
    '%s is known again when an older version has written the state anew, without its data',
    async (kind, text, again) => {
      const cause = { kind } as Reason;
      await book.workers.adopt(inLedger(ID, { kind: 'draining', since: NOW, cause }));
      expect(await read()).toMatchObject({ state: { cause: text } });
      await put(older({ kind: 'draining', since: NOW + 1, cause: text }));
      expect((await book.workers.find(ID))?.state).toMatchObject({ cause: again });
    },
  );

  it('is read with its text where only a later version knows its kind', async () => {
    const state = {
      kind: 'draining',
      since: NOW,
      cause: 'a new cause',
      reason: { kind: 'brand-new', of: 1 },
    };
    await put(older(state));
    expect((await book.workers.find(ID))?.state).toMatchObject({
      cause: { kind: 'told', words: 'a new cause' },
    });
    expect((await book.view()).unread).toBeUndefined();
  });
});

describe('a decision that an older version wrote down', () => {
  const told = { at: NOW, counts: {} };

  it('comes back with its sentences, carried and no more', async () => {
    const asked = {
      ...{ requestId: 'BNL.1', count: 3, viewedAt: NOW },
      shape: { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 },
    };
    await put({
      ...{ pk: 'decision#BNL', sk: `pilots#${NOW}`, of: 'pilots', kind: 'submit', queue: 'BNL' },
      ...{ ...told, ...asked, why: ['3 jobs are ready', 'the chain asks for 3'] },
    });
    const kept = await book.decisions.keep({ of: 'pilots', kind: 'rest', queue: 'BNL', ...told, why: [] });
    expect(kept).toEqual({
      ...{ of: 'pilots', kind: 'submit', queue: 'BNL', ...told, ...asked },
      why: [
        { kind: 'told', words: '3 jobs are ready' },
        { kind: 'told', words: 'the chain asks for 3' },
      ],
    } satisfies Decision);
  });

  it('about the workers of a queue is carried out for no fleet', async () => {
    await put({
      ...{ pk: 'decision#BNL', sk: `workers#${NOW}`, of: 'workers', kind: 'rest', queue: 'BNL' },
      ...{ ...told, why: [] },
    });
    const rest: Decision = { of: 'workers', kind: 'rest', fleet: 'default', ...told, why: [] };
    expect(await book.decisions.keep(rest)).toEqual(rest);
  });
});
