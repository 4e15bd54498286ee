import { expect, it } from 'vitest';
import { account } from '../../../core/model/account.ts';
import { mark } from '../../../core/model/discrepancy.ts';
import { openLaunch as openLaunchSchema } from '../../../core/model/launch.ts';
import { boots, joins, pace } from '../../../core/model/learned.ts';
import { coolingRecord, queueMemory } from '../../../core/model/ledger.ts';
import { workerRecord } from '../../../core/model/worker.ts';
import { cooling, inLedger, JOINED, NARROW, NOW, openLaunch, STAGE } from '../worlds.ts';

const asked = { requestId: 'BNL.1', queue: 'BNL', count: 2, shape: NARROW, viewedAt: NOW };
const { template } = STAGE;

const RECORDS = [
  ['of a queue', queueMemory, { queue: 'BNL', pilotsEver: 7, recent: [asked] }],
  [
    'of a queue that rides on a fleet',
    queueMemory,
    {
      ...{ queue: 'BNL', pilotsEver: 7 },
      recent: [
        { ...asked, fleet: 'gpu', wallSeconds: 60, at: NOW, canary: true },
        { ...asked, removal: true },
      ],
    },
  ],
  ['of boots', boots, { kind: 'offer a', boots: [{ instanceId: 'i-1', launchedAt: NOW, joined: false }] }],
  ['of boots of a template', boots, { kind: 'template b', template, boots: [] }],
  ['of joins', joins, { template, flavour: 'm6i.large', took: [95, null], launchedAt: NOW }],
  ['of wakes', joins, { template, flavour: 'm6i.large', woken: true, took: [], launchedAt: NOW }],
  ['of the pace', pace, { most: 10, notBefore: NOW, waitSeconds: 60 }],
  ['of an offer that cools', coolingRecord, cooling('m6i.large', 'us-east-1a')],
  ['of a suspect', coolingRecord, cooling('m6i.large', 'z', { class: 'unsupported', halvings: 2 })],
  ['of a discrepancy', mark, { name: 'dead-ad', subject: 'i-1', firstSeenAt: NOW }],
  [
    'of what a fleet has spent',
    account,
    {
      ...{ fleet: 'default', former: 'BNL', dollars: { '2026-12': 7 }, booked: ['i-1'], version: 3 },
      pools: { 'm6i.large/us-east-1a': { hours: 5, reclaims: 1, at: NOW } },
    },
  ],
  ['of a worker', workerRecord, inLedger('i-1', JOINED)],
  [
    'of a worker that has slept',
    workerRecord,
    inLedger('i-1', JOINED, {
      ...{ mayStop: true, kept: true, width: 8, firstWidth: 8, meantFor: 'x', isProtected: true },
      ...{ sleeps: [[NOW - 90, NOW - 60]], cost: { dollarsPerHour: 1, endsBy: NOW } },
    }),
  ],
  ['of a launch', openLaunchSchema, openLaunch(3)],
] as const;

it.each(RECORDS)('a record %s comes back as it was written', (_, schema, record) => {
  expect(schema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
});

it.each([
  [
    'a canary that is none',
    queueMemory,
    { queue: 'A', pilotsEver: 0, recent: [{ ...asked, canary: false }] },
  ],
  [
    'a removal that is none',
    queueMemory,
    { queue: 'A', pilotsEver: 0, recent: [{ ...asked, removal: false }] },
  ],
  ['a wake that is none', joins, { template, flavour: 'a', woken: false, took: [], launchedAt: NOW }],
  ['a discrepancy of no such name', mark, { name: 'odd', subject: 'i-1', firstSeenAt: NOW }],
])('no record has %s', (_, schema, record) => {
  expect(schema.safeParse(record).success).toBe(false);
});
