import { planWorkers } from '../../core/decide/workers/plan.ts';
import type { WorkerDecision } from '../../core/model/decision.ts';
import { LINGER_AFTER_JOB_SECONDS } from '../../core/model/lifetimes.ts';
import { DEFAULT_FLEET } from '../../core/model/pool.ts';
import type { PlannedWake } from '../../core/model/wake.ts';
import { establish } from '../../core/observe/facts.ts';
import { shapeOf } from '../../core/settings/queue-settings.ts';
import { benchLedger } from '../aerie/ledger.ts';
import { fleetSettings, type Knobs, queueSettings } from '../aerie/settings.ts';
import { type BenchQueue, type BenchStage, momentOf, worldOf } from '../aerie/world.ts';
import type { Kind, Policy, PoolSight } from '../model/policy.ts';

/** How the deployed parts around the decision are set up. */
export interface Deployed {
  readonly name: string;
  /** Knobs of the queue of a kind, and of its fleet. */
  readonly knobs: (kind: Kind) => Knobs;
  readonly mostCores: number;
  readonly tickSeconds: number;
  readonly rescheduleSeconds?: number;
  /** Workers sleep when nothing claims them; absent: they end. */
  readonly sleeps?: boolean;
  /** How soon queue 2 looks after a job has come, if it is told of that; absent: with its next tick. */
  readonly newsSeconds?: number;
  /** Each queue has a fleet of its own; else all share one, whose knobs are those of the first. */
  readonly apart?: boolean;
  /** How long before it a landing is known that is known at all; absent: the site tells of none. */
  readonly knownSecondsAhead?: number;
}

/** The audit lists every instance. */
const AUDIT_SECONDS = 600;

type Acting = Extract<WorkerDecision, { kind: 'act' }>;
const isActing = (decision: WorkerDecision): decision is Acting => decision.kind === 'act';

const stageOf = (kinds: readonly Kind[], { apart, knobs }: Deployed): BenchStage => {
  const queues: readonly BenchQueue[] = kinds.map((kind, index) => {
    const settings = queueSettings(kind, apart === true ? kind.queue : DEFAULT_FLEET, knobs(kind));
    return { settings, kind: index, shape: shapeOf(settings) };
  });
  const fleet = (name: string, kind: Kind, of: readonly BenchQueue[]) =>
    fleetSettings(
      name,
      knobs(kind),
      of.map(({ shape }) => shape),
    );
  const own = queues.flatMap((queue) => {
    const kind = kinds[queue.kind];
    return kind === undefined ? [] : [fleet(kind.queue, kind, [queue])];
  });
  const [first] = kinds;
  return {
    queues,
    fleets: apart === true || first === undefined ? own : [fleet(DEFAULT_FLEET, first, queues)],
  };
};

/**
 * aerie: the very `planWorkers` that the Lambda calls, given a world made of what every policy of the bench may see.
 * Its workers end themselves after the linger that their launch was tagged with.
 */
