import { asked } from '../doctor/look/asked.ts';
import type { Sight } from '../stage/sight.ts';
import { RANGES } from './ranges.ts';
import { recorder, type Seen } from './recorder.ts';
import { stageView } from './stage-view.ts';
import { storyOf } from './story.ts';
import type { Head, PageSource, View } from './view.ts';

const [SHORTEST = 3600] = RANGES;

/** What there is to be shown before anything was seen. */
export const nothingSeen = (stage: string, trouble?: string): View => ({
  head: {
    head: {
      ...{ stage, at: 0, from: 0, stepSeconds: 1, facts: [], alarms: [] },
      health: {
        word: trouble === undefined ? 'looking' : 'not known',
        tone: trouble === undefined ? 'well' : 'hold',
      },
      ...(trouble === undefined ? {} : { trouble }),
    },
  },
  queues: {},
  fleets: {},
  machines: {},
  events: {},
});

const withHead = (view: View, more: Partial<Head>): View => ({
  ...view,
  head: { head: { ...view.head.head, ...more } },
});

/**
 * A stage as a page shows it, by what the commands read: with rights to read, and nothing else. If a look fails the page says so
 * and keeps what it has.
 */
export const stageSource = (stage: string, open: () => Promise<Sight>): PageSource => {
  const see = recorder(open);
  let seen: Seen | undefined;
  let trouble: string | undefined;
  let longest = SHORTEST;
  const look = async (): Promise<void> => {
    const looked = await asked('the stage', see(longest));
    if (looked.ok) seen = looked.value;
    trouble = looked.ok ? undefined : looked.why;
  };
  return {
    look,
    async view(rangeSeconds) {
      if (rangeSeconds > longest) {
        longest = rangeSeconds;
        await look();
      }
      if (seen === undefined) return nothingSeen(stage, trouble);
      const view = await stageView(seen, rangeSeconds);
      return trouble === undefined
        ? view
        : withHead(view, { trouble, health: { word: 'not known', tone: 'hold' } });
    },
    story: async (path) => storyOf(await open(), path),
  };
};
