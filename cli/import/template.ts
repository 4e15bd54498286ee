import { type Attribute, onOneLine } from './attributes.ts';
import { got, isTainted, type Section, textOf } from './configuration.ts';
import { changed, dropped, type Fate, landed, withheld } from './fate.ts';
import { isSecret } from './secret.ts';

/** The pilot template of a queue, and where the keys went that it is made of. */
export interface MadeTemplate {
  /** Without the lines that name its queue: two sections are one queue if these are equal. */
  readonly body: readonly string[];
  readonly fates: readonly Fate[];
  readonly doubts: readonly string[];
}

const TEMPLATE = 'template';
const SECRET = 'its value is a secret, or may be one, and is not shown; write it into the template yourself';

interface Line {
  readonly lines: readonly string[];
  readonly fates: readonly Fate[];
  readonly doubts: readonly string[];
}

const NOTHING: Line = { lines: [], fates: [], doubts: [] };

const executableLine = (section: Section): Line => {
  const read = got(section, 'executable');
  if (read === undefined || !read.ok) {
    const why = read === undefined ? 'executable is not set' : `executable ${read.why}`;
    const fates = read === undefined ? [] : [dropped('executable', read.why)];
    return {
      lines: ['# executable = /etc/aerie-endpoint/templates/…'],
      fates,
      doubts: [`${why}: its template is to be completed`],
    };
  }
  const value = onOneLine(read.value);
  if (isTainted(read.through) || isSecret('executable', value)) {
    return {
      lines: ['# executable = …'],
      fates: [withheld('executable', SECRET)],
      doubts: ['executable is withheld'],
    };
  }
  const fate = value.startsWith('~')
    ? changed('executable', TEMPLATE, "begins with the home of AutoPyFactory's user; write the path out")
    : landed('executable', TEMPLATE);
  return { lines: [`executable = ${value}`], fates: [fate], doubts: [] };
};

const argumentsLine = (section: Section): Line => {
  const key = 'executable.arguments';
  const read = got(section, key);
  if (read === undefined) return NOTHING;
  if (!read.ok) {
    return {
      lines: ['# arguments = …'],
      fates: [dropped(key, read.why)],
      doubts: [`${key} ${read.why}: its template is to be completed`],
    };
  }
  const value = onOneLine(read.value);
  if (/^(None|none)?$/.test(value)) return { ...NOTHING, fates: [dropped(key, 'is nothing')] };
  if (isTainted(read.through) || isSecret('', value)) {
    return {
      lines: ['# arguments = …'],
      fates: [withheld(key, SECRET)],
      doubts: [`${key} is withheld: its template is to be completed`],
    };
  }
  return { lines: [`arguments = ${value}`], fates: [landed(key, TEMPLATE)], doubts: [] };
};

const VARIABLE = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;

