import { beforeEach, describe, expect, it } from 'vitest';
import { ledger } from '../../adapters/ledger/ledger.ts';
import type { Ledger } from '../../core/ledger.ts';
import { dynamoOver } from '../../twin/in-process/sdk.ts';
import { inLedger, NOW } from '../core/worlds.ts';
import { type Table, table } from '../faults/table.ts';

const ID = 'i-00000001';
const TEMPLATE = { id: 'lt-0abc', version: '7', imageId: 'ami-0abc' };
const JOINED = { ...inLedger(ID, { kind: 'joined', joinedAt: NOW - 60 }), template: TEMPLATE };

let kept: Table;
let book: Ledger;
/** The sort keys of all items that queries have answered with. */
let read: string[];

const put = (sk: string, item: object) =>
  kept.carryOut('PutItemCommand', { Item: { pk: 'live', sk, ...item } });

const answered = (answer: unknown): readonly { readonly sk: string }[] =>
  typeof answer === 'object' && answer !== null && 'Items' in answer && Array.isArray(answer.Items)
    ? answer.Items
    : [];

beforeEach(() => {
  kept = table(() => {});
  read = [];
  const client = dynamoOver(
    async (_, act) => act(),
    (command, input) => {
      const answer = kept.carryOut(command, input);
      read.push(...answered(answer).map(({ sk }) => sk));
      return answer;
    },
  );
  book = ledger('aerie', client);
});

describe('a worker that is written down', () => {
  it('has what never changes in one text, and beside it what conditions name and updates change', async () => {
    await book.workers.adopt({ ...JOINED, isProtected: true });
    const { launchId, offer, offers, launchedAt, fleet } = JOINED;
    expect(kept.get('live', `worker#${ID}`)).toEqual({
      ...{ pk: 'live', sk: `worker#${ID}`, v: 3, fleet, isProtected: true },
      state: { kind: 'joined', joinedAt: NOW - 60 },
      fixed: JSON.stringify([
        launchId,
        [offer.flavour, offer.zone, offer.market],
        [offers.cpus, offers.memoryMb, offers.diskMb, offers.gpus],
        launchedAt,
        ['lt-0abc', '7', 'ami-0abc'],
      ]),
    });
  });

  it.each([
    ['with a template and an image', JOINED],
    ['with a template', { ...JOINED, template: { id: 'lt-0abc', version: '7' } }],
    ['without a template', inLedger(ID, { kind: 'booting' })],
    ['that takes one queue only', { ...JOINED, onlyQueue: 'BNL' }],
    ['that takes one width only', { ...JOINED, width: 8 }],
    ['with a cost', { ...JOINED, cost: { dollarsPerHour: 0.1, endsBy: NOW + 60 } }],
    ['that EC2 will not end', { ...JOINED, endRefused: { at: NOW, why: 'OperationNotPermitted' } }],
  ])('%s is read as it was', async (_, worker) => {
    await book.workers.adopt(worker);
    expect(await book.workers.find(ID)).toEqual(worker);
    expect((await book.view()).workers).toEqual([worker]);
  });

  it('is described once, for as long as it lives: the next look takes what the last one made of the text', async () => {
    await book.workers.adopt(JOINED);
    const first = (await book.view()).workers[0];
    const second = (await book.view()).workers[0];
    expect(second?.offers).toBe(first?.offers);
    expect(second?.offers).toEqual(JOINED.offers);
  });

  it.each([
    ['is no JSON', '['],
    ['lacks a field', JSON.stringify(['CLOUD.1.0', ['m6i.large', 'us-east-1a', 'spot']])],
  ])('holds its fleet where its text %s', async (_, fixed) => {
    put(`worker#${ID}`, { fleet: 'gpu', state: { kind: 'booting' }, fixed, v: 3 });
    expect((await book.view()).unread).toEqual([
      { key: `worker#${ID}`, whose: 'gpu', why: 'does not read: fixed: no worker is described by it' },
    ]);
    await expect(book.workers.find(ID)).rejects.toThrow('no worker is described by it');
  });
});

