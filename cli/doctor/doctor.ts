import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { interruption } from '../command/interruption.ts';
import { readOptions } from '../command/options.ts';
import { stageNamed } from '../command/stage-asked.ts';
import { UsageError } from '../command/usage.ts';
import { CDK_JSON } from '../stage/cdk-json.ts';
import { TWIN, twinIn } from '../stage/clients.ts';
import { CHECKS, TWIN_CHECKS } from './checks.ts';
import { examine } from './examine.ts';
import { type Finding, skip } from './finding.ts';
import { KINDS } from './kinds.ts';
import { type AwsAccess, clientsOf } from './look/clients.ts';
import { examined } from './look/examined.ts';
import { readStage } from './look/read-stage.ts';
import { seeTwin } from './look/see-twin.ts';
import { countsOf, LEVELS, linesOf, skipLinesOf, summaryOf } from './tell.ts';

const USAGE = `aerie doctor --stage NAME [--json] [--secret-file FILE] [--no-alarm-test]

Looks whether a stage of cdk.json can be deployed and, once it is, whether it
works; docs/doctor.md explains each line. It changes nothing but one alarm,
which it sets on and back to see whether somebody is told. Of twin, the stage
that npm start runs, it looks at what that has: PanDA, the endpoint, the pool,
settings, ledger. Credentials are found as the AWS CLI finds them
(AWS_PROFILE); without any, the account is not looked at. Exit code: 0 if
nothing FAILs, 1 if something does, 2 if it was called wrongly.

  --stage NAME        one of cdk.json, or twin; else AERIE_STAGE
  --secret-file FILE  the endpoint's bearer secret; else it is read from
                      Parameter Store
  --no-alarm-test     do not try an alarm
  --json              one JSON object, for scripts
  --help              this text
`;

const OPTIONS = {
  stage: { type: 'string' },
  json: { type: 'boolean', default: false },
  'secret-file': { type: 'string' },
  'no-alarm-test': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const FAILED = 1;

/** What `aerie doctor --json` tells. */
export const doctorTold = z.object({
  stage: z.string(),
  /** How many findings there are of each level. */
  counts: z.object({ ok: z.number(), warn: z.number(), FAIL: z.number(), skip: z.number() }),
  findings: z.array(
    z.object({
      kind: z.enum(Object.keys(KINDS)),
      level: z.enum(LEVELS),
      text: z.string(),
      fix: z.string().exactOptional(),
    }),
  ),
});

/** What the command finds around it; tests give it another world. */
export interface Surroundings {
  readonly cdkJson: string;
  readonly aws: AwsAccess;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly interrupted: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
}

const here = (interrupted: AbortSignal): Surroundings => ({
  cdkJson: CDK_JSON,
  aws: {},
  now: () => Date.now() / 1000,
  interrupted,
  env: process.env,
  write: (text) => process.stdout.write(text),
});

const secretIn = async (file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`--secret-file is "${file}", and there is no such file that can be read.`);
  });
  const secret = text.trim();
  if (secret !== '' && !/\s/.test(secret)) return secret;
  throw new UsageError(
    `--secret-file is "${file}", which holds no secret: expected one line without spaces.`,
  );
};

/** What is left out while a stage cannot be read. */
const allBut = (found: readonly Finding[]): readonly Finding[] => {
  const known = new Set(found.map(({ kind }) => kind));
  const others = CHECKS.flatMap(({ kinds }) => kinds).filter((kind) => !known.has(kind));
  return others.map((kind) => skip(kind, 'what the stage says cannot be used yet'));
};

interface Wanted {
  readonly stage: string;
  readonly json: boolean;
  readonly mayTestAlarm: boolean;
  readonly secret: string | undefined;
}

const look = async (wanted: Wanted, around: Surroundings, tell: (some: readonly Finding[]) => void) => {
  if (wanted.stage === TWIN) {
    return examine(await seeTwin(twinIn(around.env), around.interrupted), tell, TWIN_CHECKS);
  }
  const read = await readStage(around.cdkJson, wanted.stage);
  if (!read.ok) {
    tell(read.findings);
    return [...read.findings, ...allBut(read.findings)];
  }
  const { config, trust } = read;
  const { region: wished = around.aws.region } = config;
  const clients = clientsOf({ ...around.aws, ...(wished === undefined ? {} : { region: wished }) });
  const region = wished ?? (await clients.sts.config.region().catch(() => undefined));
  const { mayTestAlarm, secret } = wanted;
  const { now, interrupted } = around;
  return examine(examined({ config, region, trust, clients, now, mayTestAlarm, interrupted, secret }), tell);
};

/** Looks at one stage and tells what it found. Answers the exit code. */
export const examineStage = async (wanted: Wanted, around: Surroundings): Promise<number> => {
  const { stage, json } = wanted;
  const tell = (some: readonly Finding[]) => {
    if (!json) around.write(linesOf(some));
  };
  const findings = await look(wanted, around, tell);
  const counts = countsOf(findings);
  around.write(
    json
      ? `${JSON.stringify(doctorTold.parse({ stage, counts, findings }), undefined, 2)}\n`
      : skipLinesOf(findings) + summaryOf(findings),
  );
  return counts.FAIL > 0 ? FAILED : 0;
};

/** `aerie doctor`: can this stage be deployed, and does it work? Answers the exit code. */
export const doctor = async (args: readonly string[]): Promise<number> => {
  const { signal, exitCode } = interruption();
  const around = here(signal);
  const values = readOptions(args, OPTIONS, 'npm run doctor -- --help');
  if (values.help) {
    around.write(USAGE);
    return 0;
  }
  const stage = stageNamed(values.stage, around.env);
  const secret = await secretIn(values['secret-file']);
  const { json } = values;
  const code = await examineStage({ stage, json, secret, mayTestAlarm: !values['no-alarm-test'] }, around);
  // What still waits for an answer would keep the process for as long.
  if (signal.aborted) process.exit(exitCode() ?? code);
  return exitCode() ?? code;
};
