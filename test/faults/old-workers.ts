import { workerItem } from '../../adapters/ledger/worker-item.ts';
import { offered } from '../../core/model/flavours.ts';
import { TAG } from '../../core/model/names.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import { TEMPLATE } from '../../twin/stage/world.ts';
import { fleetSettingsOf, type QueueName } from './queues.ts';
import type { Table } from './table.ts';
import { BEFORE, STAGE, type Truth } from './truth.ts';

/** Half of what the shared fleet may have, of both of its queues. */
const OLD: readonly { readonly queue: QueueName; readonly flavour: string; readonly count: number }[] = [
  { queue: 'SMALL', flavour: 'm6i.large', count: 2 },
  { queue: 'LARGE', flavour: 'm6i.2xlarge', count: 2 },
];

/** The version of a worker's item, before there were fleets. */
const FORM_BEFORE = 2;

/** Workers that a version of before has launched, each for a queue, with the items that it has written. */
export const launchedBefore = ({ clock, ec2 }: Truth, table: Table): void => {
  const { flavours, lingerSeconds, maxLifeSeconds } = fleetSettingsOf('default');
  const [{ subnetId }] = PLACEMENTS;
  for (const { queue, flavour: name, count } of OLD) {
    const tags = {
      [TAG.stage]: STAGE,
      [TAG.queue]: queue,
      [TAG.launch]: BEFORE,
      [TAG.lingerSeconds]: String(lingerSeconds),
      [TAG.maxLifeSeconds]: String(maxLifeSeconds),
    };
    const { instances } = ec2.calls.createFleet({
      clientToken: `${BEFORE}-${queue}`,
      overrides: [{ templateId: TEMPLATE.id, templateVersion: TEMPLATE.version, flavour: name, subnetId }],
      target: { spot: 0, 'on-demand': count },
      strategy: { spot: 'lowest-price', 'on-demand': 'lowest-price' },
      tagSpecifications: [
        { resourceType: 'instance', tags: Object.entries(tags).map(([key, value]) => ({ key, value })) },
      ],
    });
    const flavour = flavours.find((of) => of.name === name);
    for (const instanceId of instances.flatMap((of) => of.instanceIds)) {
      const instance = ec2.instances.get(instanceId);
      if (instance === undefined || flavour === undefined) throw new Error(`${instanceId} was not launched`);
      const { fleet: _, ...item } = workerItem({
        ...{ instanceId, fleet: '', launchId: BEFORE, offer: instance.offer },
        ...{ offers: offered(flavour, WORKER_DISK_MB), launchedAt: clock.now },
        ...{ state: { kind: 'booting' }, template: TEMPLATE },
      });
      table.carryOut('PutItemCommand', { Item: { ...item, v: FORM_BEFORE, queue } });
    }
  }
};
