import type { StageSetUp } from '../../../cli/stage/sight.ts';
import type { Place } from '../../../core/settings/place.ts';
import { type SettingsRecord, settingsIn } from '../../../core/settings/settings-record.ts';
import { TWIN_PLACE } from '../../../twin/scenario/place.ts';

type Knobs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A stage with these queues and fleets that nobody has deployed. */
export const stageOf = (
  given: { readonly queues?: Knobs; readonly fleets?: Knobs },
  place: Place = TWIN_PLACE,
): StageSetUp => {
  const records = (['queue', 'fleet'] as const).flatMap((of) =>
    Object.entries((of === 'queue' ? given.queues : given.fleets) ?? {}).map(
      ([name, good]): SettingsRecord => ({ of, name, readAt: 0, good: { state: 'active', ...good } }),
    ),
  );
  return {
    ...{ stage: 'test', now: 0, place, ticks: { seconds: 20, nudges: true } },
    view: async () => ({ launches: [], workers: [], submissions: {}, cooling: [], pilotsEver: {} }),
    settings: async () => ({ completeAt: 0, records, ...settingsIn(records, place) }),
  };
};
