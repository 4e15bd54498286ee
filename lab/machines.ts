import { TAG } from '../core/model/names.ts';
import type { Ec2Event } from '../twin/aws/ec2/events.ts';
import type { TwinInstance } from '../twin/aws/ec2/instance.ts';
import { startWorkerBox, type WorkerBox, type WorkerBoxOptions } from './worker-box.ts';

interface LabMachinesOptions
  extends Pick<
    WorkerBoxOptions,
    'network' | 'lower' | 'keys' | 'nowSeconds' | 'account' | 'role' | 'files' | 'hosts'
  > {
  /** What the launch template says. */
  readonly userData: () => Buffer;
  /** Tells EC2 that a machine has switched itself off. */
  readonly powerOff: (instanceId: string) => void;
}

/** All machines of the lab are this one machine, whatever the type that was launched has on EC2. */
const SMALL_MACHINE = '1c,1000m,1000d,0g';

/** Between a spot warning and the end, seconds. */
const WARNING_SECONDS = 120;

/** The machines behind an EC2's instances: `onRunning`, `onEnding` and `onEvent` are its hooks. */
export interface LabMachines {
  onRunning(instance: TwinInstance): void;
  onEnding(instance: TwinInstance): void;
  onEvent(event: Ec2Event): Promise<void>;
  /** The machine of an instance, also when it has ended: its console is still there. */
  box(instanceId: string): Promise<WorkerBox> | undefined;
  /** Ends all that is on; throws what went wrong with any of them. */
  remove(): Promise<void>;
}

/** A worker box for each instance of the twin's EC2. */
export const labMachines = (options: LabMachinesOptions): LabMachines => {
  const boxes = new Map<string, Promise<WorkerBox>>();
  const ending: Promise<void>[] = [];
  const failures: unknown[] = [];
  const start = async (instance: TwinInstance): Promise<WorkerBox> => {
    const { instanceId, imageId, tags, offer } = instance;
    const worker = await startWorkerBox({
      ...options,
      instanceId,
      imageId,
      instanceType: offer.flavour,
      zone: offer.zone,
      market: offer.market,
      // EC2 keeps its own tags out of the metadata service.
      tags: {
        ...Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:'))),
        [TAG.promised]: SMALL_MACHINE,
      },
      userData: options.userData(),
    });
    void worker.ended.then(({ how }) => {
      if (how !== 'cut') options.powerOff(instanceId);
    });
    return worker;
  };
  return {
    onRunning(instance) {
      const starting = start(instance);
      starting.catch((error: unknown) => failures.push(error));
      boxes.set(instance.instanceId, starting);
    },
    onEnding({ instanceId }) {
      const box = boxes.get(instanceId);
      const gone = box?.then(
        (worker) => worker.remove(),
        () => undefined,
      );
      if (gone !== undefined) ending.push(gone);
    },
    async onEvent({ 'detail-type': what, detail }) {
      const worker = await boxes.get(detail['instance-id']);
      if (what === 'EC2 Spot Instance Interruption Warning') {
        worker?.announceSpotEnd(options.nowSeconds() + WARNING_SECONDS);
      }
      if (what === 'EC2 Instance Rebalance Recommendation') worker?.recommendRebalance(options.nowSeconds());
    },
    box: (instanceId) => boxes.get(instanceId),
    async remove() {
      await Promise.all(ending);
      const all = await Promise.allSettled(boxes.values());
      for (const one of all) if (one.status === 'fulfilled') await one.value.remove();
      if (failures.length > 0) throw new AggregateError(failures, 'machines did not start');
    },
  };
};
