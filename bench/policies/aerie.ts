import { planWorkers } from '../../core/decide/workers/plan.ts';
import type { WorkerDecision } from '../../core/model/decision.ts';
import type { StageCaps } from '../../core/model/stage.ts';
import { establish } from '../../core/observe/facts.ts';
import { shapeOf } from '../../core/settings/queue-settings.ts';
import { benchLedger } from '../aerie/ledger.ts';
import { type Knobs, settingsFor } from '../aerie/settings.ts';
import { type BenchQueue, momentOf, worldOf } from '../aerie/world.ts';
import type { Kind, Policy } from '../model/policy.ts';

/** How the deployed parts around the decision are set up. */
export interface Deployed {
  readonly name: string;
  readonly knobs: (kind: Kind) => Knobs;
  readonly mostCores: number;
  readonly tickSeconds: number;
  readonly rescheduleSeconds?: number;
  /** Caps over all queues of the stage. */
  readonly caps?: StageCaps;
  /** Each kind of jobs is a queue with workers of its own; else one queue has pilots of all their shapes. */
  readonly apart?: boolean;
  /** How long before it a landing is known that is known at all; absent: the site tells of none. */
  readonly knownSecondsAhead?: number;
}

/** The audit lists every instance. */
const AUDIT_SECONDS = 600;

type Acting = Extract<WorkerDecision, { kind: 'act' }>;
const isActing = (decision: WorkerDecision): decision is Acting => decision.kind === 'act';

const queuesOf = (kinds: readonly Kind[], { apart, knobs }: Deployed): readonly BenchQueue[] => {
  const each = kinds.map((kind, index) => {
    const settings = settingsFor(kind, knobs(kind));
    return { settings, kinds: [{ kind: index, shape: shapeOf(settings) }] };
  });
  const first = each[0];
  if (apart === true || first === undefined) return each;
  return [{ settings: first.settings, kinds: each.flatMap((queue) => queue.kinds) }];
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
    const queues = queuesOf(hands.kinds, deployed);
    const laneOf = new Map(queues.map(({ settings }, lane) => [settings.name, lane]));
    const ledger = benchLedger();
    const { knownSecondsAhead = 0 } = deployed;
    const landing = (kind: number, from: number) => hands.landsAt(kind, from, knownSecondsAhead);
    const world = worldOf(queues, ledger.recordOf, landing, deployed.caps);

    const act = ({ launches, retirements }: Acting) => {
      for (const launch of launches) {
        const { request, offers } = launch;
        const machines = hands.launch(
          offers.cpus,
          request.count,
          laneOf.get(request.queue) ?? 0,
          request.market,
        );
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
