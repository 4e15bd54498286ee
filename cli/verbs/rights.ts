import * as z from 'zod';
import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import { UsageError } from '../command/usage.ts';
import { helpOf, optionsOf, readArguments, type Verb } from '../command/verb.ts';

const statement = z.object({
  Sid: z.string(),
  Effect: z.literal('Allow'),
  Action: z.array(z.string()),
  Resource: z.array(z.string()),
});

/** An IAM policy. */
export const policy = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });

type Policy = z.output<typeof policy>;

const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
): Policy['Statement'][number] => ({ Sid, Effect: 'Allow', Action: [...Action], Resource: [...Resource] });

/** What commands that only look ask AWS for: the ledger's name, the ledger, metrics and alarms. */
const reading = (stage: string): Policy['Statement'] => [
  allow('Setup', ['lambda:GetFunctionConfiguration'], [`arn:aws:lambda:*:*:function:aerie-${stage}-workers`]),
  // CloudFormation names it after its stack and what it is there, so no other stage's begins like that: of prod-eu for prod.
  allow('Ledger', ['dynamodb:Query'], [`arn:aws:dynamodb:*:*:table/aerie-${stage}-LedgerTable*`]),
  // Neither knows a narrower resource for what is asked.
  allow('Metrics', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], ['*']),
];

/** What commands that change settings ask for besides. */
const writing = (stage: string): Policy['Statement'] => [
  allow(
    'Settings',
    ['ssm:DeleteParameter', 'ssm:GetParametersByPath', 'ssm:PutParameter'],
    [queuesPath(stage), fleetsPath(stage)].flatMap((path) => [
      `arn:aws:ssm:*:*:parameter${path}`,
      `arn:aws:ssm:*:*:parameter${path}/*`,
    ]),
  ),
];

/** Whose rights are printed. */
export const POLICIES: Readonly<Record<string, (stage: string) => Policy>> = {
  reader: (stage) => ({ Version: '2012-10-17', Statement: reading(stage) }),
  operator: (stage) => ({ Version: '2012-10-17', Statement: [...reading(stage), ...writing(stage)] }),
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

const SPEC = {
  name: 'rights',
  takes: 'reader|operator',
  does: 'Prints the IAM policy for who looks at a stage, or for who also changes its settings.',
  more: [
    'reader: status, top, why, workers, worker, history, accounting, holds, alarms and get. operator: set, pause, resume, drain, mode and stop besides.',
    'doctor and dead-letters need more, which their pages name. It asks AWS nothing.',
  ],
  means: {},
  examples: ['aerie rights reader --stage prod > reader.json'],
} as const;

export const rights: Verb = {
  name: SPEC.name,
  does: SPEC.does,
  help: helpOf(SPEC),
  schema: policy,
  options: optionsOf(SPEC),
  async run(args, { env, stdout }) {
    const { values, positionals } = readArguments(SPEC.name, args, {});
    if (values.help === true) {
      stdout.write(helpOf(SPEC));
      return 0;
    }
    const [whose = '', ...others] = positionals;
    const made = Object.hasOwn(POLICIES, whose) ? POLICIES[whose] : undefined;
    if (made === undefined || others.length > 0) {
      throw new UsageError(`aerie rights takes reader or operator, not "${positionals.join(' ')}".`);
    }
    const stage = values.stage ?? env.AERIE_STAGE ?? '';
    if (!STAGE.test(stage)) {
      throw new UsageError(`which stage? Say --stage NAME or set AERIE_STAGE, not "${stage}".`);
    }
    stdout.write(`${JSON.stringify(made(stage), undefined, 2)}\n`);
    return 0;
  },
};
