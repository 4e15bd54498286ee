import { beforeEach, describe, expect, it } from 'vitest';
import { ledger } from '../../adapters/ledger.ts';
import type { Ledger } from '../../core/ledger.ts';
import { inLedger, NOW } from '../core/worlds.ts';
import { dynamoOver } from '../faults/aws.ts';
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
    const { launchId, offer, offers, launchedAt, queue } = JOINED;
    expect(kept.get('live', `worker#${ID}`)).toEqual({
      ...{ pk: 'live', sk: `worker#${ID}`, v: 2, queue, isProtected: true },
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
  ])('holds its queue where its text %s', async (_, fixed) => {
    put(`worker#${ID}`, { queue: 'BNL', state: { kind: 'booting' }, fixed, v: 2 });
    expect((await book.view()).unread).toEqual([
      { key: `worker#${ID}`, queue: 'BNL', why: 'does not read: fixed: no worker is described by it' },
    ]);
    await expect(book.workers.find(ID)).rejects.toThrow('no worker is described by it');
  });
});

describe('a worker that version 1 wrote down, each field an attribute', () => {
  beforeEach(() => put(`worker#${ID}`, { ...JOINED, v: 1 }));

  it('is read', async () => {
    expect((await book.view()).workers).toEqual([JOINED]);
    expect(await book.workers.find(ID)).toEqual(JOINED);
  });

  it('goes on with its life, and version 1 can still read it', async () => {
    const to = { kind: 'missing', joinedAt: NOW - 60, since: NOW } as const;
    expect(await book.workers.change({ worker: JOINED, to }, NOW)).toBe(true);
    await book.accounts.price(JOINED, { dollarsPerHour: 1, endsBy: NOW });
    expect(kept.get('live', `worker#${ID}`)).toMatchObject({ v: 1, offer: JOINED.offer, state: to });
    expect((await book.view()).workers).toEqual([
      { ...JOINED, state: to, cost: { dollarsPerHour: 1, endsBy: NOW } },
    ]);
  });

  it('passes as any other, into a past that version 1 can read', async () => {
    expect(await book.workers.change({ worker: JOINED, to: 'gone' }, NOW)).toBe(true);
    expect((await book.view()).workers).toEqual([]);
    expect(kept.get('past#' + JOINED.queue, `worker#${ID}`)).toMatchObject({ v: 1, offer: JOINED.offer });
    expect(await book.ends.lastState(JOINED.queue, ID)).toBe('joined');
  });
});

describe('what queue 1 rests on', () => {
  it('is read without the workers, and with every kind of item that this version does not know', async () => {
    await book.workers.adopt(JOINED);
    await book.submissions.add({
      ...{ requestId: 'BNL.1', queue: 'BNL', count: 3, viewedAt: NOW },
      shape: { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 },
    });
    put('fleet#BNL', { queue: 'BNL' });
    put('zone#a', {});
    const { submissions, pilotsEver, unread = [] } = await book.viewForPilots();
    expect(submissions.BNL).toMatchObject([{ requestId: 'BNL.1' }]);
    expect(pilotsEver).toEqual({ BNL: 3 });
    expect(unread.map(({ key }) => key)).toEqual(['fleet#BNL', 'zone#a']);
    expect(read).toEqual(['fleet#BNL', 'queue#BNL', 'zone#a']);
  });

  it('is what the whole view says of it', async () => {
    await book.workers.adopt(JOINED);
    put('queue#CERN', { queue: 'CERN', pilotsEver: 4, recent: [], v: 99 });
    const { submissions, pilotsEver, unread } = await book.view();
    expect(await book.viewForPilots()).toMatchObject({ submissions, pilotsEver, unread });
  });
});
