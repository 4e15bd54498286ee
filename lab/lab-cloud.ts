import type { TwinInstance } from '../twin/aws/ec2/instance.ts';
import type { Ec2World } from '../twin/aws/ec2/world.ts';

/** The machines of the cloud that a lab's fleet is on, as somebody outside of it counts them. */
export interface LabCloud {
  /** Every machine that there ever was. */
  instances(): readonly LabInstance[];
  /** Those with power, or that are about to have it. */
  live(): readonly LabInstance[];
  sleeping(): readonly LabInstance[];
}

export type LabInstance = Pick<
  TwinInstance,
  'instanceId' | 'imageId' | 'offer' | 'vcpus' | 'tags' | 'life' | 'runs'
>;

/** The simulated EC2 as such a cloud. */
export const ec2Cloud = (ec2: Pick<Ec2World, 'instances' | 'live' | 'sleeping'>): LabCloud => ({
  instances: () => [...ec2.instances.values()],
  live: () => [...ec2.live],
  sleeping: () => [...ec2.sleeping],
});