/** A value with blanks stands in single quotes within HTCondor's environment; AutoPyFactory hands double ones on, which end it. */
const quotedForHtcondor = (variable: string): string =>
  variable
    .replace(/"([^"]*)"/g, (_, value: string) => `'${value.replaceAll("'", "''")}'`)
    .replaceAll('"', '""');

/** The variables that the site's pilots are given, those that may be secrets left out. */
const environ = (section: Section, family: readonly string[]): Line => {
  const key = family.map((of) => `batchsubmit.${of}.environ`).find((of) => section.options.has(of));
  const read = key === undefined ? undefined : got(section, key);
  if (key === undefined || read === undefined) return NOTHING;
  if (!read.ok) return { ...NOTHING, fates: [dropped(key, `${read.why}; AutoPyFactory fails on it`)] };
  if (/^(None|none)?$/.test(read.value.trim())) return { ...NOTHING, fates: [dropped(key, 'is nothing')] };
  if (isTainted(read.through)) return { ...NOTHING, fates: [withheld(key, SECRET)] };
  const variables = onOneLine(read.value).match(VARIABLE) ?? [];
  const isHidden = (variable: string) => isSecret(variable.split('=')[0] ?? '', variable);
  const hidden = variables.filter(isHidden).map((variable) => variable.split('=')[0]);
  const shown = variables.filter((variable) => !isHidden(variable)).map(quotedForHtcondor);
  return {
    lines: shown,
    fates: [
      ...(shown.length === 0 ? [] : [landed(key, TEMPLATE)]),
      ...(hidden.length === 0 ? [] : [withheld(key, `${hidden.join(', ')}: ${SECRET}`)]),
    ],
    doubts: [],
  };
};

/** What a template has that its section does not set, by the names of the statements. */
const USUAL: readonly (readonly [name: string, value: string])[] = [
  ['should_transfer_files', 'YES'],
  ['when_to_transfer_output', 'ON_EXIT_OR_EVICT'],
  ['notification', 'Never'],
  ['job_lease_duration', '1200'],
  ['output', '/var/log/aerie-pilots/$(Cluster).$(Process).out'],
  ['error', '/var/log/aerie-pilots/$(Cluster).$(Process).err'],
  ['log', '/var/log/aerie-pilots/$(Cluster).log'],
];

const statementLines = (statements: readonly Attribute[]): readonly string[] => {
  const byName = new Map(statements.map(({ name, value }) => [name.toLowerCase(), { name, value }]));
  // The workers share no file system with the central manager, whatever the site's own machines did.
  byName.delete('should_transfer_files');
  const usual = USUAL.filter(([name]) => !byName.has(name)).map(([name, value]) => ({ name, value }));
  return [...usual, ...byName.values()].map(({ name, value }) => `${name} = ${value}`);
};

/** Makes the template of a section: everything but what names its queue. */
export const templateOf = (
  section: Section,
  family: readonly string[],
  statements: readonly Attribute[],
): MadeTemplate => {
  const parts = [executableLine(section), argumentsLine(section)];
  const variables = environ(section, family);
  const environment = ['PANDA_JSID=aerie', 'APFCID=$(Cluster).$(Process)', ...variables.lines].join(' ');
  return {
    body: [
      ...parts.flatMap(({ lines }) => lines),
      'universe = vanilla',
      `environment = "${environment}"`,
      ...statementLines(statements),
    ],
    fates: [...parts, variables].flatMap(({ fates }) => fates),
    doubts: [...parts, variables].flatMap(({ doubts }) => doubts),
  };
};

/** What a queue's template says of its own shape; the endpoint appends what the queue asks for. */
const asked = (knobs: Readonly<Record<string, string>>): readonly string[] => [
  ...(knobs.cpus === undefined ? [] : [`request_cpus = ${knobs.cpus}`]),
  ...(knobs['memory-mb'] === undefined ? [] : [`request_memory = ${knobs['memory-mb']} MB`]),
  ...(knobs['disk-mb'] === undefined ? [] : [`request_disk = ${knobs['disk-mb']} MB`]),
  ...(knobs.gpus === undefined ? [] : [`request_gpus = ${knobs.gpus}`]),
];

/** The text of a queue's template, as the endpoint reads it. */
export const templateText = (
  queue: string,
  knobs: Readonly<Record<string, string>>,
  body: readonly string[],
): string =>
  `${[
    `# Pilots of ${queue}, from AutoPyFactory. Put it on the central manager as /etc/aerie-endpoint/templates/${queue}.sub,`,
    '# with the wrapper and the credential that it names. A proxy is named by x509userproxy, a token by PANDA_AUTH_TOKEN in environment.',
    ...body,
    ...asked(knobs),
    `+MATCH_APF_QUEUE = "${queue}"`,
    'queue 1',
  ].join('\n')}\n`;

/** The value of a key on one line; undefined where it is not set, or not to be shown. */
export const shown = (section: Section, key: string): string | undefined => {
  const text = textOf(section, key);
  return text === undefined ? undefined : onOneLine(text);
};
