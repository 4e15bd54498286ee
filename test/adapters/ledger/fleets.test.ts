import { beforeEach, describe, expect, it } from 'vitest';
import { ledger } from '../../../adapters/ledger/ledger.ts';
import { LEDGER_VERSION } from '../../../adapters/ledger/version.ts';
import { accountsOf, bookedIn } from '../../../core/learn/accounts.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { dynamoOver } from '../../../twin/in-process/sdk.ts';
import { inLedger, JOINED, NOW, openLaunch } from '../../core/worlds.ts';
import { type Table, table } from '../../faults/table.ts';

const ID = 'i-00000001';
const { fleet: _, ...WORKER } = inLedger(ID, JOINED, { launchId: 'BNL.1.0' });
/** The same as it is read: of the default fleet, for the pilots of its queue only. */
const READ = { ...WORKER, fleet: 'default', onlyQueue: 'BNL' };

const { launchId, offer, offers, launchedAt, template } = WORKER;
/** A worker's item as version 2 wrote it: what never changes is one text. */
const COMPACT = {
  ...{ queue: 'BNL', state: JOINED, v: 2 },
  fixed: JSON.stringify([
    launchId,
    [offer.flavour, offer.zone, offer.market],
    [offers.cpus, offers.memoryMb, offers.diskMb, offers.gpus],
    launchedAt,
    template === undefined ? [] : [template.id, template.version],
  ]),
};
/** The same as version 1 wrote it: each field an attribute. */
const SPREAD = { ...WORKER, queue: 'BNL', v: 1 };

const open = openLaunch(2);
const { fleet: __, ...REQUEST } = open.request;
const TAGS = { 'aerie:stage': 'lab', 'aerie:queue': 'BNL', 'aerie:launch': 'BNL.1.0' };
const OLD_LAUNCH = { ...open, request: { ...REQUEST, launchId: 'BNL.1.0', queue: 'BNL', tags: TAGS }, v: 1 };

let kept: Table;
let book: Ledger;
const put = (sk: string, item: object) =>
  kept.carryOut('PutItemCommand', { Item: { pk: 'live', sk, ...item } });

beforeEach(() => {
  kept = table(() => {});
  const client = dynamoOver(async (_, act) => act(), kept.carryOut);
  book = ledger('aerie', client);
});

describe('a worker from before there were fleets', () => {
  it.each([
    ['1', SPREAD],
    ['2', COMPACT],
  ])(
    'is of the default fleet, and takes the pilots of its queue only (as version %s wrote it)',
    async (_, item) => {
      put(`worker#${ID}`, item);
      expect((await book.view()).workers).toEqual([READ]);
      expect(await book.workers.find(ID)).toEqual(READ);
      expect(await book.ends.lastState('default', ID)).toBe('joined');
    },
  );

  it.each([
    ['1', SPREAD],
    ['2', COMPACT],
  ])('that is over waits to be booked by the default fleet (version %s)', async (_, item) => {
    const cost = { dollarsPerHour: 1, endsBy: NOW + 3600 };
    put(`worker#${ID}`, { ...item, cost, endedAt: NOW });
    const { workers, ended } = await book.view();
    expect(workers).toEqual([]);
    expect(ended).toEqual([{ worker: { ...READ, cost }, endedAt: NOW }]);
  });

  it.each([
    ['1', SPREAD],
    ['2', COMPACT],
  ])('keeps its version and its queue while it lives (version %s)', async (_, item) => {
    put(`worker#${ID}`, item);
    const to = { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'x' } } as const;
    expect(await book.workers.change({ worker: READ, to }, NOW)).toBe(true);
    expect(kept.get('live', `worker#${ID}`)).toMatchObject({ v: item.v, queue: 'BNL' });
    expect(kept.get('live', `worker#${ID}`)).not.toHaveProperty('fleet');
    expect((await book.view()).workers).toEqual([{ ...READ, state: to }]);
  });
});

