import { describe, expect, it } from 'vitest';
import {
  diskPerHour,
  extrasPercent,
  extrasPerHour,
  type Place,
  USUAL_PLACE,
} from '../../../core/settings/place.ts';
import { parseFleetSettings } from '../../../core/settings/settings.ts';
import { leastRootGb, workerDiskMbOf } from '../../../core/settings/worker-disk.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';

const at = (more: Partial<Place> = {}): Place => ({ ...USUAL_PLACE, ...more });

describe('what a worker costs an hour whatever its size', () => {
  it.each([
    [{}, 0.0159589],
    [{ hasPublicAddress: false }, 0.0109589],
    [{ diskGb: 21, hasPublicAddress: false }, 0.0023014],
    [{ region: 'eu-central-1' }, 0.0180411],
    /** No price of gp3 is known there: the dearest is taken. */
    [{ region: 'mx-central-1', hasPublicAddress: false }, 0.0208219],
  ])('%o: $%d', (more, dollars) => expect(extrasPerHour(at(more))).toBeCloseTo(dollars, 6));

  it.each([
    ['a third of an m6i core', at(), 0.048, 34],
    ["a third of the region's m6i core where no price is known", at(), undefined, 34],
    ['less without an address', at({ hasPublicAddress: false }), 0.048, 23],
    ['more than a core with a large disk', at({ diskGb: 1000 }), 0.048, 239],
  ])('%s', (_, place, core, percent) => expect(extrasPercent(place, core)).toBe(percent));
});

describe('what a worker costs an hour while it is asleep', () => {
  it.each([
    ['its disk', {}, 0.0109589],
    ['no address: that is given back', { hasPublicAddress: false }, 0.0109589],
    ['half of it with half the disk', { diskGb: 50 }, 0.0054795],
  ])('%s', (_, more, dollars) => expect(diskPerHour(at(more))).toBeCloseTo(dollars, 6));
});

describe('the disk that a worker offers to pilots', () => {
  it.each([
    ['100 GiB with the usual cache', { rootGb: 100, cvmfsQuotaMb: 10_000 }, 75_040],
    ['100 GiB without CVMFS', { rootGb: 100, cvmfsQuotaMb: 0 }, 87_040],
    ['40 GiB with twice the cache', { rootGb: 40, cvmfsQuotaMb: 20_000 }, 5_900],
    ['a volume of its own', { rootGb: 30, cvmfsQuotaMb: 10_000, scratchGb: 200 }, 198_656],
  ])('%s', (_, disks, offeredMb) => expect(workerDiskMbOf(disks)).toBe(offeredMb));

  it('is left by the smallest root volume that is named, and by no smaller one', () => {
    for (const cvmfsQuotaMb of [0, 1_000, 10_000, 33_333]) {
      // 9 GiB without a cache leave 378 MB.
      for (const roomMb of [1, 378, 379, 5_000, 123_456]) {
        const rootGb = leastRootGb(cvmfsQuotaMb, roomMb);
        expect(workerDiskMbOf({ rootGb, cvmfsQuotaMb })).toBeGreaterThanOrEqual(roomMb);
        expect(workerDiskMbOf({ rootGb: rootGb - 1, cvmfsQuotaMb })).toBeLessThan(roomMb);
      }
    }
  });
});

const overhead = (knobs: Readonly<Record<string, string>>, place: Place = USUAL_PLACE): number => {
  const parsed = parseFleetSettings('default', { flavours: 'm6i.large', ...knobs }, { place });
  if (!parsed.ok) throw new Error(problemsInWords(parsed.problems));
  return parsed.settings.workerOverheadPercent;
};

describe('worker-overhead-percent', () => {
  it.each([
    ['is found out where nothing is said', {}, USUAL_PLACE, 34],
    ['is found out by auto', { 'worker-overhead-percent': 'auto' }, USUAL_PLACE, 34],
    ['is what is said', { 'worker-overhead-percent': '5' }, USUAL_PLACE, 5],
    ['may be nothing', { 'worker-overhead-percent': '0' }, USUAL_PLACE, 0],
    ['rests on the price that the fleet gives', { 'dollars-per-core-hour': '0.03' }, USUAL_PLACE, 54],
    ['rests on the cheapest core', { flavours: 'm6i.large, c6a.large' }, USUAL_PLACE, 42],
    ['rests on the stage', {}, at({ diskGb: 50, hasPublicAddress: false }), 12],
    ['is found out where a core is said to cost nothing', { 'dollars-per-core-hour': '0' }, USUAL_PLACE, 34],
    ['is found out where no price is known', { flavours: 'x.y(2c,8192m)' }, at({ region: 'moon-1' }), 54],
  ])('%s', (_, knobs, place, percent) => expect(overhead(knobs, place)).toBe(percent));
});
