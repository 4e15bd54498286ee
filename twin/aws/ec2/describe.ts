import type { DescribeReply, DescribeRequest } from './calls.ts';
import { isSpot, type TwinInstance } from './instance.ts';
import { Ec2Refusal } from './refusal.ts';
import type { Sight } from './sight.ts';

const MOST_FILTER_VALUES = 200;
const SMALLEST_PAGE = 5;
const LARGEST_PAGE = 1000;

const FIELDS: Readonly<Record<string, (instance: TwinInstance) => string>> = {
  'instance-id': (instance) => instance.instanceId,
  'instance-state-name': (instance) => instance.life.kind,
  'client-token': (instance) => instance.clientToken,
  'instance-type': (instance) => instance.offer.flavour,
  'availability-zone': (instance) => instance.offer.zone,
  'instance-lifecycle': (instance) => (isSpot(instance) ? 'spot' : ''),
  'subnet-id': (instance) => instance.subnetId,
};

/** EC2's filter values: `*` is any text, `?` any one character, a backslash takes the next character as it is. */
const matcher = (values: readonly string[]): ((text: string) => boolean) => {
  const plain = new Set(values.filter((value) => !/[*?\\]/.test(value)));
  const patterns = values
    .filter((value) => !plain.has(value))
    .map((value) => {
      const source = value.replace(/\\(.)|[^\\]/gs, (character, escaped: string | undefined) => {
        if (character === '*') return '.*';
        if (character === '?') return '.';
        return (escaped ?? character).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      });
      return new RegExp(`^${source}$`, 's');
    });
  return (text) => plain.has(text) || patterns.some((pattern) => pattern.test(text));
};

type Test = (instance: TwinInstance) => boolean;

const testOf = ({ name, values }: DescribeRequest['filters'][number]): Test => {
  if (values.length > MOST_FILTER_VALUES) {
    throw new Ec2Refusal('FilterLimitExceeded', `A filter takes at most ${MOST_FILTER_VALUES} values.`);
  }
  const matches = matcher(values);
  if (name === 'tag-key') return (instance) => Object.keys(instance.tags).some(matches);
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ tags }) => tags[key] !== undefined && matches(tags[key]);
  }
  const field = FIELDS[name];
  if (field === undefined) throw new Ec2Refusal('InvalidParameterValue', `The filter '${name}' is invalid`);
  return (instance) => matches(field(instance));
};

/** Instances that are looked at: those named, in the call or by a filter, or else all. */
const candidates = (sight: Sight, request: DescribeRequest): Iterable<TwinInstance> => {
  if (request.instanceIds.length > 0) return sight.named(request.instanceIds);
  const ids = request.filters.find((filter) => filter.name === 'instance-id')?.values;
  if (ids?.every((id) => /^[a-z0-9-]+$/.test(id)) !== true) return sight.shown();
  return [...new Set(ids)].map(sight.find).filter((instance) => instance !== undefined);
};

const checkPaging = ({ maxResults, instanceIds }: DescribeRequest): void => {
  if (maxResults === undefined) return;
  if (instanceIds.length > 0) {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  if (maxResults < SMALLEST_PAGE || maxResults > LARGEST_PAGE) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value from ${SMALLEST_PAGE} to ${LARGEST_PAGE}.`,
    );
  }
};

const TOKEN = 'after:';

const startOf = (nextToken: string | undefined): string => {
  if (nextToken === undefined) return '';
  const text = Buffer.from(nextToken, 'base64url').toString();
  if (text.startsWith(TOKEN)) return text.slice(TOKEN.length);
  throw new Ec2Refusal('InvalidParameterValue', 'Unable to parse pagination token');
};

/** DescribeInstances. Pages are in the order of ids, so that they are whole whatever begins or ends in between. */
export const describeInstances = (sight: Sight, request: DescribeRequest): DescribeReply => {
  checkPaging(request);
  const after = startOf(request.nextToken);
  const tests = request.filters.map(testOf);
  const found: TwinInstance[] = [];
  for (const instance of candidates(sight, request)) {
    if (instance.instanceId > after && tests.every((test) => test(instance))) found.push(instance);
  }
  found.sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const page = found.slice(0, request.maxResults);
  const last = page.at(-1);
  if (page.length === found.length || last === undefined) return { instances: page };
  return {
    instances: page,
    nextToken: Buffer.from(`${TOKEN}${last.instanceId}`).toString('base64url'),
  };
};
