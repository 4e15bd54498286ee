import { got, isTainted, type Section } from './configuration.ts';
import { changed, dropped, type Fate, landed, withheld } from './fate.ts';
import { isSecret } from './secret.ts';

/** One statement of a submit file. */
export interface Attribute {
  /** The key of the section that it stands in. */
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** What the attributes of a section come to. */
export interface FromAttributes {
  /** Knobs of the queue: its shape, and how long a pilot may run. */
  readonly knobs: Readonly<Record<string, string>>;
  /** What stays a statement of the template. */
  readonly statements: readonly Attribute[];
  readonly fates: readonly Fate[];
  /** Why its pilots may ask for something else than they did. */
  readonly doubts: readonly string[];
}

/** The classes that a submit plugin is made of, whose keys it reads: the most special first. */
const CE = ['condorce', 'condorgrid', 'condorbase'];
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  CondorLocal: ['condorlocal', 'condorbase'],
  CondorSSH: ['condorssh', 'condorbase'],
  CondorEC2: ['condorec2', 'condorbase'],
  CondorGrid: ['condorgrid', 'condorbase'],
  CondorCE: CE,
  CondorOSGCE: ['condorosgce', ...CE],
  CondorCREAM: ['condorcream', ...CE],
  CondorNordugrid: ['condornordugrid', ...CE],
  CondorGRAM: ['condorgram', ...CE],
  CondorGT2: ['condorgt2', 'condorgram', ...CE],
  CondorGT5: ['condorgt5', 'condorgram', ...CE],
};

/** What stands behind `batchsubmit.` in the keys that a submit plugin reads. */
export const familyOf = (plugin: string | undefined): readonly string[] =>
  FAMILIES[plugin ?? ''] ?? [(plugin ?? '').toLowerCase(), 'condorbase'];

const LITERAL_COMMA = '\u0000';

/** Splits at commas; a backslash before a comma makes it literal, and two are one backslash. */
const splitAttributes = (text: string): readonly string[] =>
  text
    .replace(/(\\+),/g, (_, slashes: string) => {
      const real = '\\'.repeat(Math.floor(slashes.length / 2));
      return `${real}${slashes.length % 2 === 0 ? ',' : LITERAL_COMMA}`;
    })
    .split(',')
    .map((part) => part.replaceAll(LITERAL_COMMA, ','));

/** One line, as a submit file needs it. */
export const onOneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

interface Listed {
  readonly attributes: readonly Attribute[];
  readonly fates: readonly Fate[];
}

const SECRET =
  'its value is a secret, or may be one, and is not shown; put what pilots need of it into the template yourself';

const listed = (section: Section, key: string, name: string | undefined): Listed => {
  const read = got(section, key);
  if (read === undefined) return { attributes: [], fates: [] };
  if (!read.ok) return { attributes: [], fates: [dropped(key, `${read.why}; AutoPyFactory fails on it`)] };
  if (/^(None|none)?$/.test(read.value.trim()))
    return { attributes: [], fates: [dropped(key, 'is nothing')] };
  if (isTainted(read.through)) return { attributes: [], fates: [withheld(key, SECRET)] };
  if (name !== undefined) return { attributes: [{ key, name, value: onOneLine(read.value) }], fates: [] };
  const attributes = splitAttributes(read.value)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, left = '', right = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? [];
      return { key, name: left.trim(), value: onOneLine(right) };
    });
  return { attributes, fates: [] };
};

const attributesOf = (section: Section, family: readonly string[]): Listed => {
  const parts = family.toReversed().flatMap((of) => {
    const list = `batchsubmit.${of}.condor_attributes`;
    const single = [...section.options.keys()].filter((key) => key.startsWith(`${list}.`));
    return [
      listed(section, list, undefined),
      ...single.map((key) => listed(section, key, key.slice(list.length + 1))),
    ];
  });
  return {
    attributes: parts.flatMap(({ attributes }) => attributes),
    fates: parts.flatMap(({ fates }) => fates),
  };
};

const MB_OF: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024 };

/** MB of an amount as submit files have it; undefined for an expression. */
const mbOf = (text: string, bareUnit: string): number | undefined => {
  const [, digits, unit = bareUnit] = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])i?b?)?$/i.exec(text) ?? [];
  const mb = MB_OF[unit.toLowerCase()];
  return digits === undefined || mb === undefined ? undefined : Math.ceil(Number(digits) * mb);
};

