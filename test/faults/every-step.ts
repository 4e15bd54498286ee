import { EVERY_SITE } from './every-site.ts';
import { EVERY_SLEEP } from './every-sleep.ts';
import type { Fault, Script, WindowName } from './script.ts';
import {
  CALL_FATES,
  EVENT_FATES,
  FLEET_SETTINGS,
  MOMENTS,
  QUEUE_SETTINGS,
  TICK_FATES,
  WINDOWS,
} from './script.ts';

/** Jobs enough for launches of both queues at a minute, and for ends half an hour later. */
const jobsAt = (minute: number): readonly Fault[] => [
  { kind: 'jobs', queue: 'NARROW', minute, count: 8, runMinutes: 8 },
  { kind: 'jobs', queue: 'WIDE', minute, count: 3, runMinutes: 8 },
];

/** Windows that can be one after the other in a storm of ninety minutes, with jobs in each. */
const WINDOW_MINUTES = 26;
const AT_MINUTES = [2, 30, 58] as const;

const oneAfterTheOther = (windows: readonly WindowName[], index: number): Script => ({
  seed: 100 + index,
  faults: windows.flatMap((what, nth): readonly Fault[] => {
    const fromMinute = AT_MINUTES[nth] ?? 0;
    return [
      { kind: 'window', what, fromMinute, minutes: WINDOW_MINUTES },
      ...jobsAt(fromMinute + 2),
      ...jobsAt(fromMinute + 14),
    ];
  }),
});

const inThrees = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / 3) }, (_, nth) => all.slice(3 * nth, 3 * nth + 3));

/** Workers are launched all the while, so that some audit comes before EC2 shows them. */
const CALLS: Script = {
  seed: 200,
  faults: [
    { kind: 'window', what: 'EC2 shows late', fromMinute: 2, minutes: 40 },
    ...CALL_FATES.flatMap((fate, nth): readonly Fault[] => [
      { kind: 'call', of: 'workers', fromMinute: 5 + 8 * nth, call: 4, fate },
      ...jobsAt(4 + 8 * nth),
    ]),
  ],
};

const TICKS_AND_EVENTS: Script = {
  seed: 201,
  faults: [
    ...jobsAt(10),
    ...jobsAt(50),
    ...TICK_FATES.map(
      (fate, nth): Fault => ({ kind: 'tick', of: 'workers', minute: 10 + 5 * nth, fate, seconds: 58 }),
    ),
    ...EVENT_FATES.map((fate): Fault => ({ kind: 'event', fromMinute: 5, fate, minutes: 3 })),
  ],
};

const MOMENTS_OF_ALL_KINDS: Script = {
  seed: 202,
  faults: MOMENTS.flatMap((what, nth): readonly Fault[] => [
    { kind: 'moment', what, minute: 12 + 8 * nth, which: nth },
    ...jobsAt(3 + 8 * nth),
  ]),
};

/** Fleets that are drained or removed lose workers; of their ends nothing is heard. */
const SETTINGS_OF_ALL_KINDS: Script = {
  seed: 203,
  faults: [
    { kind: 'window', what: 'events lost', fromMinute: 20, minutes: 68 },
    ...FLEET_SETTINGS.flatMap((what, nth): readonly Fault[] => [
      { kind: 'settings', what, queue: 'NARROW', fromMinute: 6 + 12 * nth, minutes: 8 },
      ...jobsAt(3 + 12 * nth),
    ]),
  ],
};

const spotIsTaken = (minute: number, which: number): Fault => ({
  kind: 'moment',
  what: 'spot warning',
  minute,
  which,
});

/** Pilots of a queue that is turned wait for the fleet that it named before, with old workers and new ones. */
const QUEUES_TURNED: Script = {
  seed: 208,
  hasOld: true,
  faults: QUEUE_SETTINGS.flatMap((what, nth): readonly Fault[] => [
    { kind: 'settings', what, queue: 'SMALL', fromMinute: 6 + 20 * nth, minutes: 9 },
    { kind: 'jobs', queue: 'SMALL', minute: 3 + 20 * nth, count: 12, runMinutes: 6 },
    { kind: 'jobs', queue: 'LARGE', minute: 4 + 20 * nth, count: 4, runMinutes: 8 },
  ]),
};

