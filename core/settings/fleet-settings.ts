import type { FLEET_KNOBS } from './fleet-knobs.ts';
import type { ParsedSettings, ValuesOf, WithSchedule } from './parse.ts';
import type { AtPlace } from './settle.ts';

/** All knobs of one fleet as they are written: `max-workers` in SSM is `maxWorkers` here. */
type WrittenFleet = { readonly name: string } & ValuesOf<typeof FLEET_KNOBS>;

/** The same with what they come to where the workers live. */
export type FleetSettings = Omit<WrittenFleet, keyof AtPlace> & AtPlace & WithSchedule;

export type ParsedFleet = ParsedSettings<FleetSettings>;
