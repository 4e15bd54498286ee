import * as z from 'zod';
import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import { partitionOf, regionMistake } from '../../lib/stage/values.ts';
import { UsageError } from '../command/usage.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { DOES } from './does.ts';

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
const reading = (stage: string, arn: string): Policy['Statement'] => [
  allow('Setup', ['lambda:GetFunctionConfiguration'], [`${arn}:lambda:*:*:function:aerie-${stage}-workers`]),
  // CloudFormation names it after its stack and what it is there, so no other stage's begins like that: of prod-eu for prod.
  allow('Ledger', ['dynamodb:Query'], [`${arn}:dynamodb:*:*:table/aerie-${stage}-LedgerTable*`]),
  // Neither knows a narrower resource for what is asked.
  allow('Metrics', ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], ['*']),
];

/** What commands that change settings ask for besides. */
const writing = (stage: string, arn: string): Policy['Statement'] => [
  allow(
    'Settings',
    ['ssm:DeleteParameter', 'ssm:GetParametersByPath', 'ssm:PutParameter'],
    [queuesPath(stage), fleetsPath(stage)].flatMap((path) => [
      `${arn}:ssm:*:*:parameter${path}`,
      `${arn}:ssm:*:*:parameter${path}/*`,
    ]),
  ),
];

/** How ARNs begin there. */
const arnIn = (region = ''): string => `arn:${partitionOf(region)}`;

/** Whose rights are printed. */
export const POLICIES: Readonly<Record<string, (stage: string, region?: string) => Policy>> = {
  reader: (stage, region) => ({ Version: '2012-10-17', Statement: reading(stage, arnIn(region)) }),
  operator: (stage, region) => ({
    Version: '2012-10-17',
    Statement: [...reading(stage, arnIn(region)), ...writing(stage, arnIn(region))],
  }),
};

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

export const rights = verbWithoutStage({
  name: 'rights',
  takes: 'reader|operator',
  names: [0, 9],
  does: DOES.rights,
  more: [
    'reader: status, top, why, workers, worker, history, accounting, try, simulate, replay, holds, alarms and get. operator: set, pause, resume, drain, mode and stop besides.',
    'doctor and dead-letters need more, which their pages name. It asks AWS nothing.',
  ],
  stageMeans: 'whose rights; else AERIE_STAGE',
  options: { region: { type: 'string' } },
  means: { region: ['REGION', 'where the stage is, which decides how ARNs begin; else AWS_REGION'] },
  examples: ['aerie rights reader --stage prod > reader.json'],
  schema: policy,
  ask({ names, options, stage = '', around: { env } }) {
    const [whose = '', ...others] = names;
    const made = Object.hasOwn(POLICIES, whose) ? POLICIES[whose] : undefined;
    if (made === undefined || others.length > 0) {
      throw new UsageError(`aerie rights takes reader or operator, not "${names.join(' ')}".`);
    }
    if (!STAGE.test(stage)) {
      throw new UsageError(`which stage? Say --stage NAME or set AERIE_STAGE, not "${stage}".`);
    }
    const where = options.region ?? env.AWS_REGION;
    const mistake = where === undefined ? undefined : regionMistake(where);
    if (mistake !== undefined) throw new UsageError(`the region ${mistake}.`);
    return made(stage, where);
  },
  lines: (made) => [JSON.stringify(made, undefined, 2)],
});
