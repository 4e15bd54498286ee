import { EC2Client } from '@aws-sdk/client-ec2';
import { ec2Cloud } from '../../adapters/clouds/ec2/ec2.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import { ec2Face, type WireFault } from '../../twin/aws/ec2/face.ts';
import type { Ec2Options } from '../../twin/aws/ec2/options.ts';
import { PLACEMENTS, smallWorld, TEMPLATE } from '../twin/aws/ec2-world.ts';
import { HASTY_SECONDS, PATIENT_SECONDS } from './serving.ts';

const closing: (() => Promise<void> | void)[] = [];
/** Closes what was served, after a test. */
export const closeServed = async (): Promise<void> => {
  for (const close of closing.splice(0)) await close();
};

/** A cloud whose EC2 is the twin's; `wire.fault` is what goes wrong between the two. */
export const serve = async (options: Partial<Ec2Options> = {}) => {
  const wire: { fault: WireFault } = { fault: 'none' };
  const { clock, world } = smallWorld(options);
  const face = await ec2Face(world, { fault: () => wire.fault });
  const clientWithin = (seconds: number) => {
    const made = new EC2Client({
      endpoint: face.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
      requestHandler: { requestTimeout: 1000 * seconds, throwOnRequestTimeout: true },
    });
    closing.push(() => made.destroy());
    return made;
  };
  closing.push(face.close);
  const client = clientWithin(PATIENT_SECONDS);
  /** What the client was given to send. */
  const sent: unknown[] = [];
  client.middlewareStack.add(
    (next) => (args) => {
      sent.push(args.input);
      return next(args);
    },
    { step: 'initialize' },
  );
  /** The same EC2 for a caller that soon gives up; for a face that stays silent. */
  const hastyCloud = () => ec2Cloud(clientWithin(HASTY_SECONDS), 1000 * HASTY_SECONDS);
  return { clock, world, face, wire, sent, cloud: ec2Cloud(client), hastyCloud };
};

/** Four workers, of either of two types in either of two zones. */
export const REQUEST: LaunchRequest = {
  launchId: 'launch-1',
  fleet: 'BNL',
  clientToken: 'token-1',
  template: { id: TEMPLATE.id, version: TEMPLATE.version },
  market: 'on-demand',
  count: 4,
  overrides: ['m6i.large', 'm6a.large'].flatMap((flavour) =>
    PLACEMENTS.map((placement) => ({ flavour, ...placement })),
  ),
  tags: { 'aerie:stage': 'test', 'aerie:fleet': 'BNL', 'aerie:launch': 'launch-1' },
};
