import { planWorkers } from '../../core/decide/workers/plan.ts';
import type { WorkerDecision } from '../../core/model/decision.ts';
import { DEFAULT_FLEET } from '../../core/model/pool.ts';
import { establish } from '../../core/observe/facts.ts';
import { shapeOf } from '../../core/settings/queue-settings.ts';
import { benchLedger } from '../aerie/ledger.ts';
import { fleetSettings, type Knobs, queueSettings } from '../aerie/settings.ts';
import { type BenchQueue, type BenchStage, momentOf, worldOf } from '../aerie/world.ts';
import type { Kind, Policy } from '../model/policy.ts';

/** How the deployed parts around the decision are set up. */
export interface Deployed {
  readonly name: string;
  /** Knobs of the queue of a kind, and of its fleet. */
  readonly knobs: (kind: Kind) => Knobs;
  readonly mostCores: number;
  readonly tickSeconds: number;
  readonly rescheduleSeconds?: number;
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

    const act = ({ launches, retirements }: Acting) => {
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
    };
    return {
      cycle() {
        const sight = hands.view();
        // Between two minutes only launches matter, and where nobody waits there are none.
        const quiet = knownSecondsAhead === 0 && sight.queued.every((jobs) => jobs === 0);
        if (quiet && hands.now % 60 >= deployed.tickSeconds) return;
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
      },
      powerOffAfter: ledger.lingerOf,
      reclaimed: (machine) => ledger.reclaimed(machine, hands.now),
    };
  },
});
