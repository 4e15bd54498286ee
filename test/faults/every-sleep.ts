import type { QueueName } from './queues.ts';
import type { Fault, Script, WindowName } from './script.ts';

/** The minutes at which jobs come: short ones, so that their workers sleep when the next come. */
const WAVES = [16, 31, 46, 61, 76] as const;

/** Narrow workers are wanted each time, and of the shared fleet large ones and small ones in turn: these wake as another size. */
const waves: readonly Fault[] = WAVES.flatMap((minute, nth): readonly Fault[] => {
  const shared: QueueName = nth % 2 === 0 ? 'SMALL' : 'LARGE';
  return [
    { kind: 'jobs', queue: 'NARROW', minute, count: 6, runMinutes: 3 },
    { kind: 'jobs', queue: shared, minute, count: shared === 'SMALL' ? 8 : 3, runMinutes: 3 },
  ];
});

const during = (what: WindowName, fromMinute: number, minutes: number): Fault => ({
  kind: 'window',
  ...{ what, fromMinute, minutes },
});

/** At each wave EC2 refuses something of what wakes, or lets sleep; and somebody ends sleepers. */
const WAKES_REFUSED: Script = {
  seed: 210,
  faults: [
    ...waves,
    during('sleep refused', 2, 10),
    ...[0, 1].map((which): Fault => ({ kind: 'moment', what: 'sleeper ended by hand', minute: 29, which })),
    during('wakes refused by name', 30, 5),
    during('sizes refused', 45, 5),
    during('wakes refused without a name', 60, 5),
    during('tags refused', 75, 5),
  ],
};

/** Ticks come twice, and both want to wake the same workers while EC2 starts some of them and others not. */
const WOKEN_BY_TWO: Script = {
  seed: 214,
  faults: [
    ...waves,
    ...WAVES.flatMap((wave): readonly Fault[] => [
      during('wakes refused by name', wave, 4),
      ...[0, 1, 2].map(
        (after): Fault => ({
          ...{ kind: 'tick', of: 'workers', minute: wave + after, seconds: 1 },
          fate: after === 1 ? 'repeated' : 'twice at once',
        }),
      ),
    ]),
  ],
};

/** Machines that were started again do not come, or lose their power once more. */
const WAKES_FAIL: Script = {
  seed: 211,
  faults: [
    ...waves,
    during('wakes never join', 30, 10),
    during('wakes power off', 60, 6),
    ...[32, 33].map((minute): Fault => ({ kind: 'moment', what: 'sleeper ended by hand', minute, which: 7 })),
  ],
};

/** Somebody starts sleepers, while nothing is heard of it; workers fall asleep unheard, and one hangs. */
const BY_HAND: Script = {
  seed: 212,
  faults: [
    ...waves,
    during('events lost', 20, 55),
    { kind: 'moment', what: 'worker hangs', minute: 20, which: 0 },
    ...[0, 1, 2].map(
      (which): Fault => ({ kind: 'moment', what: 'sleeper started by hand', minute: 28, which }),
    ),
  ],
};

/** Workers that drain power themselves off while ticks hold; then fewer may sleep, and then none. */
const ASLEEP_WHILE_DRAINING: Script = {
  seed: 213,
  faults: [
    ...waves,
    { kind: 'settings', what: 'drained', queue: 'SMALL', fromMinute: 19, minutes: 7 },
    during('view partial', 20, 6),
    { kind: 'settings', what: 'fewer may sleep', queue: 'NARROW', fromMinute: 40, minutes: 15 },
    { kind: 'settings', what: 'none may sleep', queue: 'SMALL', fromMinute: 60, minutes: 20 },
    // A new template comes when all are asleep.
    { kind: 'moment', what: 'new template', minute: 59, which: 0 },
  ],
};

/** Scripts that between them bring every step about that a worker takes into its sleep and out of it. */
export const EVERY_SLEEP: readonly Script[] = [
  WAKES_REFUSED,
  WOKEN_BY_TWO,
  WAKES_FAIL,
  BY_HAND,
  ASLEEP_WHILE_DRAINING,
];
