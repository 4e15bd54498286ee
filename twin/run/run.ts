import { setTimeout } from 'node:timers/promises';
import { offerKey } from '../../core/model/flavours.ts';
import type { LambdaName } from '../../lib/functions/bundling.ts';
import { HTTP_TIMEOUT_SECONDS } from '../../runtime/run/environment.ts';
import { fleetOf } from '../aws/ec2/list-bill.ts';
import type { Outcome } from '../aws/lambda/runtime-api.ts';
import { parameterEvent } from '../aws/ssm/events.ts';
import { startTimers, type TimerName, type Timers, tickCounter } from '../aws/timers.ts';
import type { Clock } from '../clock/clock.ts';
import type { Shown, ToldDecision } from '../report/sample.ts';
import { type Load, loadOf } from '../scenario/load.ts';
import type { Scenario } from '../scenario/schema.ts';
import { fleetNamesOf } from '../scenario/settings.ts';
import { faultWindows, scheduleFaults } from '../stage/faults.ts';
import { orphans } from '../stage/orphan.ts';
import { isSetting } from '../stage/parameters.ts';
import type { OpenSandbox, Sandbox } from '../stage/sandbox.ts';
import {
  deadLettersIn,
  doneOf,
  letterMetrics,
  pendingIn,
  plainIn,
  type Stage,
  setStage,
  usageMetrics,
} from '../stage/stage.ts';
import type { TwinAws } from '../stage/stage-aws.ts';
import { type Datum, metricsIn } from '../stage/watched.ts';
import type { World } from '../stage/world.ts';
import { gauge } from '../summary/gauge.ts';
import { givenUp } from '../summary/given-up.ts';
import { type Summary, summarize } from '../summary/summary.ts';
import { type PlayOptions, type Progress, play } from './play.ts';
import { standstill } from './standstill.ts';

export interface RunOptions extends PlayOptions {
  readonly seed: number;
  /** Hours of load; the scenario's own unless given. */
  readonly hours?: number | undefined;
  /** The jobs of the run; those of the scenario's traces unless given. */
  readonly load?: Load | undefined;
  /** How long the functions let PanDA and the endpoint take, real seconds; by the scenario's faults unless given. */
  readonly httpTimeoutSeconds?: number | undefined;
  /** Makes the functions of the run; the deployed ones on real wires unless given. */
  readonly openSandbox?: OpenSandbox;
  readonly show?: (shown: Shown) => void;
  /** Is called every simulated minute, for who wants no more of a run than to know when to end it. */
  readonly onMinute?: () => void;
  readonly onLog?: (name: LambdaName, line: string) => void;
  /** Hears where the AWS of the run is, before it begins; not of one without wires. */
  readonly onAws?: (aws: TwinAws) => void;
  /** What is waited for after the end, before the world is closed; absent: nothing. */
  readonly stay?: (() => Promise<void>) | undefined;
}

const SAMPLE_SECONDS = 60;

/**
 * How long the functions let PanDA and the endpoint take where PanDA is silent, real seconds: each tick of the silence
 * lasts that long, while simulated time stands still.
 */
const SILENT_HTTP_TIMEOUT_SECONDS = 0.5;

/** The deployed default would make half an hour of silence as long as two hours of a run. */
const httpTimeoutFor = ({ faults }: Scenario): number =>
  faults.some(
    (fault) =>
      (fault.kind === 'panda' && fault.mode === 'silent') ||
      (fault.kind === 'cloud-away' && fault.how === 'silent'),
  )
    ? SILENT_HTTP_TIMEOUT_SECONDS
    : HTTP_TIMEOUT_SECONDS;

const sampleRegularly = (clock: Clock, take: () => void): void => {
  const again = () => {
    take();
    clock.at(clock.now + SAMPLE_SECONDS, again);
  };
  clock.at(clock.now, again);
};

/** A Ctrl-C ends the bundler as well, and that may be known here so long before the signal is. */
const SIGNAL_MILLISECONDS = 500;

