import type { TagSpecification } from './calls.ts';
import { Ec2Refusal } from './refusal.ts';

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
/** What a tag's key may hold once instance metadata shows it as a path. */
const METADATA_KEY = /^(?!\.{1,2}$|_index$)[A-Za-z0-9+\-=.,_:@]+$/;

const invalid = (message: string): Ec2Refusal => new Ec2Refusal('InvalidParameterValue', message);

const tooMany = (): Ec2Refusal =>
  new Ec2Refusal('TagLimitExceeded', `The maximum number of tags is ${MOST_TAGS}.`);

const checkTag = (key: string, value: string): void => {
  if (key.length < 1 || key.length > LONGEST_KEY) {
    throw invalid(`Tag key exceeds the maximum length of ${LONGEST_KEY} characters, or is empty.`);
  }
  if (value.length > LONGEST_VALUE) {
    throw invalid(`Tag value exceeds the maximum length of ${LONGEST_VALUE} characters.`);
  }
  if (/^aws:/i.test(key)) throw invalid(`Tag keys starting with 'aws:' are reserved: '${key}'.`);
};

/** Writes tags on what has some already, as CreateTags does; refuses all that EC2 refuses. */
export const tagsWith = (
  before: Readonly<Record<string, string>>,
  specification: TagSpecification,
  metadataTags: boolean,
): Readonly<Record<string, string>> => {
  const { resourceType } = specification;
  const after = { ...before, ...tagsFor(resourceType, [specification], [resourceType], metadataTags) };
  // Those that AWS adds itself count for nothing.
  if (Object.keys(after).filter((key) => !/^aws:/i.test(key)).length > MOST_TAGS) throw tooMany();
  return after;
};

/** The tags that a call gives to one kind of resource; refuses all that EC2 refuses, for any kind. */
export const tagsFor = (
  resourceType: string,
  specifications: readonly TagSpecification[],
  allowedTypes: readonly string[],
  metadataTags: boolean,
): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  const seen = new Set<string>();
  for (const specification of specifications) {
    const type = specification.resourceType;
    if (!allowedTypes.includes(type)) throw invalid(`'${type}' is not a valid taggable resource type here.`);
    if (seen.has(type)) throw invalid(`The resource type '${type}' is specified more than once.`);
    seen.add(type);
    if (specification.tags.length > MOST_TAGS) {
      throw tooMany();
    }
    const keys = new Set<string>();
    for (const { key, value } of specification.tags) {
      checkTag(key, value);
      if (keys.has(key)) throw invalid(`Duplicate tag key '${key}' specified.`);
      keys.add(key);
      if (type !== resourceType) continue;
      if (metadataTags && !METADATA_KEY.test(key)) {
        throw invalid(`'${key}' is not a valid tag key while instance tags are shown in the metadata.`);
      }
      found[key] = value;
    }
  }
  return found;
};
