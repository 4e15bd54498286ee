import { FAULTS, neverHappened, table } from './coverage.ts';
import type { Search } from './search.ts';
import type { Tally } from './tally.ts';
import { TRANSITIONS } from './transitions.ts';

const brokenBy = ({ script, breaks }: NonNullable<Search['failure']>): string =>
  [
    ...breaks.map(({ law, what }) => `law ${law} is broken: ${what}`),
    'The shortest script that breaks it, for test/faults/found.test.ts:',
    JSON.stringify(script, null, 2),
  ].join('\n');

/** What a search has seen, for a person. */
export const report = (search: Search, counts: Tally, seconds: number): string => {
  const missing = neverHappened(counts);
  const perSecond = Math.round(search.ticks / seconds);
  return [
    table('faults', FAULTS, counts),
    table("steps of a worker's life", TRANSITIONS, counts),
    `  decisions made again from their inputs: ${counts.of('decisions replayed')}`,
    `${search.ticks} ticks in ${search.episodes} episodes, ${seconds.toFixed(0)} s, ${perSecond} ticks/s`,
    ...(missing.length > 0 ? [`never happened: ${missing.join(', ')}`] : []),
    search.failure === undefined ? 'no law was broken' : brokenBy(search.failure),
  ].join('\n');
};
