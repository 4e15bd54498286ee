import {
  CALL_FATES,
  type Fault,
  type Script,
  SITE_MOMENTS,
  SITE_WINDOWS,
  type WindowName,
} from './script.ts';

/** Jobs enough for launches of both fleets on the OpenStack at a minute, and for servers that are off soon after. */
const jobsAt = (minute: number, runMinutes = 3): readonly Fault[] => [
  { kind: 'jobs', queue: 'PRICED', minute, count: 8, runMinutes },
  { kind: 'jobs', queue: 'UNPRICED', minute, count: 4, runMinutes },
];

/** Windows that can be one after the other in a storm of ninety minutes, with jobs and the ends of servers in each. */
const WINDOW_MINUTES = 18;
const AT_MINUTES = [2, 24, 46, 68] as const;

const oneAfterTheOther = (windows: readonly WindowName[], index: number): Script => ({
  seed: 300 + index,
  hasSite: true,
  faults: windows.flatMap((what, nth): readonly Fault[] => {
    const fromMinute = AT_MINUTES[nth] ?? 0;
    return [
      { kind: 'window', what, fromMinute, minutes: WINDOW_MINUTES },
      ...jobsAt(fromMinute + 1),
      ...jobsAt(fromMinute + 11),
    ];
  }),
});

const inFours = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / 4) }, (_, nth) => all.slice(4 * nth, 4 * nth + 4));

/** A server that is in error and runs on has a job by then of which everybody knows. */
const LONG_MINUTES = 15;

/** What happens to single servers, some of which are off by then; at last several are deleted while lists still show them. */
const MOMENTS: Script = {
  seed: 310,
  hasSite: true,
  faults: [
    ...SITE_MOMENTS.flatMap((what, nth): readonly Fault[] => [
      { kind: 'moment', what, minute: 12 + 11 * nth, which: nth },
      ...jobsAt(2 + 11 * nth, what === 'server in error runs on' ? LONG_MINUTES : undefined),
    ]),
    { kind: 'window', what: 'lists lag', fromMinute: 60, minutes: 30 },
    ...Array.from({ length: 12 }, (_, nth): Fault => {
      return { kind: 'moment', what: 'server deleted by hand', minute: 64 + 2 * nth, which: nth };
    }),
  ],
};

/** Requests arrive after whoever sent them has given them up; and the quota is short while servers are off, or broken. */
const LATE_AND_SHORT: Script = {
  seed: 312,
  hasSite: true,
  faults: [
    { kind: 'window', what: 'Nova hears late', fromMinute: 2, minutes: 42 },
    ...[3, 12, 21, 30, 39].flatMap(jobsAt),
    { kind: 'window', what: 'quota of the project', fromMinute: 46, minutes: 34 },
    { kind: 'window', what: 'servers find no host', fromMinute: 46, minutes: 10 },
    ...[47, 58, 67, 74].flatMap(jobsAt),
  ],
};

/** The calls of a launch are struck one after the other: the key pair, the request, what is looked at in between. */
const CALLS: Script = {
  seed: 311,
  hasSite: true,
  faults: CALL_FATES.flatMap((fate, nth): readonly Fault[] => [
    ...jobsAt(3 + 9 * nth),
    { kind: 'call', of: 'workers', fromMinute: 4 + 9 * nth, call: 24 + nth, fate },
    { kind: 'tick', of: 'workers', minute: 5 + 9 * nth, fate: 'twice at once', seconds: 1 },
  ]),
};

/** Scripts that between them bring about all that is an OpenStack's own. */
export const EVERY_SITE: readonly Script[] = [
  ...inFours(SITE_WINDOWS).map(oneAfterTheOther),
  MOMENTS,
  LATE_AND_SHORT,
  CALLS,
];
