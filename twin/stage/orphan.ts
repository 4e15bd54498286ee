import { TAG } from '../../core/model/names.ts';
import type { Ec2World } from '../aws/ec2/world.ts';
import { PLACEMENTS } from '../scenario/placements.ts';
import { STAGE } from './parameters.ts';
import { TEMPLATE } from './world.ts';

/** By hand: the stage's tag, and the mark that nobody is to touch it, but no fleet. */
const TAGS = [
  { key: TAG.stage, value: STAGE },
  { key: TAG.protected, value: 'yes' },
];

/** Launches instances that aerie has no part in; each answer ends its own. */
export const orphans =
  ({ calls }: Pick<Ec2World, 'calls'>) =>
  (flavour: string): (() => void) => {
    const { instances } = calls.runInstances({
      ...{ templateId: TEMPLATE.id, templateVersion: TEMPLATE.version },
      ...{ flavour, subnetId: PLACEMENTS[0].subnetId, market: 'on-demand', minCount: 1, maxCount: 1 },
      tagSpecifications: [{ resourceType: 'instance', tags: TAGS }],
    });
    return () => {
      calls.terminateInstances(instances.map(({ instanceId }) => instanceId));
    };
  };
