import * as z from 'zod';
import type { Knob } from './knob.ts';
import type { RawSettings, Scheduled } from './parse.ts';

const DAY_SECONDS = 86_400;

/** In the order in which a week is counted from Thursday, 1970-01-01. */
const DAYS: readonly string[] = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];

const WEEK = DAYS.length;

interface Entry extends Scheduled {
  /** On which days it begins, each by its place in DAYS. */
  readonly days: ReadonlySet<number>;
  /** Seconds of the day, UTC; `to` may lie before `from`, on the next day. */
  readonly from: number;
  readonly to: number;
}

const ENTRY =
  /^(?<days>[A-Z][a-z]{2}(?:[-,][A-Z][a-z]{2})*)?\s*(?<times>\d{2}:[0-5]\d-\d{2}:[0-5]\d)? (?<knob>[a-z-]+)=(?<value>.*)$/;

const MOST_ENTRIES = 20;

const dayOf = (text: string): number => DAYS.indexOf(text);

/** The days of `Sat`, `Sat,Sun` or `Mon-Fri`; undefined: one is no day. */
const daysIn = (text: string): ReadonlySet<number> | undefined => {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from = -1, to = from] = part.split('-').map(dayOf);
    if (from < 0 || to < 0 || part.split('-').length > 2) return undefined;
    for (let day = from; ; day = (day + 1) % WEEK) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
};

const secondsOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60;
};

const EVERY_DAY: ReadonlySet<number> = new Set(DAYS.keys());

const entryOf = (text: string): Entry | string => {
  const read = ENTRY.exec(text)?.groups;
  if (read === undefined) return `"${text}" says no days or times, or no knob`;
  const days = read.days === undefined ? EVERY_DAY : daysIn(read.days);
  if (days === undefined) return `"${read.days}" are no days; they are Mon, Tue, Wed, Thu, Fri, Sat and Sun`;
  const [from = 0, to = DAY_SECONDS] = read.times?.split('-').map(secondsOf) ?? [];
  if (from >= DAY_SECONDS || to > DAY_SECONDS || from === to) return `"${read.times}" are no times of a day`;
  return { days, from, to, knob: read.knob ?? '', value: (read.value ?? '').trim(), text };
};

/** Reads a schedule; a text: why it is none. */
const entriesIn = (schedule: string): readonly Entry[] | string => {
  const texts = schedule
    .split(';')
    .map((text) => text.trim().replaceAll(/\s+/g, ' '))
    .filter((text) => text !== '');
  if (texts.length > MOST_ENTRIES) return `it has ${texts.length} entries, and ${MOST_ENTRIES} is the most`;
  const read = texts.map((text) => entryOf(text));
  const wrong = read.find((entry) => typeof entry === 'string');
  return wrong ?? read.filter((entry) => typeof entry !== 'string');
};

/** The knob that holds it, beside all others of its table. */
export const SCHEDULE: Knob<string> = {
  description:
    'Values of other knobs that hold at some times (UTC): entries `<days> <from>-<to> <knob>=<value>`, separated by semicolons, such as 22:00-06:00 max-workers=200; Sat-Sun market=spot-first. Days or times may be left out. A time that ends before it begins ends on the next day. Of two entries for one knob the later holds.',
  fallback: '',
  pattern: '^[A-Za-z0-9 .,:;=()%_/-]*$',
  allowed: 'entries such as Mon-Fri 22:00-06:00 max-workers=200; Sat-Sun market=spot-first',
  schema: z.string().transform((text, context) => {
    const read = entriesIn(text);
    if (typeof read !== 'string') return text;
    context.addIssue({ code: 'custom', message: read });
    return z.NEVER;
  }),
};

const isOn = ({ days, from, to }: Entry, at: number): boolean => {
  const [day, second] = [Math.floor(at / DAY_SECONDS) % WEEK, at % DAY_SECONDS];
  if (from < to) return days.has(day) && second >= from && second < to;
  const dayBefore = (day + WEEK - 1) % WEEK;
  return (days.has(day) && second >= from) || (days.has(dayBefore) && second < to);
};

const entriesOf = ({ schedule = '' }: RawSettings): readonly Entry[] => {
  const read = entriesIn(schedule);
  return typeof read === 'string' ? [] : read;
};

const onAt = (entries: readonly Entry[], at: number): readonly Scheduled[] =>
  entries.filter((entry) => isOn(entry, at)).map(({ knob, value, text }) => ({ knob, value, text }));

/** The entries that hold at a moment, seconds since 1970. */
export const scheduledAt = (raw: RawSettings, at: number): readonly Scheduled[] => onAt(entriesOf(raw), at);

/** Parameters with values of a schedule in the place of their own. */
export const withScheduled = (raw: RawSettings, scheduled: readonly Scheduled[]): RawSettings => ({
  ...raw,
  ...Object.fromEntries(scheduled.map(({ knob, value }) => [knob, value])),
});

/** All sets of entries that hold together at some moment of a week, each once: what can be wrong, is wrong in one of them. */
export const allScheduled = (raw: RawSettings): readonly (readonly Scheduled[])[] => {
  const entries = entriesOf(raw);
  const moments = entries.flatMap(({ days, from, to }) =>
    [...days].flatMap((day) => [day * DAY_SECONDS + from, (day + (to < from ? 1 : 0)) * DAY_SECONDS + to]),
  );
  const sets = moments.map((at) => onAt(entries, at));
  return [...new Map(sets.map((set) => [JSON.stringify(set), set])).values()].filter((set) => set.length > 0);
};
