import { LAB_CLOUDS, type LabCloudName } from '../lab/run-lab.ts';
import { MOST_PORT, MOST_SEED, numberBetween, readOptions } from './command/options.ts';
import { UsageError } from './command/usage.ts';

export interface LabCommandOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly port: number;
  readonly web: boolean;
  readonly json: boolean;
  readonly cloud: LabCloudName;
}

export const LAB_USAGE = `npm run lab -- [options]

Shows aerie doing its whole job on a real HTCondor pool, with real cloud-init
and behind a real NAT, all in a box on this machine; and then, one by one,
what a site may rely on. Needs Linux and root; EC2 and PanDA are stand-ins.

  --minutes N   minutes of load (default 5); until the last worker has gone and
                all is shown it takes some more
  --seed N      the same seed gives the same jobs (default 1)
  --port N      of the page on 127.0.0.1 (default 8420; 0 takes a free one)
  --cloud NAME  ec2 (default); openstack: the machines are servers of a
                simulated one, and only the main job is shown; nova: of a real
                Keystone and Nova, which is built once and takes 1 GB of memory
  --no-web      no page
  --json        one JSON summary on stdout, and nothing else
  --help        this text
`;

const LONGEST_MINUTES = 20;

const OPTIONS = {
  minutes: { type: 'string', default: '5' },
  seed: { type: 'string', default: '1' },
  port: { type: 'string', default: '8420' },
  cloud: { type: 'string', default: 'ec2' },
  'no-web': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const cloudOf = (given: string): LabCloudName => {
  const found = LAB_CLOUDS.find((cloud) => cloud === given);
  if (found === undefined)
    throw new UsageError(`--cloud takes ${LAB_CLOUDS.join(', ')}, not ${JSON.stringify(given)}.`);
  return found;
};

/** Reads the command line of `lab`; undefined if help is asked for. Throws UsageError. */
export const labOptions = (args: readonly string[]): LabCommandOptions | undefined => {
  const values = readOptions(args, OPTIONS, 'npm run lab -- --help');
  if (values.help) return undefined;
  return {
    minutes: numberBetween('minutes', values.minutes, [0.1, LONGEST_MINUTES]),
    seed: numberBetween('seed', values.seed, [0, MOST_SEED], true),
    port: numberBetween('port', values.port, [0, MOST_PORT], true),
    cloud: cloudOf(values.cloud),
    web: !values['no-web'],
    json: values.json,
  };
};
