import type { WorkerRecord } from '../../core/model/worker.ts';
import { isLive, isOver, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Invocation } from './gate.ts';
import type { Break } from './laws.ts';
import type { Rules } from './rules.ts';
import { fleetOf, type Truth } from './truth.ts';

/** Sees what is asked of EC2 about workers that sleep, or may. */
export interface SleepWitness {
  /** Something is about to be changed of sleepers so that they wake, or they are to be started: judged also if EC2 then refuses it. */
  waking(instanceIds: readonly string[], by: Invocation): void;
  /** StartInstances has been carried out, and these had no power before. */
  woken(instances: readonly TwinInstance[], by: Invocation): void;
  /** The power-off of an instance is about to be made a stop. */
  lettingSleep(instanceId: string, by: Invocation): void;
  /** That has been carried out. */
  mayStop(instances: readonly TwinInstance[], by: Invocation): void;
}

/** What it needs of the witness that it is a part of. */
interface Judging {
  readonly broken: (law: Break['law'], what: string) => void;
  readonly capsHold: (fleet: string, by: Invocation) => void;
  readonly leftAlone: (instanceId: string, by: Invocation, verb: string) => void;
  /** Laws 2 and 5: it stands in the decision of its tick, and that rests on facts. */
  readonly isDecided: (of: 'wakes' | 'mayStop', instanceId: string, by: Invocation) => boolean;
  readonly needsJobs: (by: Invocation, what: string, isDecided: () => boolean) => void;
  readonly needsPool: (by: Invocation, what: string, isDecided: () => boolean) => void;
  /** What the ledger has of a worker. */
  readonly recordOf: (instanceId: string) => WorkerRecord | undefined;
}

/** Whether it sleeps, or would if it lost its power now. */
const isOfStock = (instance: TwinInstance): boolean =>
  !isOver(instance) && (!isLive(instance) || instance.shutdownBehavior === 'stop');

export const sleepWitness = ({ machines }: Truth, rules: Rules, judging: Judging): SleepWitness => {
  const { broken, capsHold, leftAlone, isDecided, needsJobs, needsPool, recordOf } = judging;
  /** The moments of the wakes for which a worker has been started. */
  const startedFor = new Map<string, Set<number>>();

  /** Law 2: a start is for a wake that is written down, and for each only once. EC2 gives starts no tokens. */
  const isOnce = ({ instanceId }: TwinInstance, by: Invocation): void => {
    const state = recordOf(instanceId)?.state;
    if (state?.kind !== 'waking') {
      broken(2, `${instanceId} was started while it is ${state?.kind ?? 'nothing'} in the ledger (${by.id})`);
      return;
    }
    const before = startedFor.get(instanceId) ?? new Set();
    startedFor.set(instanceId, before);
    if (before.has(state.since)) broken(2, `${instanceId} was started twice for one wake (${by.id})`);
    before.add(state.since);
  };
  return {
    waking(instanceIds, by) {
      for (const id of instanceIds) {
        const decided = () => isDecided('wakes', id, by);
        if (!decided()) broken(2, `${id} was to be woken, and nobody has decided that (${by.id})`);
        needsJobs(by, `wake of ${id}`, decided);
        leftAlone(id, by, 'woken');
      }
    },
    woken(instances, by) {
      for (const instance of instances) isOnce(instance, by);
      for (const fleet of new Set(instances.map(fleetOf))) capsHold(fleet, by);
    },
    lettingSleep(id, by) {
      needsPool(by, `leave to sleep of ${id}`, () => isDecided('mayStop', id, by));
    },
    mayStop(instances, by) {
      for (const fleet of new Set(instances.map(fleetOf))) {
        const { asleep } = rules.mostAllowed(fleet);
        const stock = [...machines.live(), ...machines.sleeping()].filter(
          (of) => fleetOf(of) === fleet && isOfStock(of),
        );
        if (stock.length > asleep) {
          broken(
            1,
            `fleet ${fleet} has ${stock.length} workers that sleep or may, ${asleep} are allowed (${by.id})`,
          );
        }
      }
    },
  };
};
