import type { Server } from 'node:net';
import type { Ec2Event } from '../twin/aws/ec2/events.ts';
import { type Ec2World, ec2World } from '../twin/aws/ec2/world.ts';
import { type Clock, simulatedClock } from '../twin/clock/clock.ts';
import { PLACEMENTS } from '../twin/scenario/placements.ts';
import { TEMPLATE } from '../twin/stage/world.ts';
import { packed, userData } from '../worker/user-data.ts';
import { type CentralManager, POOL, SHIPPED_COLLECTOR, startCentralManager } from './central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, STS_HOST, startEndpoint } from './endpoint.ts';
import { ec2Cloud, type LabCloud } from './lab-cloud.ts';
import { type LabMachines, labMachines } from './machines.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, labNetwork, sweep } from './network.ts';
import type { OpenStackBeside, OpenStackHooks } from './openstack/beside.ts';
import { type Reach, serveInside } from './reach.ts';
import { realTime } from './real-time.ts';
import { type KeyRing, keyRing } from './role-keys.ts';
import { rootfs } from './rootfs.ts';
import { SMALL_WORKER } from './worker-box.ts';

/** The role that the lab's workers have, and the only one that may join. */
export const WORKER_ROLE = 'aerie-worker';

/** Everything on the lab happens in real time. Seconds since 1970. */
export const nowSeconds = (): number => Date.now() / 1000;

/** A span of EC2's own steps that is over at once: what is left of a launch is the machine's own time. */
const AT_ONCE = [0, 0.1] as const;

export interface LabSiteOptions {
  /** What the pool's admin has put into the templates' folder, by file name. */
  readonly templates?: Readonly<Record<string, string>>;
  /** What EventBridge would deliver. */
  readonly onEvent?: (event: Ec2Event) => void;
  /** Makes the OpenStack whose servers the machines are; absent: they are EC2's. */
  readonly openstack?: ((hooks: OpenStackHooks) => Promise<OpenStackBeside>) | undefined;
}

/** A site as aerie finds it: a pool with the endpoint beside its collector, and an EC2 whose instances are worker boxes. */
export interface LabSite {
  readonly network: LabNetwork;
  readonly lower: string;
  readonly cm: CentralManager;
  readonly endpoint: LabEndpoint;
  readonly ec2: Ec2World;
  /** Absent: the machines are EC2's. */
  readonly openstack?: OpenStackBeside | undefined;
  /** Where the machines are from. */
  readonly cloud: LabCloud;
  readonly machines: LabMachines;
  readonly keys: KeyRing;
  /** Goes with real time. */
  readonly clock: Clock;
  /** Lets everything in the lab reach a server of this process, at a port of the central manager. */
  serve(port: number, server: Server): Promise<Reach>;
  /** Ends and deletes all of it; throws what went wrong with any machine. Again it does nothing. */
  remove(): Promise<void>;
}

/** Does each step, whatever becomes of the others, and throws the first failure at the end. */
const allSteps = async (steps: readonly (() => Promise<unknown> | undefined)[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
};

/** Builds a site. If a part of it fails, what is there already is taken away again. */
export const labSite = async (options: LabSiteOptions = {}): Promise<LabSite> => {
  const { templates = {}, onEvent } = options;
  const lower = await rootfs();
  await sweep();
  const network = await labNetwork();
  const clock = simulatedClock(nowSeconds());
  const keys = keyRing(nowSeconds);
  const reaches: Reach[] = [];
  let endpoint: LabEndpoint | undefined;
  let time: ReturnType<typeof realTime> | undefined;
  let removal: Promise<void> | undefined;
  let openstack: OpenStackBeside | undefined;
  /** What machines are launched with, once there is an endpoint for them to join at. */
  const launchedWith = (): Buffer | undefined =>
    endpoint === undefined
      ? undefined
      : packed(
          userData({
            os: 'debian',
            cloud: openstack === undefined ? 'ec2' : 'openstack',
            pool: POOL,
            centralManager: POOL,
            endpointUrl: endpoint.insideUrl,
            endpointCa: endpoint.ca,
            stsHost: STS_HOST,
            minScratchMb: 100,
          }),
        );

  const machines = labMachines({
    network,
    lower,
    keys,
    nowSeconds,
    account: '123456789012',
    role: WORKER_ROLE,
    files: SMALL_WORKER,
    powerOff: (instanceId) => (openstack ?? ec2).powerOff(instanceId),
    hears: (instanceId) => openstack?.hears(instanceId),
    userData() {
      const made = launchedWith();
      if (made === undefined) throw new Error('a worker was launched before the endpoint was there');
      return made;
    },
  });
  const ec2 = ec2World({
    clock,
    seed: 1,
    templates: [
      {
        ...TEMPLATE,
        imageId: 'ami-0ae21e00000000001',
        // Servers of an OpenStack are given what stands there, too.
        get userData() {
          return launchedWith() ?? '';
        },
        shutdownBehavior: 'terminate',
        metadataTags: true,
      },
    ],
    placements: PLACEMENTS,
    pendingSeconds: AT_ONCE,
    stoppingSeconds: AT_ONCE,
    shuttingDownSeconds: AT_ONCE,
    eventDelaySeconds: AT_ONCE,
    hiddenSeconds: AT_ONCE,
    onRunning: machines.onRunning,
    onEnding: machines.onEnding,
    onEvent(event) {
      void machines.onEvent(event);
      onEvent?.(event);
    },
  });
  const remove = () =>
    allSteps([
      async () => time?.stop(),
      () => machines.remove(),
      () => endpoint?.close(),
      () => Promise.all(reaches.map((reach) => reach.close())),
      () => openstack?.close(),
      () => network.remove(),
    ]);
  const removeOnce = (): Promise<void> => {
    removal ??= remove();
    return removal;
  };

  try {
    const cm = await startCentralManager({
      network,
      lower,
      configuration: SHIPPED_COLLECTOR,
      binds: ENDPOINT_BINDS,
    });
    const { account } = ec2;
    const { onRunning, onEnding } = machines;
    openstack = await options.openstack?.({ clock, onRunning, onEnding });
    for (const [port, road] of openstack?.roads ?? []) {
      const at = { host: '127.0.0.1', port };
      reaches.push(await serveInside(network.centralManager, at, road, `${network.directory}/sockets`));
    }
    endpoint = await startEndpoint({
      network,
      centralManager: cm,
      keys,
      nowSeconds,
      account,
      role: WORKER_ROLE,
      templates,
      openstack: openstack?.endpoint,
    });
    time = realTime(clock);
    return {
      network,
      lower,
      cm,
      endpoint,
      ec2,
      openstack,
      cloud: openstack?.cloud ?? ec2Cloud(ec2),
      machines,
      keys,
      clock,
      async serve(port, server) {
        const at = { host: CENTRAL_MANAGER_ADDRESS, port };
        const reach = await serveInside(network.centralManager, at, server, `${network.directory}/sockets`);
        reaches.push(reach);
        return reach;
      },
      remove: removeOnce,
    };
  } catch (error) {
    await removeOnce().catch(() => undefined);
    throw error;
  }
};
