import * as z from 'zod';
import { CLOUD_NAME, EC2 } from '../model/clouds.ts';
import { eachOnce, type Flavour, parseFlavour } from '../model/flavours.ts';
import { type AnyFlavour, parseAny } from './any-flavour.ts';
import { type Knob, oneOf, whole, wholeOr } from './knob.ts';
import { MONEY_KNOBS } from './money-knobs.ts';
import { SCHEDULE } from './schedule.ts';

/** Splits at the commas between flavours, not at those inside `g5.xlarge(4c,16384m,1g)`. */
const FLAVOUR_SEPARATOR = /,(?![^(]*\))/;

const ONE_FLAVOUR =
  '(any\\([0-9cm, -]+\\)|[a-z0-9-]+\\.[a-z0-9-]+|[A-Za-z0-9][A-Za-z0-9._-]*\\([0-9cmg,]+\\))';

/** A type by its name, or any of some cores and memory. */
export type WishedFlavour = Flavour | AnyFlavour;

const flavours: Knob<readonly WishedFlavour[]> = {
  description:
    'EC2 instance types that may be launched, separated by commas. The size that suits a pilot is taken (the smallest, unless worker-overhead-percent or the number wanted at once says otherwise), and all of that size are offered to EC2 together. Types outside the plain c, m and r families are written out: g5.xlarge(4c,16384m,1g). Instead of names, any(2c), any(2-8c) or any(2-8c, 8192m) stands for types of so many cores (up to four times as many where no end is given, 16 at most) and at least so much memory: of each size the eight that are cheapest by the list prices of the region, among those of the plain c, m and r families (Intel and AMD) that hold the most of the pilots of its queues.',
  fallback: 'm6i.large, m6a.large, m5.large, m6i.2xlarge, m6a.2xlarge, m5.2xlarge',
  pattern: `^\\s*${ONE_FLAVOUR}(\\s*,\\s*${ONE_FLAVOUR})*\\s*$`,
  allowed: 'instance types such as m6i.large, m6a.large, g5.xlarge(4c,16384m,1g) or any(2-8c, 8192m)',
  schema: z.string().transform((text, context) => {
    const names = text.split(FLAVOUR_SEPARATOR).map((name) => name.trim());
    const parsed = names.map((name) => parseAny(name) ?? parseFlavour(name));
    const bad = names.filter((_, index) => parsed[index] === undefined);
    if (bad.length > 0) {
      context.addIssue({
        code: 'custom',
        message: `${bad.map((name) => `"${name}"`).join(', ')} is no flavour aerie knows the size of; write it out as name(4c,16384m), or any of 1 to 16 cores as any(2-8c)`,
      });
      return z.NEVER;
    }
    const wished = parsed.filter((flavour) => flavour !== undefined);
    const { flavours: once, contradiction } = eachOnce(wished.filter((flavour) => 'name' in flavour));
    if (contradiction === undefined) return [...once, ...wished.filter((flavour) => !('name' in flavour))];
    context.addIssue({ code: 'custom', message: contradiction });
    return z.NEVER;
  }),
};

const DAY = 86_400;

/**
 * The knobs of a fleet, each one SSM parameter: `/aerie/<stage>/fleets/<fleet>/<knob>`. This table is the only place that
 * knows them, as that of queues is for theirs.
 */
