import type { Section } from './configuration.ts';
import { type Draft, draftOf, siteOf } from './draft.ts';
import type { Fate, Problem } from './fate.ts';
import { allDropped } from './keys.ts';

/** What becomes of a key, and where it stands. */
export type Row = Fate & { readonly file: string; readonly section: string };

export const rowsOf = (section: Section, fates: readonly Fate[]): readonly Row[] =>
  fates.map((fate) => ({ ...fate, file: section.file, section: section.name }));

/** Sections of one site: those that are one queue, and those that are left out and why. */
export interface Group {
  readonly drafts: readonly Draft[];
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

export const leftOut = (draft: Draft, why: string): readonly Row[] =>
  rowsOf(
    draft.section,
    allDropped(draft.section, () => `its section is left out: ${why}`),
  );

const keyed = (knobs: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(knobs).sort());

const isAlike = ({ queue: a, fleet: ofA }: Draft, { queue: b, fleet: ofB }: Draft): boolean =>
  a !== undefined &&
  b !== undefined &&
  ofA === undefined &&
  ofB === undefined &&
  a.chain === b.chain &&
  keyed(a.knobs) === keyed(b.knobs) &&
  a.body.join('\n').replaceAll(/\s+/g, ' ') === b.body.join('\n').replaceAll(/\s+/g, ' ');

const joinedNotes = (drafts: readonly Draft[]): readonly Problem[] => {
  const names = drafts.map(({ section }) => section.name);
  if (names.length < 2) return [];
  const limits = drafts.length;
  return [
    {
      section: names.join(', '),
      why: `are one queue here: they served the same site through ${limits} CEs. Limits of the chain are those of one section; all ${limits} together allowed ${limits} times as much`,
    },
  ];
};

/** Joins the sections of a site that say the same, and refuses them by their names if they do not. */
const joined = (sections: readonly Section[], factory: Section | undefined): Group => {
  const alone = sections.map((section) => draftOf(section, { factory, sections: 1 }));
  const off = alone.filter(({ isOn }) => !isOn);
  const on = alone.filter(({ isOn }) => isOn);
  const counted = on.length > 0 ? on : alone;
  const idle = on.length > 0 ? off : [];
  const names = counted.map(({ section }) => section.name).join(', ');
  const idleRows = idle.flatMap((draft) =>
    leftOut(draft, `it is not enabled, and ${names} serves the same site`),
  );
  const drafts =
    counted.length === 1
      ? counted
      : counted.map(({ section }) => draftOf(section, { factory, sections: counted.length }));
  const [first] = drafts;
  if (first === undefined || drafts.slice(1).every((draft) => isAlike(first, draft))) {
    return { drafts, rows: idleRows, problems: [], notes: joinedNotes(drafts) };
  }
  const site = first.queue?.site ?? '';
  const why = `${names} serve one site, ${site}, and their chains, shapes or templates differ; make them one queue by hand: one site is one queue here`;
  return {
    drafts: [],
    rows: [...idleRows, ...drafts.flatMap((draft) => leftOut(draft, why))],
    problems: [{ section: names, why }],
    notes: [],
  };
};

/** The sections of queues in groups: those of one PanDA site together, and every other one alone. */
export const groupsOf = (sections: readonly Section[], factory: Section | undefined): readonly Group[] => {
  const drafts = new Map(sections.map((section) => [section, draftOf(section, { factory, sections: 1 })]));
  const isQueue = (section: Section) => drafts.get(section)?.queue !== undefined;
  const bySite = Map.groupBy(sections, (section) =>
    isQueue(section) ? `site ${siteOf(section)?.[1] ?? ''}` : `section ${section.name}`,
  );
  return [...bySite.values()].map((group): Group => {
    const [first] = group;
    if (first !== undefined && isQueue(first)) return joined(group, factory);
    return { drafts: group.flatMap((of) => drafts.get(of) ?? []), rows: [], problems: [], notes: [] };
  });
};