/** A cap that narrow and wide jobs want at once, again and again. */
const SHARED_AT_THE_CAP: Script = {
  seed: 209,
  hasOld: true,
  faults: [2, 16, 30, 44, 58, 72].flatMap((minute): readonly Fault[] => [
    { kind: 'jobs', queue: 'SMALL', minute, count: 14, runMinutes: 9 },
    { kind: 'jobs', queue: 'LARGE', minute: minute + 1, count: 6, runMinutes: 9 },
    spotIsTaken(minute + 6, minute),
  ]),
};

/** EC2 is asked to end what has not joined by its deadline, ten minutes after its launch. */
const ENDS_REFUSED: Script = {
  seed: 204,
  faults: [
    ...jobsAt(3),
    { kind: 'window', what: 'workers never join', fromMinute: 2, minutes: 55 },
    { kind: 'window', what: 'ends refused by name', fromMinute: 10, minutes: 20 },
    { kind: 'window', what: 'ends refused without a name', fromMinute: 32, minutes: 25 },
  ],
};

/** Ticks that launch are killed at one call after another: some of them between an intent and its launch. */
const KILLED_WITH_INTENTS: Script = {
  seed: 207,
  faults: Array.from({ length: 10 }, (_, nth): readonly Fault[] => [
    { kind: 'jobs', queue: 'NARROW', minute: 3 + 8 * nth, count: 7, runMinutes: 2 },
    { kind: 'jobs', queue: 'WIDE', minute: 3 + 8 * nth, count: 3, runMinutes: 2 },
    { kind: 'call', of: 'workers', fromMinute: 3 + 8 * nth, call: 16 + nth, fate: 'killed before the call' },
  ]).flat(),
};

/** EC2 warns of spot workers that have not joined yet, and of others that the view has lost. */
const WARNED_UNSEEN: Script = {
  seed: 205,
  faults: [
    { kind: 'jobs', queue: 'WIDE', minute: 3, count: 4, runMinutes: 25 },
    spotIsTaken(5, 0),
    spotIsTaken(6, 1),
    { kind: 'jobs', queue: 'WIDE', minute: 30, count: 4, runMinutes: 25 },
    { kind: 'window', what: 'view without half of the workers', fromMinute: 40, minutes: 14 },
    ...[0, 1, 2, 3].map((which) => spotIsTaken(46 + which, which)),
  ],
};

/** A worker that somebody protects shortly before the calm, in which the protection is lifted. */
const PROTECTED_AT_LAST: Script = {
  seed: 206,
  faults: [
    ...jobsAt(70),
    ...[0, 1, 2].map((which): Fault => ({ kind: 'moment', what: 'worker protected', minute: 80, which })),
  ],
};

/**
 * Scripts that between them bring every fault about, and every step of a worker's life: what must happen is played
 * first, whatever is drawn afterwards.
 */
/** Workers of an old template are drained, EC2 takes no end of theirs, and they switch themselves off meanwhile. */
const ENDS_ASLEEP: Script = {
  seed: 210,
  faults: [
    { kind: 'jobs', queue: 'NARROW', minute: 20, count: 11, runMinutes: 2 },
    { kind: 'jobs', queue: 'NARROW', minute: 27, count: 11, runMinutes: 3 },
    { kind: 'moment', what: 'new template', minute: 31, which: 0 },
    { kind: 'window', what: 'caller not accepted', fromMinute: 33, minutes: 25 },
  ],
};

export const EVERY_STEP: readonly Script[] = [
  ...inThrees(WINDOWS).map(oneAfterTheOther),
  CALLS,
  TICKS_AND_EVENTS,
  MOMENTS_OF_ALL_KINDS,
  SETTINGS_OF_ALL_KINDS,
  QUEUES_TURNED,
  SHARED_AT_THE_CAP,
  ENDS_REFUSED,
  KILLED_WITH_INTENTS,
  WARNED_UNSEEN,
  PROTECTED_AT_LAST,
  ENDS_ASLEEP,
  ...EVERY_SLEEP,
  ...EVERY_SITE,
];