export const FLEET_KNOBS = {
  state: oneOf(
    ['active', 'paused', 'drain'],
    'active: workers follow the load. paused: nothing is launched; what runs goes on. drain: nothing is launched, and every worker is drained and ended.',
    'active',
  ),
  mode: oneOf(
    ['live', 'shadow'],
    'live: what is decided is done. shadow: it is decided and told, with what it would cost, and no machine is launched, woken, put to sleep, drained or ended; the audit ends and adopts none of the fleet either. The machines that it would launch count nowhere: each decision says what it would ask for at that moment, from the facts of that moment.',
    'live',
  ),
  flavours,
  cloud: {
    description:
      'The cloud that the machines of this fleet come from: ec2, or the name of a cloud of the stage ("clouds" in its block). On an OpenStack flavours are written out, m1.large(4c,8192m), and market is on-demand. Workers that the fleet has when this changes leave as those of an older template do.',
    fallback: EC2,
    pattern: `^${CLOUD_NAME}$`,
    allowed: 'ec2, or the name of a cloud of the stage',
    schema: z.string().regex(new RegExp(`^${CLOUD_NAME}$`)),
  },
  market: oneOf(
    ['on-demand', 'spot', 'spot-first', 'spot-if-cheaper'],
    'Which EC2 capacity to buy; spot-first turns to on-demand while every spot offer is refused. spot-if-cheaper does so too, and leaves out spot where interruptions are expected to cost more than it saves.',
    'on-demand',
  ),
  rebalance: oneOf(
    ['ignore', 'drain'],
    'The answer to a rebalance recommendation, which EC2 sends when it may take a spot machine back sooner than usual; many that get one run on for hours. drain: it takes no new pilots and ends when it is empty. An interruption warning drains it in any case.',
    'ignore',
  ),
  'capacity-reservations': oneOf(
    ['ignore', 'first'],
    "first: on-demand launches use the account's unused capacity reservations first (EC2's use-capacity-reservations-first), which are paid for in any case. The rest is launched as ever. Spot has none.",
    'ignore',
  ),
  'max-workers': whole(0, 100_000, 20, 'Cap on live and booting workers of this fleet.'),
  'max-cores': whole(0, 1_000_000, 1_000_000, 'Cap on vCPUs of live and booting workers of this fleet.'),
  'max-booting': whole(
    1,
    100_000,
    100_000,
    'Most workers of this fleet that boot at once: what a site mirror, a squid or a licence server can stand.',
  ),
  'max-asleep': whole(
    0,
    100_000,
    100_000,
    'Most workers of this fleet that may be asleep: powered off, with their disks kept, so that they are back in half a minute. Never more than max-workers: nobody could wake them. 0: workers end when they power themselves off. On demand only.',
  ),
  'min-workers': whole(
    0,
    10_000,
    0,
    'Workers that are kept whatever waits, of the size for the widest of the pilots: they do not power themselves off when idle, and are replaced when they leave. At most max-workers, at every time of the schedule.',
  ),
  'max-launch-per-tick': whole(1, 1_000, 100, 'Most workers launched for this fleet in one tick.'),
  'worker-overhead-percent': wholeOr(
    'auto',
    whole(
      0,
      1_000,
      0,
      "The part of a worker's cost that does not depend on its size, in percent of one core. auto: what its disk and its public address come to at list prices, in the stage's region and network, over the cheapest core of the fleet's flavours; 100 GiB and an address are about a third of a core. The smallest workers are the cheapest until this is high: at 40, one-core pilots get two-core workers. Traffic through a NAT gateway is not in it: that goes with the jobs, whatever the size.",
    ),
  ),
  'linger-seconds': whole(
    60,
    DAY,
    180,
    'How long a worker stays unclaimed before it powers itself off. Keep it at two negotiator intervals or more. One that may sleep stays for 30 s once it has run a job.',
  ),
  'join-deadline-seconds': whole(
    120,
    7_200,
    900,
    'How long a worker may take from its launch to its slot in the collector, before it is ended. Once enough workers have joined, the deadline is learned from them; it is never later than this.',
  ),
  'max-life-seconds': whole(
    3_600,
    30 * DAY,
    7 * DAY,
    'Age at which a worker has to be gone; it takes no pilots that could outlast it.',
  ),
  'drain-deadline-seconds': whole(
    0,
    30 * DAY,
    3 * DAY,
    'How long a draining worker may finish its jobs before it is ended with them.',
  ),
  'roll-percent': whole(
    0,
    100,
    10,
    'Share of the workers, in percent, that may leave at a time because their image or user-data is no longer the one deployed; one at least. 0: they stay until they end by themselves.',
  ),
  widths: oneOf(
    ['mixed', 'apart'],
    'mixed: jobs of different numbers of cores share workers, and fewer cores stay empty. apart: a worker takes jobs of one number of cores only, so that wide ones never wait for narrow ones to leave.',
    'mixed',
  ),
  'job-wall-seconds': whole(
    60,
    30 * DAY,
    DAY,
    'How long a job that is no pilot is taken to run, if it does not say so itself (+AerieWallSeconds). A worker with less life left does not take it.',
  ),
  'burst-after-seconds': whole(
    0,
    7 * DAY,
    0,
    'How long a job that is no pilot waits before a machine is launched for it. A pool with machines of its own gives them the time to take it.',
  ),
  ...MONEY_KNOBS,
  schedule: SCHEDULE,
} as const satisfies Record<string, Knob<unknown>>;