const countOf = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

const SECONDS_PER_MINUTE = 60;

/** Attributes that are knobs of a queue here, by their names in small letters. */
const KNOBS: Readonly<Record<string, readonly [knob: string, read: (text: string) => number | undefined]>> = {
  request_cpus: ['cpus', countOf],
  '+xcount': ['cpus', countOf],
  request_memory: ['memory-mb', (text) => mbOf(text, 'm')],
  '+maxmemory': ['memory-mb', countOf],
  request_disk: ['disk-mb', (text) => mbOf(text, 'k')],
  request_gpus: ['gpus', countOf],
  '+maxwalltime': ['pilot-wall-seconds', (text) => (countOf(text) ?? Number.NaN) * SECONDS_PER_MINUTE],
};

/** Statements that the template or the endpoint has of its own. */
const OWN: Readonly<Record<string, string>> = {
  universe: 'pilots are of the vanilla universe',
  queue: 'the endpoint writes it',
  executable: 'the key executable counts',
  environment: 'the key environ counts',
  '+match_apf_queue': "it is the queue's own name here",
  requirements:
    'workers of aerie have other attributes than those of a site, and a pilot that asks for one of those waits for ever; write into the template what they do have',
};

/** Attributes of jobs that go to a CE: in the pool they are UNDEFINED, and an expression with them does what nobody meant. */
const OF_CE = /grid_?job_?status|globus|grid_?resource|nordugrid|cream_|delegate_job|\bec2_/i;
const REMOTE = /^\+(remote_|voactivity|nonessential|transferoutput)/i;

const fateOf = ({ key, name, value }: Attribute): { readonly fate: Fate; readonly statement?: Attribute } => {
  const lower = name.toLowerCase();
  const own = OWN[lower];
  if (isSecret(name, value)) return { fate: withheld(key, `${name}: ${SECRET}`) };
  if (own !== undefined) return { fate: dropped(key, `${name} = ${value}: ${own}`) };
  if (OF_CE.test(name) || OF_CE.test(value) || REMOTE.test(name)) {
    return { fate: dropped(key, `${name}: is about a remote CE, and pilots wait in aerie's own pool`) };
  }
  if (!/^(\+|MY\.)?[A-Za-z_][A-Za-z0-9_.]*$/i.test(name) || value === '') {
    return { fate: dropped(key, `"${name}" is no statement of a submit file`) };
  }
  if (/\bCurrentTime\b/i.test(value)) {
    const timed = value.replaceAll(/\bCurrentTime\b/gi, 'time()');
    return {
      fate: changed(key, 'template', `${name}: time() stands for CurrentTime, which HTCondor has given up`),
      statement: { key, name, value: timed },
    };
  }
  return { fate: landed(key, 'template'), statement: { key, name, value } };
};

/** Reads the statements that a section adds to its jobs: what is a knob here, what stays a statement, and what neither. */
export const fromAttributes = (section: Section, plugin: string | undefined): FromAttributes => {
  const { attributes, fates } = attributesOf(section, familyOf(plugin));
  const knobs: Record<string, string> = {};
  const statements: Attribute[] = [];
  const all: Fate[] = [...fates];
  const doubts: string[] = [];
  for (const attribute of attributes) {
    const [knob, read] = KNOBS[attribute.name.toLowerCase()] ?? [];
    const number = read?.(attribute.value);
    if (knob !== undefined && number !== undefined && Number.isFinite(number)) {
      knobs[knob] = String(number);
      all.push(landed(attribute.key, knob));
      continue;
    }
    if (knob !== undefined) {
      const { name, value } = attribute;
      const why = isSecret(name, value)
        ? `${name} is no plain number`
        : `${name} = ${value} is no plain number`;
      all.push(dropped(attribute.key, `${why}: set ${knob} of the queue`));
      doubts.push(`${attribute.key}: ${why}: set ${knob} of the queue`);
      continue;
    }
    const { fate, statement } = fateOf(attribute);
    all.push(fate);
    if (statement !== undefined) statements.push(statement);
  }
  return { knobs, statements, fates: all, doubts };
};
