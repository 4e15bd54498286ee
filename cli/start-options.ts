import { join } from 'node:path';
import { SCENARIOS, scenarioNames } from '../twin/scenario/file.ts';
import { MOST_PORT, MOST_SEED, numberBetween, readOptions } from './command/options.ts';
import { wrapped } from './command/text.ts';

export interface StartOptions {
  readonly scenario: string;
  readonly hours: number | undefined;
  /** Simulated seconds per second; undefined: as fast as the machine allows. */
  readonly speed: number | undefined;
  readonly seed: number;
  readonly port: number;
  readonly web: boolean;
  readonly json: boolean;
}

const HELP_COLUMNS = 78;

/** What `--help` tells. */
export const startUsage = (): string => `npm start -- [options]

Shows aerie doing its whole job on a simulated PanDA, HTCondor pool and EC2.
Meanwhile "npx aerie status --stage twin" answers for it, and so do all
commands of a stage. On a terminal it stays after its end, with the page,
until Ctrl-C.

  --hours N        hours of load (default: the scenario's own)
  --speed X|max    simulated seconds per second (default 240), ten times as
                   many once the last job has come; or as fast as it can
  --scenario NAME  one of those below, or a file of your own (default: story)
  --seed N         the same seed gives the same run (default 1)
  --port N         of the page on 127.0.0.1 (default 8420; 0 takes a free one)
  --no-web         no page
  --json           one JSON summary on stdout, and nothing else
  --help           this text

${wrapped(`Scenarios: ${scenarioNames().join(', ')}.`, HELP_COLUMNS, ['', '  ']).join('\n')}
`;

const DEFAULT_SCENARIO = join(SCENARIOS, 'story.json');
const DEFAULT_SPEED = 240;
const DEFAULT_PORT = 8420;

const OPTIONS = {
  hours: { type: 'string' },
  speed: { type: 'string', default: String(DEFAULT_SPEED) },
  scenario: { type: 'string', default: DEFAULT_SCENARIO },
  seed: { type: 'string', default: '1' },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'no-web': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the command line of `start`; undefined if help is asked for. Throws UsageError. */
export const startOptions = (args: readonly string[]): StartOptions | undefined => {
  const values = readOptions(args, OPTIONS, 'npm start -- --help');
  if (values.help) return undefined;
  return {
    scenario: values.scenario,
    hours: values.hours === undefined ? undefined : numberBetween('hours', values.hours, [0.01, 720]),
    speed: values.speed === 'max' ? undefined : numberBetween('speed', values.speed, [0.1, 1_000_000]),
    seed: numberBetween('seed', values.seed, [0, MOST_SEED], true),
    port: numberBetween('port', values.port, [0, MOST_PORT], true),
    web: !values['no-web'],
    json: values.json,
  };
};
