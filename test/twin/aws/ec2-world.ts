import type { FleetRequest } from '../../../twin/aws/ec2/calls.ts';
import type { Ec2Options } from '../../../twin/aws/ec2/options.ts';
import { Ec2Refusal } from '../../../twin/aws/ec2/refusal.ts';
import { ec2World } from '../../../twin/aws/ec2/world.ts';
import { type Clock, simulatedClock } from '../../../twin/clock/clock.ts';

export const START = 1_800_000_000;

export const PLACEMENTS = [
  { subnetId: 'subnet-0a', zone: 'us-east-1a' },
  { subnetId: 'subnet-0b', zone: 'us-east-1b' },
];

export const TEMPLATE = {
  id: 'lt-0123456789abcdef0',
  version: '3',
  imageId: 'ami-0123456789abcdef0',
  userData: '#cloud-config\n',
  shutdownBehavior: 'terminate',
  metadataTags: true,
} as const;

/** A world of two zones on a clock of its own. */
export const smallWorld = (options: Partial<Ec2Options> = {}) => {
  const clock = simulatedClock(START);
  const world = ec2World({ clock, seed: 7, templates: [TEMPLATE], placements: PLACEMENTS, ...options });
  return { clock, world };
};

/** Lets everything happen up to a moment, and stops there. */
export const runTo = (clock: Clock, seconds: number): void => {
  for (let next = clock.next(); next !== undefined && next <= seconds; next = clock.next()) clock.step();
  clock.advance(seconds);
};

/** A fleet over flavours × both zones. */
export const fleetOf = (
  count: number,
  {
    token = 'token-1',
    flavours = ['m6i.large', 'm6a.large'],
    market = 'on-demand',
  }: { token?: string; flavours?: readonly string[]; market?: 'spot' | 'on-demand' } = {},
): FleetRequest => ({
  clientToken: token,
  overrides: flavours.flatMap((flavour) =>
    PLACEMENTS.map(({ subnetId }) => ({
      templateId: TEMPLATE.id,
      templateVersion: TEMPLATE.version,
      flavour,
      subnetId,
    })),
  ),
  target: { spot: market === 'spot' ? count : 0, 'on-demand': market === 'spot' ? 0 : count },
  strategy: { spot: 'price-capacity-optimized', 'on-demand': 'lowest-price' },
  tagSpecifications: [{ resourceType: 'instance', tags: [{ key: 'aerie:queue', value: 'BNL' }] }],
});

/** The code that a call is refused with. */
export const refusalOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof Ec2Refusal) return error.code;
    throw error;
  }
  return 'not refused';
};
