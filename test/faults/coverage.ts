import {
  CALL_FATES,
  EVENT_FATES,
  MOMENTS,
  SETTINGS,
  SITE_MOMENTS,
  SITE_WINDOWS,
  TICK_FATES,
  WINDOWS,
} from './script.ts';
import { SITE_EFFECTS } from './site-answers.ts';
import type { Tally } from './tally.ts';
import { TRANSITIONS } from './transitions.ts';

/** Every fault by the name under which it is counted. */
export const FAULTS: readonly string[] = [
  ...CALL_FATES,
  ...TICK_FATES.map((fate) => `tick ${fate}`),
  ...EVENT_FATES.map((fate) => `event ${fate}`),
  ...WINDOWS,
  ...SITE_WINDOWS,
  ...SITE_EFFECTS,
  ...MOMENTS,
  ...SITE_MOMENTS,
  ...SETTINGS.map((what) => `settings ${what}`),
];

/** What has to happen in a search that is to say anything, and did not: `every-step.ts` has the scripts for it. */
export const neverHappened = (counts: Tally): readonly string[] =>
  [...FAULTS, ...TRANSITIONS].filter((name) => counts.of(name) === 0);

/** Counts as lines of a table. */
export const table = (title: string, names: readonly string[], counts: Tally): string => {
  const width = Math.max(title.length, ...names.map((name) => name.length));
  const line = (name: string, value: string) => `  ${name.padEnd(width)}  ${value.padStart(10)}`;
  return [line(title, 'times'), ...names.map((name) => line(name, String(counts.of(name))))].join('\n');
};
