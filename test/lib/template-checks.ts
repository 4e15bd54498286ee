import type { Template } from 'aws-cdk-lib/assertions';
import { settled } from './settled.ts';
import { type Props, propertiesOf } from './stack-of.ts';

/*
 * What no emulator refuses and AWS does, looked at in a template: each function answers the mistakes that it finds, in a
 * sentence each.
 */

type Mistakes = readonly string[];

/** What a value comes to once it is deployed, with ids of the length that EC2's have. */
const deployedBytes = (template: Template, value: unknown): number =>
  Buffer.byteLength(settled(template, value).replaceAll(/subnet-0\d/g, 'subnet-0123456789abcdef0'));

const list = (value: unknown): readonly unknown[] => [value].flat();
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The text of a value once its references are replaced by something that stands for them. */
const flat = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const [[call, argument] = ['', undefined]] = Object.entries(value);
  if (call === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(flat).join(argument[0]);
  return `<${JSON.stringify(argument)}>`;
};

const isLike = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/** Whether a statement of a topic's policy lets CloudWatch publish for an alarm of this account. */
const lets = (statement: Props, topic: unknown, alarmName: string): boolean => {
  const { StringEquals = {}, ArnLike = {}, ...others } = statement.Condition ?? {};
  const arn = `arn:<"AWS::Partition">:cloudwatch:<"AWS::Region">:<"AWS::AccountId">:alarm:${alarmName}`;
  return (
    statement.Effect === 'Allow' &&
    list(statement.Principal?.Service).includes('cloudwatch.amazonaws.com') &&
    list(statement.Action).includes('sns:Publish') &&
    same(statement.Resource, topic) &&
    Object.keys(others).length === 0 &&
    same(StringEquals, { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }) &&
    isLike(flat(ArnLike['aws:SourceArn']), arn)
  );
};

/** Follows each alarm to its topics, and each topic to a statement that lets CloudWatch publish. */
export const unheardAlarms = (template: Template): Mistakes => {
  const policies = Object.values(propertiesOf(template, 'AWS::SNS::TopicPolicy'));
  const topics = propertiesOf(template, 'AWS::SNS::Topic');
  const heard = (alarm: Props, topic: Props): boolean =>
    topics[topic.Ref] !== undefined &&
    // With a key of AWS's own CloudWatch may not encrypt what it publishes.
    topics[topic.Ref]?.KmsMasterKeyId === undefined &&
    policies
      .filter(({ Topics }) => list(Topics).some((of) => same(of, topic)))
      .some(({ PolicyDocument }) =>
        PolicyDocument.Statement.some((statement: Props) => lets(statement, topic, alarm.AlarmName)),
      );
  return Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm')).flatMap((alarm) => {
    const actions: readonly Props[] = [alarm.AlarmActions ?? [], alarm.OKActions ?? []].flat();
    const isHeard = actions.length >= 2 && actions.every((topic) => heard(alarm, topic));
    return isHeard ? [] : [`CloudWatch may not publish what the alarm ${alarm.AlarmName} says`];
  });
};

const SOURCES = ['aws:SourceArn', 'aws:SourceAccount'] as const;

/** EventBridge sends SNS nothing to compare: a statement with a condition allows it nothing. Source: EventBridge User Guide, Amazon SNS permissions. */
const UNCONDITIONED = 'events.amazonaws.com';

const deputyMistakes = ({ Effect, Principal, Action, Condition = {} }: Props): Mistakes =>
  list(Effect === 'Allow' ? (Principal?.Service ?? []) : []).flatMap((service) => {
    const keys = Object.values(Condition).flatMap((keyed) => Object.keys(Object(keyed)));
    if (service === UNCONDITIONED) {
      return keys.length === 0 && same(Action, 'sns:Publish')
        ? []
        : [
            `${service} may ${flat(Action)} with a condition on ${keys.join(', ')}; it takes sns:Publish without one`,
          ];
    }
    const missing = SOURCES.filter((key) => !keys.includes(key));
    return missing.length === 0
      ? []
      : [`${flat(service)} may publish, whatever its ${missing.join(' and ')}`];
  });

/** What services may do with a topic for somebody else, who has no right to it. */
export const confusedDeputies = (template: Template): Mistakes =>
  Object.values(propertiesOf(template, 'AWS::SNS::TopicPolicy')).flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(deputyMistakes),
  );

const EVERYWHERE = { '0.0.0.0/0': 'CidrIp', '::/0': 'CidrIpv6' } as const;

/** Holds the ways out of the workers' subnets against what their security group lets out; a made network has one of each. */
export const closedWays = (template: Template): Mistakes => {
  const routes = Object.values(propertiesOf(template, 'AWS::EC2::Route'));
  const tables = Object.values(propertiesOf(template, 'AWS::EC2::SubnetRouteTableAssociation'));
  const groups = Object.entries(propertiesOf(template, 'AWS::EC2::SecurityGroup'));
  const subnets = Object.entries(propertiesOf(template, 'AWS::EC2::Subnet')).filter(([, { Tags }]) =>
    list(Tags).some((tag) => same(tag, { Key: 'aws-cdk:subnet-name', Value: 'workers' })),
  );
  return subnets.flatMap(([id, subnet]) => {
    const table = tables.find(({ SubnetId }) => same(SubnetId, { Ref: id }))?.RouteTableId;
    const out = routes.filter(({ RouteTableId }) => same(RouteTableId, table));
    const ways = out.map((route) => route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock);
    const hasIpv6 = subnet.AssignIpv6AddressOnCreation === true;
    const closed = groups.flatMap(([group, { SecurityGroupEgress = [] }]) =>
      ways
        .filter((way: keyof typeof EVERYWHERE) =>
          SecurityGroupEgress.every(
            (rule: Props) => rule[EVERYWHERE[way]] !== way || rule.IpProtocol !== '-1',
          ),
        )
        .map((way) => `${group} lets nothing out by ${id}'s route to ${way}`),
    );
    return [
      ...(ways.length === 0 ? [`no way leads out of ${id}`] : []),
      ...(ways.includes('::/0') && !hasIpv6 ? [`${id} has a route over IPv6 and no such addresses`] : []),
      ...closed,
    ];
  });
};

