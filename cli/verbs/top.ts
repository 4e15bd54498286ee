import { MOST_PORT, numberBetween } from '../command/options.ts';
import { verb } from '../command/verb.ts';
import { DOES } from './does.ts';
import { isStatusWell, lookAtStatus } from './status.ts';
import { statusLines } from './status-lines.ts';
import { statusTold } from './status-told.ts';

/** A look costs a call for each queue and fleet, and a cent for some three hundred queues. */
const LEAST_SECONDS = 1;
const MOST_SECONDS = 3600;

const DEFAULT_PORT = 8421;

const secondsOf = (every: unknown): number =>
  numberBetween('every', String(every), [LEAST_SECONDS, MOST_SECONDS]);

export const top = verb({
  name: 'top',
  takes: '[--every SECONDS] [--web]',
  names: [0, 0],
  does: DOES.top,
  more: [
    'Where no terminal reads it, it is shown once. With --web it is a page for a browser of this machine, with charts, machines and what happened.',
  ],
  options: {
    every: { type: 'string', default: '5' },
    web: { type: 'boolean', default: false },
    port: { type: 'string', default: String(DEFAULT_PORT) },
  },
  means: {
    every: ['SECONDS', 'how often (default 5)'],
    web: ['', 'a page on 127.0.0.1, for you alone'],
    port: ['N', `its port (default ${DEFAULT_PORT}; 0 takes a free one)`],
  },
  examples: ['aerie top --stage prod', 'aerie top --stage prod --web', 'aerie top --stage twin --every 1'],
  schema: statusTold,
  ask: ({ sight }) => lookAtStatus(sight),
  lines: statusLines,
  isWell: isStatusWell,
  everySeconds: ({ every }) => secondsOf(every),
  instead({ stage, around, options: { web, every, port } }) {
    if (web !== true) return undefined;
    const asked = {
      stage,
      access: around.access(stage),
      everySeconds: secondsOf(every),
      port: numberBetween('port', String(port), [0, MOST_PORT], true),
      say: (line: string) => around.stdout.write(`${line}\n`),
    };
    return import('../page/stay.ts').then(({ stayWithPage }) => stayWithPage(asked));
  },
});
