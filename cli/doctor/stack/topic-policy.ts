import * as z from 'zod';

/** A policy of a topic, as far as it has to be understood to say whether CloudWatch may publish. */
const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
const policy = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
      Action: texts.optional(),
      Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
    }),
  ),
});
type Statement = z.infer<typeof policy>['Statement'][number];

const CLOUDWATCH = 'cloudwatch.amazonaws.com';
const PUBLISH = 'sns:publish';

const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );

const isForCloudWatch = ({ Principal }: Statement): boolean => {
  if (typeof Principal === 'string') return Principal === '*';
  const { Service = [], AWS = [] } = Principal ?? {};
  return Service.includes(CLOUDWATCH) || AWS.includes('*');
};

const isAboutPublishing = ({ Action = [] }: Statement): boolean =>
  Action.some((action) => patternOf(action.toLowerCase()).test(PUBLISH));

/** What SNS knows when CloudWatch publishes for an alarm. */
interface Publishing {
  readonly account: string;
  readonly alarmArn: string;
}

const contextOf = ({ account, alarmArn }: Publishing): Readonly<Record<string, string>> => ({
  'aws:sourceaccount': account,
  'aws:sourceowner': account,
  'aws:sourcearn': alarmArn,
  'aws:securetransport': 'true',
});

const holds = (operator: string, key: string, values: readonly string[], of: Publishing): boolean => {
  const given = contextOf(of)[key.toLowerCase()];
  const bare = operator.replace(/IfExists$/, '');
  if (given === undefined) return operator !== bare;
  if (/^(String|Arn)(Like|Equals)$/.test(bare)) return values.some((value) => patternOf(value).test(given));
  if (bare === 'Bool') return values.some((value) => value.toLowerCase() === given);
  return false;
};

const applies = (statement: Statement, of: Publishing): boolean =>
  isForCloudWatch(statement) &&
  isAboutPublishing(statement) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, key, values, of)),
  );

/** Says whether a topic's policy lets CloudWatch publish for an alarm; undefined if it is no policy. */
export const letsCloudWatchPublish = (text: string, of: Publishing): boolean | undefined => {
  const parsed = policy.safeParse(parse(text));
  if (!parsed.success) return undefined;
  const applying = parsed.data.Statement.filter((statement) => applies(statement, of));
  return (
    applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny')
  );
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
