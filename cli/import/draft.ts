import { type FromAttributes, familyOf, fromAttributes } from './attributes.ts';
import { flagOf, plainly, type Section, textOf } from './configuration.ts';
import { changed, dropped, type Fate, landed } from './fate.ts';
import { allDropped, completed } from './keys.ts';
import { fleetOfChain, fleetOfMachines } from './machines.ts';
import { noCounterpart, noCounterpartOfFleet } from './no-counterpart.ts';
import { chainOf } from './sched.ts';
import { templateOf } from './template.ts';

type Knobs = Readonly<Record<string, string>>;

/** What a section is to become, before sections are joined and named. */
export interface Draft {
  readonly section: Section;
  readonly queue:
    | {
        readonly site: string;
        readonly knobs: Knobs;
        readonly body: readonly string[];
        readonly chain: string | undefined;
      }
    | undefined;
  readonly fleet: { readonly knobs: Knobs } | undefined;
  readonly isOn: boolean;
  /** Whether it had machines for the jobs of its own pool, which pilots are. */
  readonly servesPool: boolean;
  /** Why the section is neither. */
  readonly refusal: string | undefined;
  readonly fates: readonly Fate[];
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
}

/** What a section is read with. */
export interface Around {
  readonly factory: Section | undefined;
  /** How many sections are one queue with it. */
  readonly sections: number;
}

const EC2 = 'CondorEC2';

/** PanDA's site that a section serves, under the names that the key has had. */
const SITE_KEYS = ['wmsqueue', 'siteid', 'nickname'];

/** The key of a section that says which site it serves, and the site. */
export const siteOf = (section: Section): readonly [key: string, site: string] | undefined => {
  for (const key of SITE_KEYS) {
    const site = textOf(section, key)?.trim();
    if (site !== undefined && site !== '') return [key, site];
  }
  return undefined;
};

/** Where a section's jobs come from. */
const sourceOf = (section: Section): 'panda' | 'pool' | 'none' | { readonly unknown: string } => {
  const read = plainly(section, 'wmsstatusplugin');
  if (read === undefined) return 'none';
  if (!read.ok) return { unknown: 'a text that cannot be read' };
  if (/^(None|none)$/.test(read.value)) return 'none';
  if (/^Panda$/.test(read.value)) return 'panda';
  return read.value === 'Condor' ? 'pool' : { unknown: `"${read.value}"` };
};

/** Whether a section is switched on: AutoPyFactory starts what says so, and nothing else. */
const isOn = (section: Section, factory: Section | undefined): boolean =>
  flagOf(textOf(section, 'enabled')) === true &&
  textOf(section, 'status') !== 'offline' &&
  (factory === undefined || flagOf(textOf(factory, 'enablequeues')) !== false);

const stateFates = (section: Section): readonly Fate[] => [
  ...(section.options.has('enabled') ? [landed('enabled', 'state')] : []),
  ...(textOf(section, 'status') === 'offline' ? [landed('status', 'state')] : []),
];

const cycleFate = (section: Section): readonly Fate[] =>
  section.options.has('apfqueue.sleep')
    ? [changed('apfqueue.sleep', 'chain', 'a cycle is 60 s here: limits per cycle count each minute')]
    : [];

const KEPT_LOCAL =
  'keeps jobs in the local pool that PanDA has no part in; aerie submits pilots of PanDA, and launches machines for jobs that wait';

const NOT_STARTED =
  'it sets neither schedplugin nor wmsstatusplugin, and no AutoPyFactory since release 2 starts it; is its file one of release 1?';

const NOTHING_KEPT =
  'wmsstatusplugin is None or not set, and no sched.keepnrunning.keep_running says how many machines to keep; expected Panda, Condor, or that number';

