import { TAG } from '../core/model/names.ts';
import { PLACEMENTS } from '../twin/scenario/placements.ts';
import { TEMPLATE } from '../twin/stage/world.ts';
import { until } from './central-manager.ts';
import type { LabSite } from './site.ts';

const JOINS_WITHIN_SECONDS = 90;

interface Wanted {
  readonly fleet: string;
  readonly lingerSeconds: number;
  readonly market?: 'spot' | 'on-demand';
}

let launchesSoFar = 0;

/** Launches one worker by hand, past aerie: it is in no ledger. Gives its instance id. */
export const launchWorker = (
  { ec2 }: LabSite,
  { fleet, lingerSeconds, market = 'on-demand' }: Wanted,
): string => {
  launchesSoFar += 1;
  const { instances } = ec2.calls.createFleet({
    clientToken: `by-hand-${launchesSoFar}`,
    overrides: [
      {
        templateId: TEMPLATE.id,
        templateVersion: TEMPLATE.version,
        flavour: 'm6i.large',
        subnetId: PLACEMENTS[0].subnetId,
      },
    ],
    target: { spot: market === 'spot' ? 1 : 0, 'on-demand': market === 'spot' ? 0 : 1 },
    strategy: { spot: 'price-capacity-optimized', 'on-demand': 'lowest-price' },
    tagSpecifications: [
      {
        resourceType: 'instance',
        tags: [
          { key: TAG.fleet, value: fleet },
          { key: TAG.lingerSeconds, value: `${lingerSeconds}` },
          { key: TAG.maxLifeSeconds, value: '3600' },
        ],
      },
    ],
  });
  const [instanceId] = instances.flatMap(({ instanceIds }) => instanceIds);
  if (instanceId === undefined) throw new Error('nothing was launched');
  return instanceId;
};

/** Instance ids of all slots that the collector knows, as text. */
export const slotsInCollector = async ({ cm }: LabSite): Promise<string> =>
  (await cm.condor(['condor_status', '-af', 'EC2InstanceId'])).stdout;

/** Waits until a worker's slot is in the collector; if it does not come, the error has its console. */
export const hasJoined = async (site: LabSite, instanceId: string): Promise<void> => {
  try {
    await until(
      () => slotsInCollector(site),
      (slots) => slots.includes(instanceId),
      JOINS_WITHIN_SECONDS,
    );
  } catch (error) {
    const box = await site.machines.box(instanceId);
    throw new Error(`${instanceId} did not join:\n${box?.box.console()}`, { cause: error });
  }
};

/** Ends a worker that was launched by hand, and lets the pool forget it. */
export const endWorker = async ({ ec2, machines }: LabSite, instanceId: string): Promise<void> => {
  if ([...ec2.live].some((instance) => instance.instanceId === instanceId)) {
    ec2.calls.terminateInstances([instanceId]);
  }
  await (await machines.box(instanceId))?.ended;
};
