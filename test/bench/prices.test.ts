import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { monthlyBill, type Usage } from '../../bench/prices.ts';
import { traffic } from '../../bench/traffic.ts';
import { SERVICE_PRICES } from '../../lib/costs/service-prices.ts';

const NOTHING: Usage = {
  hours: 730,
  calls: 0,
  gbSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  queues: 0,
  messages: 0,
  logBytes: 0,
  metrics: 0,
  alarms: 0,
};
const sumOf = (used: Partial<Usage>): number =>
  Object.values(monthlyBill({ ...NOTHING, ...used })).reduce((sum, dollars) => sum + dollars, 0);

it.each<[string, Partial<Usage>, number]>([
  ['nothing', {}, 0],
  ['a million runs', { calls: 1e6 }, 0.2 + 5],
  ['a gigabyte for an hour', { gbSeconds: 3600 }, 3600 * SERVICE_PRICES.lambdaGbSecond.dollars],
  ['a million reads and writes', { readUnits: 1e6, writeUnits: 1e6 }, 0.125 + 0.625],
  ['a queue that stays empty', { queues: 1 }, 730 * 900 * SERVICE_PRICES.sqsRequest.dollars],
  ['a million messages', { messages: 1e6 }, 1.2],
  ['a gigabyte of logs', { logBytes: 1e9 }, 0.5],
  ['ten metrics and an alarm', { metrics: 10, alarms: 1 }, 3.1],
])('a month of %s costs what AWS asks for it', (_, used, expected) => {
  expect(sumOf(used)).toBeCloseTo(expected, 9);
});

it('hours are scaled to a month; metrics and alarms are paid by the month anyway', () => {
  expect(sumOf({ hours: 73, calls: 1e5 })).toBeCloseTo(sumOf({ calls: 1e6 }), 9);
  expect(sumOf({ hours: 73, metrics: 10 })).toBeCloseTo(3, 9);
});

it('calls are counted by service and action, DynamoDB by its units, and others not at all', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-length', 9_000);
    response.end('x'.repeat(9_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const seen = traffic();
  const ask = async (path: string, target?: string, body?: string) => {
    const headers = target === undefined ? {} : { 'x-amz-target': target };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      ...(body === undefined ? {} : { body }),
    });
    await response.text();
  };
  await ask('/', 'DynamoDB_20120810.Query', '{}');
  await ask('/', 'DynamoDB_20120810.PutItem', 'y'.repeat(1500));
  await ask('/', 'AmazonSSM.GetParameter');
  await ask('/api/v1/statistics/x');
  await ask('/v1/pool?x=1');
  await ask('/2018-06-01/runtime/invocation/next');
  seen.stop();
  await ask('/v1/pool');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(Object.fromEntries(seen.calls)).toEqual({
    'DynamoDB Query': 1,
    'DynamoDB PutItem': 1,
    'SSM GetParameter': 1,
    PanDA: 1,
    'endpoint /v1/pool': 1,
  });
  expect(seen.units).toEqual({ read: 3, written: 2 });
});