const refusalOf = (section: Section): string | undefined => {
  const source = sourceOf(section);
  const plugin = textOf(section, 'batchsubmitplugin');
  if (typeof source === 'object')
    return `wmsstatusplugin is ${source.unknown}; aerie knows Panda, and Condor for jobs of its own pool`;
  if (!section.options.has('schedplugin') && !section.options.has('wmsstatusplugin')) return NOT_STARTED;
  if (source === 'none' && plugin === 'CondorLocal') return KEPT_LOCAL;
  if (source === 'none' && fleetOfChain(section).knobs['min-workers'] === undefined) return NOTHING_KEPT;
  if (source === 'panda' && siteOf(section) === undefined) {
    return `it names no site of PanDA; expected wmsqueue, or ${SITE_KEYS.slice(1).join(' or ')} of before`;
  }
  return undefined;
};

const maxPerFactoryOf = (factory: Section | undefined): string | undefined | null =>
  factory === undefined ? null : textOf(factory, 'maxperfactory.maximum')?.trim();

interface QueueParts {
  readonly queue: NonNullable<Draft['queue']>;
  readonly fates: readonly Fate[];
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
}

const queueOf = (section: Section, { factory, sections }: Around): QueueParts => {
  const plugin = textOf(section, 'batchsubmitplugin');
  const [siteKey = '', site = ''] = siteOf(section) ?? [];
  const chain = chainOf(section, { sections, maxPerFactory: maxPerFactoryOf(factory) });
  const attributes: FromAttributes = fromAttributes(section, plugin);
  const template = templateOf(section, familyOf(plugin), attributes.statements);
  return {
    queue: { site, knobs: attributes.knobs, body: template.body, chain: chain.text },
    fates: [
      landed(siteKey, 'siteid'),
      landed('wmsstatusplugin', 'pandaUrl'),
      ...chain.fates,
      ...attributes.fates,
      ...template.fates,
      ...cycleFate(section),
    ],
    doubts: [...chain.doubts, ...attributes.doubts, ...template.doubts],
    notes: chain.notes,
  };
};

const EMPTY = { fates: [], doubts: [], notes: [] };

const NO_TEMPLATE = 'its machines ran the pilots themselves: the queue has no template yet';

const EC2_OF_PANDA =
  'its machines ran the pilots themselves: here they are a fleet, and the queue needs a template; begin with one of the package (docs/endpoint.md#pilot-templates)';

/** Reads one section. */
export const draftOf = (section: Section, around: Around): Draft => {
  const on = isOn(section, around.factory);
  const refusal = refusalOf(section);
  if (refusal !== undefined) {
    const fates = allDropped(section, () => `its section is left out: ${refusal}`);
    return {
      section,
      queue: undefined,
      fleet: undefined,
      isOn: on,
      servesPool: false,
      refusal,
      ...EMPTY,
      fates,
    };
  }
  const isEc2 = textOf(section, 'batchsubmitplugin') === EC2;
  const isPanda = sourceOf(section) === 'panda';
  const ofQueue = isPanda ? queueOf(section, around) : undefined;
  const machines = isEc2 ? fleetOfMachines(section) : undefined;
  const caps = isPanda ? undefined : fleetOfChain(section);
  const known = [
    ...stateFates(section),
    ...(isPanda ? [] : [landed('wmsstatusplugin', 'fleets')]),
    ...(ofQueue?.fates ?? []),
    ...(machines?.fates ?? []),
    ...(caps?.fates ?? []),
  ];
  const own = known
    .filter(({ key }) => section.options.has(key))
    .map((fate) => (isEc2 && fate.to === 'template' ? dropped(fate.key, NO_TEMPLATE) : fate));
  return {
    section,
    queue: ofQueue?.queue,
    fleet: isPanda && !isEc2 ? undefined : { knobs: { ...machines?.knobs, ...caps?.knobs } },
    isOn: on,
    servesPool: sourceOf(section) === 'pool',
    refusal: undefined,
    fates: completed(section, own, isPanda ? noCounterpart : noCounterpartOfFleet),
    doubts: isPanda && isEc2 ? [...(ofQueue?.doubts ?? []), EC2_OF_PANDA] : (ofQueue?.doubts ?? []),
    notes: ofQueue?.notes ?? [],
  };
};