/** What a new account may run at a time. */
const NEW_ACCOUNT = 10;
/** Lambda keeps so many for functions without a reservation. */
const UNRESERVED = 100;

/** What Lambda would refuse, or starve, for want of executions. */
export const starvedFunctions = (template: Template): Mistakes => {
  const functions = Object.values(propertiesOf(template, 'AWS::Lambda::Function'));
  const reserved = functions.map((it) => it.ReservedConcurrentExecutions ?? 0);
  const sources = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping'));
  const most = sources.map((it) => it.ScalingConfig?.MaximumConcurrency ?? Number.POSITIVE_INFINITY);
  const sum = (all: readonly number[]) => all.reduce((total, each) => total + each, 0);
  const minutely = Object.values(propertiesOf(template, 'AWS::Events::Rule')).filter(
    ({ ScheduleExpression, Targets }) =>
      ScheduleExpression === 'rate(1 minute)' && Targets.some((target: Props) => 'Fn::GetAtt' in target.Arn),
  ).length;
  return [
    ...(sum(most) + minutely > NEW_ACCOUNT
      ? [
          `event sources and ticks come to ${sum(most) + minutely} executions, a new account has ${NEW_ACCOUNT}`,
        ]
      : []),
    ...(sum(reserved) > UNRESERVED ? ['more is reserved than any account has to spare'] : []),
  ];
};

/** Whether a stage can be deployed to an account that has just been opened. */
export const reservesExecutions = (template: Template): boolean =>
  Object.values(propertiesOf(template, 'AWS::Lambda::Function')).some(
    (it) => it.ReservedConcurrentExecutions !== undefined,
  );

const MOST_RESOURCES = 500;
const MOST_TEMPLATE_BYTES = 1_000_000;
const MOST_ENVIRONMENT_BYTES = 4_096;
const MOST_USER_DATA_BYTES = 16_384;
const MOST_ALARM_TEXT = 1_024;
const MOST_PARAMETER_BYTES = 4_096;
const MOST_RESOURCE_TAGS = 50;
/** What a reference may come to once it is deployed; ids of subnets and templates are shorter. */
const REFERENCE_BYTES = 64;

/** Before EC2's own base64: CloudFormation is given a text to encode, or what is encoded already. */
const userDataBytes = (value: Props[string]): number =>
  typeof value === 'string' ? Buffer.from(value, 'base64').length : sizeOf(value?.['Fn::Base64'] ?? '');

const sizeOf = (value: unknown): number =>
  Buffer.byteLength(flat(value).replace(/<[^>]*>/g, 'x'.repeat(REFERENCE_BYTES)));

/** Limits of CloudFormation, Lambda, CloudWatch, Parameter Store and EC2 that a template breaks. */
export const brokenLimits = (template: Template): Mistakes => {
  const { Resources } = template.toJSON();
  const count = Object.keys(Resources).length;
  const bytes = Buffer.byteLength(JSON.stringify(template.toJSON()));
  const over = (what: string, value: number, most: number): Mistakes =>
    value > most ? [`${what} is ${value}, ${most} at most`] : [];
  const each = (type: string, what: string, measure: (props: Props) => number, most: number): Mistakes =>
    Object.entries(propertiesOf(template, type)).flatMap(([id, props]) =>
      over(`the ${what} of ${id}`, measure(props), most),
    );
  return [
    ...over('the number of resources', count, MOST_RESOURCES),
    ...over('the size of the template', bytes, MOST_TEMPLATE_BYTES),
    ...each(
      'AWS::Lambda::Function',
      'environment',
      ({ Environment }) =>
        Object.entries(Environment?.Variables ?? {}).reduce(
          (sum, [name, value]) => sum + name.length + deployedBytes(template, value),
          0,
        ),
      MOST_ENVIRONMENT_BYTES,
    ),
    ...each(
      'AWS::EC2::LaunchTemplate',
      'user-data',
      ({ LaunchTemplateData }) => userDataBytes(LaunchTemplateData.UserData),
      MOST_USER_DATA_BYTES,
    ),
    ...each(
      'AWS::CloudWatch::Alarm',
      'description',
      ({ AlarmDescription }) => AlarmDescription.length,
      MOST_ALARM_TEXT,
    ),
    ...each('AWS::SSM::Parameter', 'value', ({ Value }) => sizeOf(Value), MOST_PARAMETER_BYTES),
    ...Object.entries(Resources).flatMap(([id, resource]) => {
      const tags = (resource as Props).Properties?.Tags;
      return Array.isArray(tags) ? over(`the number of tags of ${id}`, tags.length, MOST_RESOURCE_TAGS) : [];
    }),
  ];
};
