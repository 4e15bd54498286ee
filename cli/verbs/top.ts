import { numberBetween } from '../command/options.ts';
import { verb } from '../command/verb.ts';
import { isStatusWell, lookAtStatus } from './status.ts';
import { statusLines } from './status-lines.ts';
import { statusTold } from './status-told.ts';

/** A look costs a call for each queue and fleet, and a cent for some three hundred queues. */
const LEAST_SECONDS = 1;
const MOST_SECONDS = 3600;

export const top = verb({
  name: 'top',
  takes: '[--every SECONDS]',
  names: [0, 0],
  does: 'Shows what status shows, again and again, until Ctrl-C.',
  more: ['Where no terminal reads it, it is shown once.'],
  options: { every: { type: 'string', default: '5' } },
  means: { every: ['SECONDS', 'how often (default 5)'] },
  examples: ['aerie top --stage prod', 'aerie top --stage twin --every 1'],
  schema: statusTold,
  ask: ({ sight }) => lookAtStatus(sight),
  lines: statusLines,
  isWell: isStatusWell,
  everySeconds: ({ every }) => numberBetween('every', String(every), [LEAST_SECONDS, MOST_SECONDS]),
});
