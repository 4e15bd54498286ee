import { describe, expect, it } from 'vitest';
import { placeOfStage } from '../../../lib/stage/place.ts';

describe('what the disks of a worker cost', () => {
  it.each([
    ['one volume', undefined, 100],
    ['a second one of the usual speed', { gb: 500, throughput: 125, iops: 3_000 }, 600],
    ['a second one with more operations', { gb: 500, throughput: 125, iops: 16_000 }, 600 + 812.5],
    ['a second one that is faster in both', { gb: 500, throughput: 500, iops: 4_000 }, 600 + 62.5 + 187.5],
  ])('is that of as many GiB, with %s', (_, scratchVolume, gb) => {
    const place = placeOfStage({ network: { kind: 'public' }, workerDiskGb: 100, scratchVolume });
    expect(place.diskGb).toBe(Math.ceil(gb));
  });
});