describe('a launch from before there were fleets', () => {
  const { v: ___, ...old } = OLD_LAUNCH;
  const { queue: ____, ...request } = old.request;
  const read = { ...old, request: { ...request, fleet: 'default', onlyQueue: 'BNL' } };

  it('is of the default fleet, with the tags that EC2 was asked with', async () => {
    put('launch#BNL.1.0', OLD_LAUNCH);
    expect((await book.view()).launches).toEqual([read]);
  });

  it('is closed like any other, and its workers take the pilots of its queue only', async () => {
    put('launch#BNL.1.0', OLD_LAUNCH);
    await book.launches.close(read, [READ], 'whole', NOW);
    expect(await book.view()).toMatchObject({ launches: [], workers: [READ] });
    expect(kept.get('live', 'launch#BNL.1.0')).toBeUndefined();
    expect(kept.get('past#default', 'launch#BNL.1.0')).toMatchObject({ outcome: 'whole' });
  });

  it('that nobody has asked for can be taken back', async () => {
    put('launch#BNL.1.0', { ...OLD_LAUNCH, intendedBy: 3 });
    expect(await book.launches.withdraw({ ...read, intendedBy: 3 })).toBe(true);
    expect((await book.view()).launches).toEqual([]);
  });
});

describe('an account from before there were fleets', () => {
  const MONTH = '2027-01';
  const OLD = { queue: 'BNL', dollars: { [MONTH]: 40 }, booked: [ID], version: 7, v: 1 };
  const own = { fleet: 'default', dollars: { [MONTH]: 2 }, booked: [], version: 1 };

  it('is money of the default fleet, and stays its queue’s', async () => {
    put('account#BNL', OLD);
    expect((await book.view()).accounts).toEqual([
      { fleet: 'default', former: 'BNL', dollars: { [MONTH]: 40 }, booked: [ID], version: 7 },
    ]);
  });

  it.each(['default', 'BNL'])(
    'of the queue %s does not stand in the way of the fleet’s own',
    async (name) => {
      put(`account#${name}`, { ...OLD, queue: name });
      expect(await book.accounts.enter(own)).toBe(true);
      expect(kept.get('live', `account#${name}`)).toMatchObject({ version: 7 });
      const accounts = accountsOf('default', (await book.view()).accounts ?? []);
      expect(accounts.own).toEqual(own);
      expect(bookedIn(MONTH, accounts)).toBe(42);
      expect(bookedIn(MONTH, accountsOf('gpu', (await book.view()).accounts ?? []))).toBe(0);
    },
  );
});

describe('what is written now', () => {
  it('is of a version that code from before there were fleets leaves alone', async () => {
    await book.workers.adopt(inLedger(ID, JOINED));
    await book.launches.open(open);
    await book.accounts.enter({ fleet: 'default', dollars: {}, booked: [], version: 1 });
    for (const sk of [`worker#${ID}`, `launch#${open.request.launchId}`, 'account#fleet:default']) {
      expect(kept.get('live', sk)).toMatchObject({ v: 3 });
    }
  });
});

describe('an item that cannot be read', () => {
  const NEWER = { v: LEDGER_VERSION + 1 };
  it.each([
    ['a worker', 'worker#i-1', { ...NEWER, fleet: 'gpu' }, 'gpu'],
    ['a worker of a queue', 'worker#i-1', { queue: 'BNL' }, 'default'],
    ['a launch', 'launch#x', { ...NEWER, request: { fleet: 'gpu' } }, 'gpu'],
    ['a launch of a queue', 'launch#x', { request: { queue: 'BNL' } }, 'default'],
    ['an account', 'account#fleet:gpu', { ...NEWER, fleet: 'gpu' }, 'gpu'],
    ['an account of a queue', 'account#BNL', { queue: 'BNL' }, 'default'],
    ['the memory of a queue', 'queue#BNL', { ...NEWER, queue: 'BNL' }, 'BNL'],
    ['a worker that does not say', 'worker#i-1', { ...NEWER }, undefined],
    ['a launch that does not say', 'launch#x', { request: [] }, undefined],
    ['the memory of a queue that does not say', 'queue#BNL', { fleet: 'gpu' }, undefined],
    ['a cooling offer', 'cooling#x', { ...NEWER }, undefined],
    ['an unknown kind', 'zone#a', { fleet: 'gpu' }, 'gpu'],
  ])('says whose it is: %s', async (_, key, item, whose) => {
    put(key, item);
    const { unread = [] } = await book.view();
    expect(unread).toEqual([{ key, ...(whose === undefined ? {} : { whose }), why: expect.any(String) }]);
  });
});
