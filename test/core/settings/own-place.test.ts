import { describe, expect, it } from 'vitest';
import { judgedTogether, type StageSettings } from '../../../core/settings/joint.ts';
import {
  diskPerHour,
  extrasPercent,
  type Place,
  placeOfFleet,
  USUAL_PLACE,
} from '../../../core/settings/place.ts';
import { parseFleetSettings, parseQueueSettings } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';

const gpu = { diskGb: 300, workerDiskMb: 250_000, hasArm64Image: true };
const place: Place = { ...USUAL_PLACE, fleets: { gpu } };

const stage = (fleet: string, diskMb: number): StageSettings => ({
  queues: [parseQueueSettings('BNL', { state: 'active', fleet, 'disk-mb': String(diskMb) })],
  fleets: ['default', 'gpu'].map((name) => parseFleetSettings(name, {}, { place })),
});

describe('a fleet that is launched from something of its own', () => {
  it.each([
    ['gpu', { ...place, ...gpu }],
    ['default', place],
    ['constructor', place],
  ])('lives where it says: %s', (fleet, expected) => expect(placeOfFleet(place, fleet)).toEqual(expected));

  it.each([
    ['gpu', 200_000, 'none'],
    ['default', 200_000, expect.stringMatching(/^the setting disk-mb is 200000, and .*\(fleet default\)/)],
    ['gpu', 300_000, expect.stringMatching(/^the setting disk-mb is 300000, and .*\(fleet gpu\)/)],
  ])('has the disk that it has, and no other fleet has it: %s, %s MB', (fleet, diskMb, expected) => {
    const [queue] = judgedTogether(stage(fleet, diskMb), place).queues;
    expect(queue?.ok === false ? problemsInWords(queue.problems) : 'none').toEqual(expected);
  });

  it.each([
    ['gpu', true],
    ['default', false],
  ])('has an image for ARM or has none: %s', (fleet, ok) => {
    expect(parseFleetSettings(fleet, { flavours: 'm7g.large' }, { place }).ok).toBe(ok);
  });

  it('pays for its own disk', () => {
    const parsed = parseFleetSettings('gpu', { 'dollars-per-core-hour': '0.05' }, { place });
    expect(parsed.ok && parsed.settings.workerOverheadPercent).toBe(
      extrasPercent({ ...USUAL_PLACE, diskGb: 300 }, 0.05),
    );
    expect(parsed.ok && parsed.settings.diskDollarsPerHour).toBe(
      diskPerHour({ ...USUAL_PLACE, diskGb: 300 }),
    );
  });
});
