import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METRICS, type Metric, metricsPer } from '../../../core/tell/metrics.ts';
import { type ControlPlane, controlPlaneBill, sumOf } from '../../../lib/costs/control-plane.ts';
import { describeControlPlane, withControlPlane } from '../../../lib/costs/describe-control-plane.ts';
import { ROOT } from '../../running.ts';

const STAGE: ControlPlane = {
  hasPanda: true,
  queues: 5,
  fleets: 2,
  pricedFleets: 0,
  tickSeconds: 20,
  nudges: true,
  queueMetrics: 'on',
  tickMemoryMb: 512,
  natGateways: 0,
};
const bill = (change: Partial<ControlPlane> = {}) =>
  Object.fromEntries(controlPlaneBill({ ...STAGE, ...change }).map(({ what, dollars }) => [what, dollars]));
const sum = (change: Partial<ControlPlane> = {}) => sumOf(controlPlaneBill({ ...STAGE, ...change }));

const [QUEUE, FLEET, PRICED] = [6, 10, 14];

describe('what the control plane costs a month', () => {
  it('is mostly metrics', () => {
    expect(bill()['CloudWatch metrics']).toBeCloseTo(
      (5 * metricsPer('queue') + 2 * metricsPer('fleet', 'without prices') + metricsPer('stage')) * 0.3,
      9,
    );
    expect(bill()['CloudWatch metrics']).toBeGreaterThan(sum() / 2);
  });

  it.each<[string, Partial<ControlPlane>, number]>([
    ['a queue more', { queues: 6 }, QUEUE * 0.3],
    ['a fleet more', { fleets: 3 }, FLEET * 0.3],
    ['prices of one fleet', { pricedFleets: 1 }, (PRICED - FLEET) * 0.3],
    ['metrics of no queue', { queueMetrics: 'off' }, -(5 * QUEUE + 2 * FLEET) * 0.3],
  ])('%s changes the metrics alone, and a little of the logs', (_, change, dollars) => {
    const { 'CloudWatch metrics': metrics = 0, 'CloudWatch logs': logs = 0, ...rest } = bill(change);
    const { 'CloudWatch metrics': before = 0, 'CloudWatch logs': logsBefore = 0, ...others } = bill();
    expect(metrics - before).toBeCloseTo(dollars, 9);
    expect(Math.abs(logs - logsBefore)).toBeLessThan(0.3);
    expect(rest).toEqual(others);
  });

  it('gives more memory to the functions that grow with the stage, and pays for it as long as they run', () => {
    const { 'Lambda, ARM': lambda = 0, ...rest } = bill({ tickMemoryMb: 1_024 });
    const { 'Lambda, ARM': before = 0, ...others } = bill();
    expect(lambda).toBeGreaterThan(before * 1.5);
    expect(lambda).toBeLessThan(before * 2);
    expect(rest).toEqual(others);
  });

  it('has no function, metrics, alarms and logs of pilots without PanDA', () => {
    const [without, none] = [bill({ hasPanda: false, queues: 0 }), bill({ queues: 0 })];
    for (const what of ['Lambda, ARM', 'CloudWatch metrics', 'CloudWatch alarms', 'X-Ray']) {
      expect(without[what], what).toBeLessThan(none[what] ?? 0);
    }
  });

  it('has a NAT gateway with its address, by the hour', () => {
    expect(sum({ natGateways: 1 }) - sum()).toBeCloseTo(730 * 0.05, 9);
  });

  it('is less with fewer ticks, in everything that ticks do', () => {
    const [often, seldom] = [bill(), bill({ tickSeconds: 60 })];
    for (const what of ['Lambda, ARM', 'SQS', 'X-Ray', 'DynamoDB, on demand', 'CloudWatch logs']) {
      expect(seldom[what], what).toBeLessThan(often[what] ?? 0);
    }
  });

  it('has a queue for nudges that ticks each minute have no use for', () => {
    const polls = 5 * 180 * 730 * 4e-7;
    const [nudged, still] = [bill({ tickSeconds: 60 }), bill({ tickSeconds: 60, nudges: false })];
    expect((nudged.SQS ?? 0) - (still.SQS ?? 0)).toBeCloseTo(polls, 9);
    expect(bill({ nudges: false })).toEqual(bill());
  });

  it('is the table of docs/money.md', () => {
    const page = readFileSync(join(ROOT, 'docs/money.md'), 'utf8');
    expect(page).toContain(describeControlPlane());
    expect(withControlPlane(page)).toBe(page);
  });

  it('needs the marks of that page', () => {
    expect(() => withControlPlane('# Operations')).toThrow('has lost its marks');
  });
});

describe('the metrics that cost money all the time', () => {
  it.each([
    [metricsPer('stage'), 31],
    [metricsPer('queue'), 6],
    [metricsPer('fleet'), 9],
    [metricsPer('fleet', 'without prices'), 10],
    [metricsPer('fleet', 'with prices'), 14],
    [metricsPer('discrepancy'), 0],
  ])('%d of %d', (counted, expected) => expect(counted).toBe(expected));

  it('are those whose words do not say that they are absent', () => {
    for (const [name, { when, means }] of Object.entries<Metric>(METRICS)) {
      if (when === 'rarely' && name !== 'DiscrepancyAge' && name !== 'DiscrepanciesMended') {
        expect([name, means]).toEqual([name, expect.stringMatching(/absent (if none|otherwise)/)]);
      }
    }
  });
});
