import { describe, expect, it } from 'vitest';
import {
  dimensionsOf,
  METRIC_NAMES,
  METRICS,
  type Metric,
  metricsPer,
  NAMESPACE,
  type Per,
  perOf,
  type Service,
  stageMetricsOf,
} from '../../../core/tell/metrics.ts';

const ALL = Object.entries<Metric>(METRICS);

describe('the metrics of a function', () => {
  it.each<readonly [Service, Per]>([
    ['pilots', 'queue'],
    ['workers', 'fleet'],
    ['audit', 'stage'],
    ['settings', 'stage'],
  ])('of a decision are those of what it decides about: %s', (service, per) => {
    expect(perOf({ per: 'decision' }, service)).toBe(per);
    expect(perOf({ per: 'discrepancy' }, service)).toBe('discrepancy');
  });

  it('are 0 where there was nothing to count, of the whole stage, so that alarms have data', () => {
    for (const service of ['pilots', 'workers', 'audit', 'settings'] as const) {
      const names: readonly string[] = stageMetricsOf(service);
      expect(names.length).toBeGreaterThan(0);
      for (const [name, { of, per, found }] of ALL) {
        const isCounted = per === 'stage' && of.includes(service) && found !== true;
        expect([service, name, names.includes(name)]).toEqual([service, name, isCounted]);
      }
    }
  });

  it('are not 0 where they are found, as the days of a certificate are', () => {
    expect(stageMetricsOf('pilots')).not.toContain('CertificateDays');
  });

  it.each([
    [undefined, {}],
    [{ per: 'queue', value: 'BNL' }, { Queue: 'BNL' }],
    [{ per: 'fleet', value: 'gpu' }, { Fleet: 'gpu' }],
    [{ per: 'discrepancy', value: 'dead-ad' }, { Discrepancy: 'dead-ad' }],
    [{ per: 'stage', value: 'prod' }, {}],
  ] as const)('stand under the names that dashboards and alarms ask for: %j', (of, more) => {
    expect(dimensionsOf('workers', 'prod', of)).toEqual({ service: 'workers', Stage: 'prod', ...more });
    expect(NAMESPACE).toBe('aerie');
  });

  it('have names of their own', () => expect(METRIC_NAMES).toEqual(ALL.map(([name]) => name)));
});

describe('the metrics that a fleet has all the time, and that cost money', () => {
  const saying = (words: RegExp) => ALL.filter(([, { means }]) => words.test(means)).length;
  const always = metricsPer('fleet');

  it('are more with prices: what it costs, has spent and may spend', () => {
    const names = ['DollarsPerHour', 'DollarsThisMonth', 'DollarsCommitted', 'BudgetNear', 'BudgetOver'];
    expect(metricsPer('fleet', 'with prices') - always).toBe(names.length);
    expect(ALL.filter(([, { when }]) => when === 'with prices').map(([name]) => name)).toEqual(names);
  });

  it('are one more without: what it would cost at list prices', () => {
    expect(metricsPer('fleet', 'without prices') - always).toBe(1);
  });

  it('are none that is absent as a rule', () => {
    const rarely = metricsPer('fleet', 'rarely') - always;
    expect(rarely).toBeGreaterThan(5);
    expect(rarely).toBeLessThanOrEqual(saying(/absent if none/));
  });

  it('are counted for each function that emits them, and for nobody else', () => {
    const [queue, fleet] = [metricsPer('queue'), metricsPer('fleet')];
    const ofBoth = ALL.filter(([, { per, when }]) => per === 'decision' && when === undefined).length;
    const ofQueues = ALL.filter(([, { per, when }]) => per === 'queue' && when === undefined).length;
    const ofFleets = ALL.filter(([, { per, when }]) => per === 'fleet' && when === undefined).length;
    expect([queue, fleet]).toEqual([ofQueues + ofBoth, ofFleets + ofBoth]);
    expect(metricsPer('discrepancy')).toBe(0);
  });
});
