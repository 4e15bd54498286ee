import { TAG } from '../core/model/names.ts';
import type { Ec2Event } from '../twin/aws/ec2/events.ts';
import type { LabInstance } from './lab-cloud.ts';
import { startWorkerBox, type WorkerBox, type WorkerBoxOptions } from './worker-box.ts';

interface LabMachinesOptions
  extends Pick<
    WorkerBoxOptions,
    'network' | 'lower' | 'keys' | 'nowSeconds' | 'account' | 'role' | 'files' | 'hosts'
  > {
  /** What the launch template says. */
  readonly userData: () => Buffer;
  /** Tells its cloud that a machine has switched itself off. */
  readonly powerOff: (instanceId: string) => void;
  /** What machines of another cloud than EC2 hear of it. */
  readonly hears?: ((instanceId: string) => WorkerBoxOptions['hears']) | undefined;
}

/** All machines of the lab are this one machine, whatever the type that was launched has on EC2. */
export const SMALL_MACHINE = '1c,1000m,1000d,0g';

/** Between a spot warning and the end, seconds. */
const WARNING_SECONDS = 120;

/** The machines behind a cloud's instances: `onRunning`, `onEnding` and `onEvent` are its hooks. */
export interface LabMachines {
  onRunning(instance: LabInstance): void;
  onEnding(instance: LabInstance): void;
  onEvent(event: Ec2Event): Promise<void>;
  /** The machine of an instance, also when it has ended: its console is still there. */
  box(instanceId: string): Promise<WorkerBox> | undefined;
  /** Ends all that is on; throws what went wrong with any of them. */
  remove(): Promise<void>;
}

/** A worker box for each instance of the lab's cloud. */
export const labMachines = (options: LabMachinesOptions): LabMachines => {
  const boxes = new Map<string, Promise<WorkerBox>>();
  const ending: Promise<void>[] = [];
  const gone = new Set<string>();
  const failures: unknown[] = [];
  const launch = (
    { instanceId, imageId, offer }: LabInstance,
    as: Pick<WorkerBoxOptions, 'tags'>,
  ): Promise<WorkerBox> =>
    startWorkerBox({
      ...options,
      ...as,
      hears: options.hears?.(instanceId),
      instanceId,
      imageId,
      instanceType: offer.flavour,
      zone: offer.zone,
      market: offer.market,
      userData: options.userData(),
    });
  const powerOn = async (instance: LabInstance): Promise<WorkerBox> => {
    const { instanceId, tags, offer } = instance;
    // EC2 keeps its own tags out of the metadata service.
    const told = Object.entries(tags).filter(([name]) => !name.startsWith('aws:'));
    const as = { tags: { ...Object.fromEntries(told), [TAG.promised]: SMALL_MACHINE } };
    const asleep = await boxes.get(instanceId);
    const worker =
      asleep === undefined
        ? await launch(instance, as)
        : await asleep.wake({ ...as, instanceType: offer.flavour });
    void worker.ended.then(({ how }) => {
      if (how !== 'cut') options.powerOff(instanceId);
    });
    return worker;
  };
  /** Takes away the machine of an instance that is ending, once. */
  const end = (instanceId: string) => {
    const box = gone.has(instanceId) ? undefined : boxes.get(instanceId);
    gone.add(instanceId);
    if (box === undefined) return;
    ending.push(
      box.then(
        (worker) => worker.remove(),
        () => undefined,
      ),
    );
  };
  return {
    onRunning(instance) {
      const starting = powerOn(instance);
      starting.catch((error: unknown) => failures.push(error));
      boxes.set(instance.instanceId, starting);
    },
    onEnding({ instanceId, life }) {
      // What stops has switched itself off, and keeps its disk and its address.
      if (life.kind !== 'stopping') end(instanceId);
    },
    async onEvent({ 'detail-type': what, detail }) {
      const instanceId = detail['instance-id'];
      // The end of one that has no power.
      if (detail.state === 'shutting-down') return end(instanceId);
      const worker = await boxes.get(instanceId);
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
