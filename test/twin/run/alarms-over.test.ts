import { describe, expect, it } from 'vitest';
import { dimensionsOf, NAMESPACE } from '../../../core/tell/metrics.ts';
import { type QuotaName, usageOf } from '../../../lib/watch/quotas.ts';
import { alarmsOver } from '../../../twin/stage/alarms.ts';
import { STAGE } from '../../../twin/stage/parameters.ts';
import type { Datum } from '../../../twin/stage/watched.ts';

const HOURS = 3;
const START = 1_800_000_000;
const SPAN = [START, START + HOURS * 3600] as const;

/** One value a minute, as the functions and AWS emit them. */
const everyMinute = (datumAt: (minute: number) => Datum | undefined): readonly Datum[] =>
  Array.from({ length: HOURS * 60 }, (_, minute) => datumAt(minute)).filter((datum) => datum !== undefined);

/** The names of those that went off and can go off over data of one kind; all else misses all its data. */
const wentOff = (data: readonly Datum[], alarm: string): readonly string[] =>
  alarmsOver(data, SPAN)
    .filter((alarmed) => alarmed.alarm === alarm)
    .map(({ whose }) => whose);

const used = (name: QuotaName, quota: number | undefined, valueAt: (minute: number) => number) => {
  const { namespace, metricName, dimensions } = usageOf(name);
  return everyMinute((minute) => ({
    at: START + 60 * minute,
    namespace,
    name: metricName,
    dimensions,
    value: valueAt(minute),
    ...(quota === undefined ? {} : { quota }),
  }));
};

describe('the alarm of a quota', () => {
  const names = [
    'standard-on-demand',
    'standard-spot',
    'g-on-demand',
    'g-spot',
    'p-on-demand',
    'p-spot',
    'lambda-concurrency',
  ] as const;
  it.each(names)('%s goes off at 80 percent of it, and no other does', (name) => {
    expect(
      wentOff(
        used(name, 1000, () => 800),
        'quota-near',
      ),
    ).toEqual([name]);
    expect(
      wentOff(
        used(name, 1000, () => 799),
        'quota-near',
      ),
    ).toEqual([]);
  });

  it('stays off for what is over within five minutes', () => {
    expect(
      wentOff(
        used('lambda-concurrency', 10, (minute) => (minute === 62 ? 10 : 5)),
        'quota-near',
      ),
    ).toEqual([]);
  });

  it('stays off where nothing says what the quota is', () => {
    expect(
      wentOff(
        used('g-spot', undefined, () => 1000),
        'quota-near',
      ),
    ).toEqual([]);
  });
});

describe('the alarm of certificates', () => {
  const days = (valueAt: (minute: number) => number | undefined) =>
    everyMinute((minute) => {
      const value = valueAt(minute);
      return value === undefined
        ? undefined
        : {
            at: START + 60 * minute,
            namespace: NAMESPACE,
            name: 'CertificateDays',
            dimensions: dimensionsOf('pilots', STAGE),
            value,
          };
    });

  it.each([
    ['one with less than two weeks', () => 13.9, ['pilots']],
    ['one with two weeks', () => 14, []],
    [
      'one of several servers, which only some ticks meet',
      (minute: number) => (minute % 7 === 0 ? 3 : 300),
      ['pilots'],
    ],
    ['none: plain http', () => undefined, []],
  ])('goes off, or not, for %s', (_, valueAt, expected) => {
    expect(wentOff(days(valueAt), 'certificate-expires')).toEqual(expected);
  });
});
