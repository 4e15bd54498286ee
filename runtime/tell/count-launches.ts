import type { EndReply, LaunchOutcome, LetStopReply, RefusalClass } from '../../core/model/launch.ts';
import type { WakeReply } from '../../core/model/wake.ts';
import type { Cloud } from '../../core/ports.ts';
import type { MetricName } from '../../core/tell/metrics.ts';
import type { Count } from './tally.ts';

const METRIC: Readonly<Record<RefusalClass, MetricName>> = {
  capacity: 'RefusedForCapacity',
  quota: 'RefusedForQuota',
  unsupported: 'RefusedAsUnsupported',
  configuration: 'RefusedForConfiguration',
  throttled: 'LaunchesThrottled',
  caller: 'CallsUnheard',
};

/** A fleet that came out whole has lacked nothing, whatever was short in one of its places. */
const ONLY_IF_SHORT: ReadonlySet<RefusalClass> = new Set(['capacity', 'quota']);
/** Said of each place of a fleet, and the same for all of them. */
const ONCE_A_LAUNCH: ReadonlySet<RefusalClass> = new Set(['throttled', 'caller']);

type Counted = readonly (readonly [MetricName, number])[];

const ofAnswered = (
  { launched, refused }: Extract<LaunchOutcome, { kind: 'answered' }>,
  asked: number,
): Counted =>
  [...Map.groupBy(refused, (refusal) => refusal.class)]
    .filter(([kind]) => !(ONLY_IF_SHORT.has(kind) && launched.length >= asked))
    .map(([kind, all]) => [METRIC[kind], ONCE_A_LAUNCH.has(kind) ? 1 : all.length]);

/** What the outcome of a launch of so many workers counts as. */
const countedAs = (outcome: LaunchOutcome, asked: number): Counted => {
  switch (outcome.kind) {
    case 'answered':
      return ofAnswered(outcome, asked);
    case 'throttled':
      return [['LaunchesThrottled', 1]];
    case 'unheard':
      return [['CallsUnheard', 1]];
    case 'rejected':
      return [[METRIC[outcome.class], 1]];
    case 'mismatched':
      return [['RefusedForConfiguration', 1]];
    case 'spent':
    case 'unclear':
      return [];
    default:
      return outcome satisfies never;
  }
};

/** What came of wakes counts as: a machine that EC2 does not have now is launched elsewhere, and lacks nobody. */
const ofWakes = ({ refused, throttled }: WakeReply): Counted => [
  ['WakesRefused', refused.length],
  ...(refused.some((of) => of.class === 'configuration') ? ([[METRIC.configuration, 1]] as const) : []),
  ...(throttled === undefined ? [] : ([[METRIC.throttled, 1]] as const)),
];

/** Workers that are not let sleep end, and lack nobody; why EC2 calls that wrong is for a person, as of a launch. */
const ofSleeps = ({ refused }: LetStopReply): Counted =>
  refused.some((of) => of.class === 'configuration') ? [[METRIC.configuration, 1]] : [];

/** The same EC2, with what it refuses counted. */
export const countedCloud = (cloud: Cloud, count: Count): Cloud => {
  const heard = <Reply extends Pick<EndReply, 'unheard'>>(reply: Reply): Reply => {
    if (reply.unheard !== undefined) count('CallsUnheard', 1);
    return reply;
  };
  return {
    ...cloud,
    async launch(request) {
      const outcome = await cloud.launch(request);
      for (const [name, by] of countedAs(outcome, request.count)) count(name, by);
      return outcome;
    },
    async wake(wakes, hasTime) {
      const reply = heard(await cloud.wake(wakes, hasTime));
      for (const [name, by] of ofWakes(reply)) count(name, by);
      return reply;
    },
    async letStop(instanceIds, hasTime) {
      const reply = heard(await cloud.letStop(instanceIds, hasTime));
      for (const [name, by] of ofSleeps(reply)) count(name, by);
      return reply;
    },
    terminate: async (instanceIds, hasTime) => heard(await cloud.terminate(instanceIds, hasTime)),
  };
};
