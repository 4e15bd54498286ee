import { describe, expect, it } from 'vitest';
import { wantedVcpus } from '../../../cli/doctor/account/quotas.ts';
import { judgeClocks } from '../../../cli/doctor/site/clocks.ts';
import { placeOfStage } from '../../../lib/stage/place.ts';
import { fleetsAtTimes } from '../../../lib/stage/settings.ts';

const place = placeOfStage({ network: { kind: 'public' }, workerDiskGb: 100 });
const fleet = (name: string, knobs: Readonly<Record<string, string>>) => {
  const fleets = { [name]: { knobs, source: {} } };
  const found = fleetsAtTimes({ queues: {}, fleets }, place).find(({ settings }) => settings.name === name);
  if (found === undefined) throw new Error(`${name} cannot be used`);
  return { ...found, name, diskGb: 100 };
};
const MIXED = fleet('MIXED', { flavours: 'm6i.large, c6i.8xlarge', 'max-workers': '10' });
const CAPPED = fleet('CAPPED', { flavours: 'm6i.2xlarge', 'max-workers': '10', 'max-cores': '24' });
const SPOT_FIRST = fleet('SPOT', { flavours: 'm6i.large', 'max-workers': '5', market: 'spot-first' });
const GPU = fleet('GPU', { flavours: 'g5.xlarge(4c,16384m,1g)', 'max-workers': '3' });
const AT_NIGHT = fleet('NIGHT', {
  flavours: 'm6i.large',
  'max-workers': '5',
  schedule: '22:00-06:00 max-workers=50; Sat-Sun market=spot',
});

describe('what the caps can come to, by quota', () => {
  it.each([
    ['the largest flavour of a fleet, on every worker', [MIXED], [['L-1216C47A', 2, 320]]],
    ['no more than max-cores', [CAPPED], [['L-1216C47A', 8, 24]]],
    ['all fleets together', [MIXED, CAPPED], [['L-1216C47A', 2, 344]]],
    [
      'the most of every time, by the market that it has then',
      [AT_NIGHT],
      [
        ['L-1216C47A', 2, 100],
        ['L-34B43A08', 2, 100],
      ],
    ],
    [
      'on both markets, for who may turn to on-demand',
      [SPOT_FIRST],
      [
        ['L-1216C47A', 2, 10],
        ['L-34B43A08', 2, 10],
      ],
    ],
    ['a quota of its own for GPUs', [GPU], [['L-DB2E81BA', 4, 12]]],
    ['nothing, for a fleet that may have no workers', [fleet('NONE', { 'max-workers': '0' })], []],
  ])('%s', (_, fleets, expected) => {
    const wanted = wantedVcpus(fleets);
    expect(wanted.map(({ quota, least, most }) => [quota.code, least, most])).toEqual(expected);
  });
});

describe('clocks', () => {
  it.each([
    [
      { endpoint: 0.2, panda: -0.4 },
      'ok',
      /^the endpoint is 0\.2 s ahead of this machine, PanDA is 0\.4 s behind/,
    ],
    [{ panda: 1 }, 'ok', /^PanDA is 1\.0 s ahead of this machine$/],
    [{}, 'skip', /neither/],
    [{ endpoint: 5.1, panda: 0 }, 'warn', /the clock of the endpoint is 5\.1 s ahead of this machine's$/],
    [{ endpoint: -61, panda: 0 }, 'FAIL', /the endpoint is 61\.0 s behind this machine's: a view/],
    [{ endpoint: 61 }, 'FAIL', /the endpoint is 61\.0 s ahead/],
    [{ endpoint: 0, panda: 90 }, 'warn', /the clock of PanDA is 90\.0 s ahead/],
    [
      { endpoint: -90, panda: -91 },
      'warn',
      /^this machine's clock is 90\.0 s ahead of those of the endpoint and PanDA/,
    ],
    [{ endpoint: 90, panda: -90 }, 'FAIL', /the endpoint is 90\.0 s ahead/],
  ])('%j: %s', (clocks, level, text) => {
    expect(judgeClocks(clocks)).toMatchObject({ level, text: expect.stringMatching(text) });
  });
});