export const aerie = (deployed: Deployed): Policy => ({
  name: deployed.name,
  periodSeconds: deployed.tickSeconds,
  registerTimeoutSeconds: 0,
  ...(deployed.rescheduleSeconds === undefined ? {} : { rescheduleSeconds: deployed.rescheduleSeconds }),
  ...(deployed.newsSeconds === undefined ? {} : { wakeSeconds: deployed.newsSeconds }),
  mostCores: deployed.mostCores,
  lanes: deployed.apart === true,
  powerOff: true,
  looksAtMembers: true,
  start(hands) {
    const stage = stageOf(hands.kinds, deployed);
    const laneOf = new Map(stage.fleets.map(({ name }, lane) => [name, lane]));
    const ledger = benchLedger();
    const { knownSecondsAhead = 0 } = deployed;
    const landing = (kind: number, from: number) => hands.landsAt(kind, from, knownSecondsAhead);
    const world = worldOf(stage, ledger.recordOf, landing);

    /** Sleepers that are started: one call for each type and for each set of new tags, and one for each that is another type then. */
    const wake = (wakes: readonly PlannedWake[]) => {
      for (const planned of wakes) {
        const { instanceId, offers } = planned;
        const machine = ledger.machineOf(instanceId);
        const record = machine === undefined ? undefined : ledger.recordOf(machine);
        if (machine === undefined || record === undefined) continue;
        ledger.woken(planned, hands.now);
        const outcome = hands.wake(machine, {
          cores: offers.cpus,
          ...(record.width === undefined ? {} : { width: record.width }),
          ...(record.firstWidth === undefined ? {} : { firstWidth: record.firstWidth }),
        });
        if (outcome === 'refused') ledger.refused(planned, hands.now);
        if (outcome === 'unasked') ledger.moved(instanceId, { kind: 'unwoken', at: momentOf(hands.now) });
      }
      const types = new Set(wakes.map(({ offer }) => offer.flavour)).size;
      const resized = wakes.filter(({ isResized }) => isResized === true).length;
      const tagged = new Set(wakes.flatMap(({ tags }) => (tags === undefined ? [] : [JSON.stringify(tags)])))
        .size;
      hands.calls(types + resized + tagged);
    };
    const letStop = (ids: readonly string[]) => {
      for (const instanceId of ids) {
        const machine = ledger.machineOf(instanceId);
        if (machine === undefined) continue;
        hands.letStop([machine]);
        ledger.letStop(instanceId);
      }
      hands.calls(ids.length);
    };
    const act = ({ launches, retirements, wakes = [], mayStop = [] }: Acting) => {
      wake(wakes);
      for (const launch of launches) {
        const { request, offers } = launch;
        const machines = hands.launch(offers.cpus, request.count, {
          lane: laneOf.get(request.fleet) ?? 0,
          market: request.market,
          ...(request.width === undefined ? {} : { width: request.width }),
          ...(request.firstWidth === undefined ? {} : { firstWidth: request.firstWidth }),
        });
        ledger.launched(machines, launch, hands.now);
        hands.calls(1);
      }
      for (const { instanceId, step, cause } of retirements) {
        const machine = ledger.machineOf(instanceId);
        if (machine === undefined) continue;
        if (step === 'undrain')
          throw new Error('nothing in the bench lowers a cap, so no drain is taken back');
        if (step === 'drain') hands.close([machine]);
        else hands.terminate([machine]);
        if (cause.kind === 'never-joined') ledger.neverJoined(instanceId);
        const at = momentOf(hands.now);
        ledger.moved(instanceId, { kind: step === 'drain' ? 'drained' : 'ended-asked', at, cause });
      }
      const ended = retirements.filter(({ step }) => step === 'terminate').length;
      hands.calls(Math.ceil(ended / 1000));
      letStop(mayStop);
    };
    const tick = (sight: PoolSight) => {
      const seen = world(sight, hands.now);
      const known = ledger.reconciled(seen.view);
      hands.calls(ledger.describeCalls(known.workers, seen.view, hands.now));
      if (hands.now % AUDIT_SECONDS < deployed.tickSeconds) {
        hands.calls(1 + Math.floor(hands.machines.size / 1000));
      }
      const established = establish(seen);
      if (!established.ok) return;
      const decisions = planWorkers({ ...seen, facts: established.facts, ledger: known });
      for (const decision of decisions) if (isActing(decision)) act(decision);
    };
    return {
      cycle() {
        const sight = hands.view();
        // Between two minutes only launches matter, and where nobody waits there are none.
        const quiet = knownSecondsAhead === 0 && sight.queued.every((jobs) => jobs === 0);
        if (!quiet || hands.now % 60 < deployed.tickSeconds) tick(sight);
      },
      wake: () => tick(hands.view()),
      powerOffAfter(machine) {
        // Such a one was tagged anew at its first wake.
        const isQuick = machine.mayStop && machine.hasRun && machine.startedAt > machine.launchedAt;
        return isQuick ? LINGER_AFTER_JOB_SECONDS : ledger.lingerOf(machine);
      },
      reclaimed: (machine) => ledger.reclaimed(machine, hands.now),
    };
  },
});