/** The wires of a run, loaded where a run has any: servers and a table take longer to load than a short model to play. */
const onWires: OpenSandbox = async (scenario, world, options) => {
  const { openSandbox } = await import('../stage/sandbox.ts');
  return openSandbox(scenario, world, options);
};

/** Who hears of each value of a metric. */
type Hearers = readonly ((datum: Datum) => void)[];

const open = async (
  scenario: Scenario,
  { world, queues, clock }: Stage,
  options: RunOptions & { readonly onNudge: () => void },
  hear: Hearers,
): Promise<Sandbox | undefined> => {
  const { seed, signal, onLog, httpTimeoutSeconds = httpTimeoutFor(scenario) } = options;
  const isAborted = () => signal?.aborted === true;
  if (isAborted()) return undefined;
  try {
    return await (options.openSandbox ?? onWires)(scenario, world, {
      seed,
      httpTimeoutSeconds,
      onLog(name, line) {
        onLog?.(name, line);
        if (hear.length > 0) for (const datum of metricsIn(line)) for (const one of hear) one(datum);
      },
      onParameter(change) {
        if (isSetting(change.name)) queues.settings.send(parameterEvent(change, clock.now));
      },
      onNudge: options.onNudge,
      news: queues,
    });
  } catch (error) {
    await setTimeout(SIGNAL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    if (isAborted()) return undefined;
    throw error;
  }
};

/** A decision with the machines that were launched for it: time has stood still since. */
const withLaunched = (told: ToldDecision, { ec2, elsewhere, clock }: World): ToldDecision => {
  if (told.of !== 'workers' || told.kind !== 'act') return told;
  const launched = [...ec2.live, ...(elsewhere?.live() ?? [])].filter(
    (instance) => instance.launchedAt === clock.now && fleetOf(instance) === told.whose,
  );
  if (launched.length === 0) return told;
  const kinds = Map.groupBy(launched, ({ offer }) => offerKey(offer));
  return {
    ...told,
    launched: [...kinds.values()].flatMap((of) =>
      of.slice(0, 1).map(({ offer: { flavour, zone, market } }) => ({
        ...{ count: of.length, flavour, zone, isSpot: market === 'spot' },
      })),
    ),
  };
};

const progressOf = (scenario: Scenario, stage: Stage) => (): Progress => {
  const { clock, world, load } = stage;
  const names = scenario.queues.map(({ name }) => name);
  const plain = plainIn(world);
  const jobsDone = names.reduce((sum, name) => sum + doneOf(world, name), plain.done);
  const running = plain.running > 0 || names.some((name) => world.panda.jobs.countsOf(name).running > 0);
  const servers = world.elsewhere?.openstack.servers.size ?? 0;
  const alive = world.ec2.live.size + world.ec2.sleeping.size + servers > 0 || pendingIn(stage) > 0;
  return {
    now: clock.now,
    jobsDone,
    anythingAlive: alive || running,
    isOver: !alive && jobsDone === load.jobs.length + load.plain.length,
  };
};

const openingOf = (
  scenario: Scenario,
  { seed, hours, startsAt }: { readonly seed: number; readonly hours: number; readonly startsAt: number },
): Extract<Shown, { kind: 'opening' }> => ({
  kind: 'opening',
  scenario: scenario.title,
  title: 'aerie on the embedded twin',
  startsAt,
  loadSeconds: hours * 3600,
  seed,
  queues: scenario.queues.map(({ name }) => name),
  fleets: fleetNamesOf(scenario),
  faults: faultWindows(scenario),
});

/** When the last job has come, and the last fault has ended: seconds since 1970. */
const endsOf = ({ startsAt, loadSeconds, faults }: ReturnType<typeof openingOf>) => ({
  loadEndsAt: startsAt + loadSeconds,
  faultsEndAt: startsAt + Math.max(0, ...faults.map(({ toSeconds }) => toSeconds)),
});

const standstillOf = ({ load }: Stage, ends: ReturnType<typeof endsOf>) =>
  standstill({
    ...ends,
    longestJobSeconds: [...load.jobs, ...load.plain].reduce(
      (longest, { runSeconds }) => Math.max(longest, runSeconds),
      0,
    ),
  });

const inASentence = ({ reader, body, why }: ReturnType<typeof deadLettersIn>[number]): string =>
  `The ${reader} function was given ${body} too often: ${why.join('; ')}.`;

/**
 * Runs a scenario to its end: its load, and then on until every job is done and no worker is left, or until it is clear
 * that this will never be; the summary then says so. The same scenario and seed give the same run. An aborted run
 * answers undefined.
 */
export const runScenario = async (scenario: Scenario, options: RunOptions): Promise<Summary | undefined> => {
  const { seed, hours = scenario.hours, show = () => {}, onMinute } = options;
  const hear = options.onMetric === undefined ? [] : [options.onMetric];
  const onMetric = (datum: Datum) => {
    for (const one of hear) one(datum);
  };
  const stage = setStage(scenario, seed, options.load ?? (await loadOf(scenario, hours)));
  const { clock, world, load, invocations } = stage;
  const startsAt = clock.now;
  const opening = openingOf(scenario, { seed, hours, startsAt });
  const ends = endsOf(opening);
  const still = standstillOf(stage, ends);
  const last = new Map<string, ToldDecision>();
  const counter = tickCounter((told) => {
    still.told(told);
    last.set(`${told.whose} ${told.of}`, told);
    if (options.show !== undefined) show({ kind: 'told', told: withLaunched(told, world) });
  });
  let timers: Timers;
  const sandbox = await open(scenario, stage, { ...options, onNudge: () => timers.nudge() }, hear);
  if (sandbox === undefined) return undefined;
  if (sandbox.onMetric !== undefined) hear.push(sandbox.onMetric);
  try {
    if (sandbox.aws !== undefined) options.onAws?.(sandbox.aws);
    show(opening);
    const take = gauge(scenario, world, startsAt);
    sampleRegularly(clock, () => {
      onMinute?.();
      if (options.show !== undefined) show({ kind: 'sample', ...take() });
      if (hear.length === 0) return;
      for (const datum of [...letterMetrics(stage), ...usageMetrics(stage, scenario)]) onMetric(datum);
    });
    const fire = (name: TimerName, event: unknown) => {
      const atSeconds = clock.now - startsAt;
      const done = (outcome: Outcome) => {
        if (name !== 'settings') counter.take(name, atSeconds, outcome);
      };
      invocations.push({ name, event, done });
    };
    timers = startTimers(clock, fire, { ...scenario, seed, hasPanda: scenario.queues.length > 0 });
    scheduleFaults(scenario, clock, {
      ...{ ...world, ...sandbox, functions: sandbox, timers, seed },
      launchOrphan: orphans(world.ec2),
    });
    const ending = await play(
      stage,
      sandbox,
      { progress: progressOf(scenario, stage), giveUp: still.look },
      { ...options, onMetric, hurriesFrom: Math.max(ends.loadEndsAt, ends.faultsEndAt) },
    );
    if (ending.kind === 'aborted') return undefined;
    const ec2Calls = [...sandbox.ec2Calls.values()].reduce((sum, calls) => sum + calls, 0);
    const letters = deadLettersIn(stage);
    const counts = { ...counter.counts(), ec2Calls, deadLetters: letters.length };
    const summary = {
      ...summarize({ scenario, load, seed, hours, startsAt }, world, counts),
      ...(letters.length === 0 ? {} : { deadLettersShown: letters.map(inASentence) }),
      ...(ending.kind === 'over' ? {} : givenUp(ending.why, stage, scenario, last)),
    };
    show({ kind: 'sample', ...take() });
    show({ kind: 'closing', summary });
    await options.stay?.();
    return summary;
  } finally {
    await sandbox.close();
  }
};