describe('a worker that version 1 wrote down, each field an attribute', () => {
  const { fleet: _, ...fields } = JOINED;
  const WORKER = { ...JOINED, onlyQueue: 'BNL' };
  beforeEach(() => put(`worker#${ID}`, { ...fields, queue: 'BNL', v: 1 }));

  it('is read, as one of the default fleet that takes the pilots of its queue only', async () => {
    expect((await book.view()).workers).toEqual([WORKER]);
    expect(await book.workers.find(ID)).toEqual(WORKER);
  });

  it('goes on with its life, and version 1 can still read it', async () => {
    const to = { kind: 'missing', joinedAt: NOW - 60, since: NOW } as const;
    expect(await book.workers.change({ worker: WORKER, to }, NOW)).toBe(true);
    await book.accounts.price(WORKER, { dollarsPerHour: 1, endsBy: NOW });
    expect(kept.get('live', `worker#${ID}`)).toMatchObject({
      v: 1,
      queue: 'BNL',
      offer: JOINED.offer,
      state: to,
    });
    expect((await book.view()).workers).toEqual([
      { ...WORKER, state: to, cost: { dollarsPerHour: 1, endsBy: NOW } },
    ]);
  });

  it('passes as any other, into the past of its fleet', async () => {
    expect(await book.workers.change({ worker: WORKER, to: 'gone' }, NOW)).toBe(true);
    expect((await book.view()).workers).toEqual([]);
    expect(kept.get('past#default', `worker#${ID}`)).toMatchObject({ onlyQueue: 'BNL', offer: JOINED.offer });
    expect(await book.ends.lastState('default', ID)).toBe('joined');
  });
});

describe('what queue 1 rests on', () => {
  it('is read without the workers, and with every kind of item that this version does not know', async () => {
    await book.workers.adopt(JOINED);
    await book.submissions.add({
      ...{ requestId: 'BNL.1', queue: 'BNL', count: 3, viewedAt: NOW },
      shape: { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 },
    });
    put('pool#BNL', { queue: 'BNL' });
    put('zone#a', {});
    const { submissions, pilotsEver, unread = [] } = await book.viewForPilots();
    expect(submissions.BNL).toMatchObject([{ requestId: 'BNL.1' }]);
    expect(pilotsEver).toEqual({ BNL: 3 });
    expect(unread.map(({ key }) => key)).toEqual(['pool#BNL', 'zone#a']);
    expect(read).toEqual(['pool#BNL', 'queue#BNL', 'zone#a']);
  });

  it('is what the whole view says of it', async () => {
    await book.workers.adopt(JOINED);
    put('queue#CERN', { queue: 'CERN', pilotsEver: 4, recent: [], v: 99 });
    const { submissions, pilotsEver, unread } = await book.view();
    expect(await book.viewForPilots()).toMatchObject({ submissions, pilotsEver, unread });
  });
});

describe('submissions of two ticks at once', () => {
  const record = {
    ...{ requestId: 'BNL.1', queue: 'BNL', count: 3, viewedAt: NOW },
    shape: { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 },
  };

  it.each([
    ['the first of their queue', undefined],
    ['others were there before', { queue: 'BNL', pilotsEver: 4, recent: [], v: 1 }],
  ])('are not written over each other (%s): the later one is thrown, and decides anew', async (_, before) => {
    if (before !== undefined) put('queue#BNL', before);
    const client = dynamoOver(
      async (_, act) => act(),
      (command, input) => {
        if (command === 'PutItemCommand') put('queue#BNL', { queue: 'BNL', pilotsEver: 7, recent: [], v: 1 });
        return kept.carryOut(command, input);
      },
    );
    await expect(ledger('aerie', client).submissions.add(record)).rejects.toMatchObject({
      name: 'Overtaken',
      message: 'another tick submits pilots of BNL; the next one decides anew',
    });
    expect((await book.view()).pilotsEver).toEqual({ BNL: 7 });
  });
});
