import { type Configuration, factoryOf, type Section } from './configuration.ts';
import type { Draft } from './draft.ts';
import type { Problem } from './fate.ts';
import { type Group, groupsOf, leftOut, type Row, rowsOf } from './groups.ts';
import { judged } from './judge.ts';
import { factoryRows, idleRows, kindOf, otherRows } from './other-files.ts';
import { blockOf, mistakesOf, type Owner, ownersOf } from './owners.ts';
import { templateText } from './template.ts';

/** A pilot template, by the queue that it is of. */
interface Template {
  readonly queue: string;
  readonly text: string;
}

/** What a configuration of AutoPyFactory comes to. */
export interface Imported {
  /** What belongs under `aerie.stages.<stage>` of cdk.json; null: no section has become a queue or a fleet. */
  readonly block: Readonly<Record<string, unknown>> | null;
  readonly templates: readonly Template[];
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
  /** What is good to know, and no reason to wait. */
  readonly notes: readonly Problem[];
}

const hasQueue = (group: readonly Owner[]): number => (group.some(({ kind }) => kind === 'queue') ? 1 : 0);

const twiceNotes = ({ twice }: Configuration): readonly Problem[] =>
  twice.map(({ section, key }) => ({ section, why: `${key} stands there twice; the last one counts` }));

const agisNotes = (factory: Section | undefined, owners: readonly Owner[]): readonly Problem[] => {
  const factories = Number(factory?.options.get('config.queues.agis.numfactories') ?? 1);
  const isScaled = owners.filter(({ knobs }) => knobs.chain?.includes('Scale(factor=') === true);
  return isScaled.map(({ sections, knobs }) => {
    const factor = Number(/Scale\(factor=([^),]+)/.exec(knobs.chain ?? '')?.[1]);
    const all = Number((factor * factories).toPrecision(6));
    const why =
      factories > 1
        ? `Scale(${factor}) is the share of one of ${factories} factories; where aerie takes the place of all of them it is Scale(${all})`
        : `Scale(${factor}): if it was 1 / factories / CEs / jobs per pilot, as AGIS made it, aerie is one factory: multiply it by the number of those that aerie takes the place of`;
    return { section: sections.join(', '), why };
  });
};

/** Sections that are one queue have the same to say. */
const ownNotes = ({ drafts }: Group): readonly Problem[] => {
  const [first] = drafts;
  const section = drafts.map((draft) => draft.section.name).join(', ');
  return (first?.notes ?? []).map((why) => ({ section, why }));
};

const poolNotes = (pools: readonly Draft[], shared: string | undefined): readonly Problem[] => {
  if (pools.length === 0) return [];
  const names = pools.map(({ section }) => section.name).join(', ');
  const why =
    shared === undefined
      ? 'had machines for the jobs of the pool, and nothing says which pilots were theirs: name one of them as fleet of each queue'
      : 'had machines for the jobs of the pool, pilots among them: queues run on it';
  return [{ section: names, why }];
};

const BOTH =
  'set enabled = False in AutoPyFactory before a queue is active here: both would submit pilots for the same jobs';

/** Makes a stage of a site's configuration, and accounts for every key of it. */
export const importSite = (configuration: Configuration): Imported => {
  const factory = factoryOf(configuration);
  const sections = configuration.sections.filter((section) => kindOf(section) === 'queue');
  const groups = groupsOf(sections, factory);
  const pools = groups.flatMap(({ drafts }) => drafts).filter(({ servesPool }) => servesPool);
  const shared = pools.length === 1 ? pools.flatMap((draft) => ownersOf([draft]))[0]?.name : undefined;
  const { owners, problems, notes, out } = judged(
    // Fleets come first: a queue may name one.
    groups.map(({ drafts }) => ownersOf(drafts)).sort((a, b) => hasQueue(a) - hasQueue(b)),
    shared,
  );
  const drafts = groups.flatMap((group) => group.drafts);
  const rows = drafts.flatMap((draft) => {
    const why = out.get(draft.section.name);
    return why === undefined ? rowsOf(draft.section, draft.fates) : leftOut(draft, why);
  });
  const bodies = new Map(drafts.map((draft) => [draft.section.name, draft]));
  const templates = owners.flatMap(({ kind, name, knobs, sections: [section = ''] }): readonly Template[] => {
    const draft = bodies.get(section);
    if (kind !== 'queue' || draft?.queue === undefined || draft.fleet !== undefined) return [];
    return [{ queue: name, text: templateText(name, knobs, draft.queue.body) }];
  });
  const refused = drafts.flatMap(({ section, refusal }) =>
    refusal === undefined ? [] : [{ section: section.name, why: refusal }],
  );
  const doubted = drafts
    .filter(({ section }) => !out.has(section.name))
    .flatMap(({ section, doubts }) => doubts.map((why) => ({ section: section.name, why })));
  const isActive = owners.some(({ kind, knobs }) => kind === 'queue' && knobs.state === 'active');
  return {
    block: owners.length === 0 ? null : blockOf(owners),
    templates,
    rows: [
      ...rows,
      ...groups.flatMap((group) => group.rows),
      ...factoryRows(factory, owners),
      ...otherRows(configuration),
      ...idleRows(configuration),
    ],
    problems: [
      ...refused,
      ...groups.flatMap((group) => group.problems),
      ...problems,
      ...doubted,
      ...(owners.length === 0 ? [] : mistakesOf(owners)).map((why) => ({ section: null, why })),
    ],
    notes: [
      ...(isActive ? [{ section: null, why: BOTH }] : []),
      ...groups.flatMap((group) => group.notes),
      ...poolNotes(pools, shared),
      ...notes,
      ...agisNotes(factory, owners),
      ...groups.flatMap(ownNotes),
      ...twiceNotes(configuration),
    ],
  };
};
