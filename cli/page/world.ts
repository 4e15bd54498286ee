import type { Shown } from '../../twin/report/sample.ts';
import { emptyHistory, type History, recorded } from '../shown/history.ts';
import { summaryTables } from '../shown/summary.ts';
import { summarySentences } from '../terminal-sentences.ts';
import { duration } from './look/words.js';
import type { Event, Head, PageSource, View, World } from './view.ts';

type Of<K extends Shown['kind']> = Extract<Shown, { readonly kind: K }>;

/** A made-up world beside the stage in it: what it is, how far it has come, and what was done to it. */
export interface WorldOf {
  show(shown: Shown): void;
  /** The same source, with what is known of the world. */
  around(source: PageSource): PageSource;
}

const aboutOf = (opening: Of<'opening'>, atSeconds: number): string => {
  const { loadSeconds, scenario, seed } = opening;
  const far =
    atSeconds <= loadSeconds
      ? `${duration(atSeconds)} of ${duration(loadSeconds)}`
      : `${duration(loadSeconds)} of load done, emptying for ${duration(atSeconds - loadSeconds)}`;
  return `${far} · ${scenario} · seed ${seed}`;
};

const worldOf = (claim: string, opening: Of<'opening'>, history: History): World => {
  const { closing, sample } = history;
  const atSeconds = sample?.atSeconds ?? 0;
  return {
    claim,
    title: opening.title,
    about: aboutOf(opening, atSeconds),
    share: Math.min(1, atSeconds / Math.max(1, opening.loadSeconds)),
    isOver: closing !== undefined,
    sentences: closing === undefined ? [] : summarySentences(closing.summary, history),
    tables: closing === undefined ? [] : summaryTables(closing.summary),
  };
};

/** What the scenario does to the world, as far as it has begun. */
const faultsOf = ({ faults, startsAt }: Of<'opening'>, { at, from }: Head): View['events'] =>
  Object.fromEntries(
    faults
      .map(({ what, fromSeconds, toSeconds }, index): [string, Event] => [
        `fault ${index}`,
        {
          kind: 'fault',
          of: '',
          from: startsAt + fromSeconds,
          ...(startsAt + toSeconds <= at ? { to: startsAt + toSeconds } : {}),
          times: 1,
          what,
          why: 'the scenario does that to the world',
        },
      ])
      .filter(([, event]) => event.from <= at && (event.to ?? at) >= from),
  );

/** Remembers what a run shows of its world. `claim`: what of it is real. */
export const worldBeside = (claim: string): WorldOf => {
  let history = emptyHistory();
  return {
    show(shown) {
      history = recorded(history, shown);
    },
    around: (source) => ({
      ...source,
      async view(rangeSeconds) {
        const view = await source.view(rangeSeconds);
        const { opening } = history;
        if (opening === undefined) return view;
        const { head } = view.head;
        return {
          ...view,
          head: { head: { ...head, world: worldOf(claim, opening, history) } },
          events: { ...view.events, ...faultsOf(opening, head) },
        };
      },
    }),
  };
};
