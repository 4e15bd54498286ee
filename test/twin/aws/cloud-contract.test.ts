import { EC2Client } from '@aws-sdk/client-ec2';
import { describe } from 'vitest';
import { ec2Cloud } from '../../../adapters/ec2.ts';
import { type Offer, offerKey } from '../../../core/model/flavours.ts';
import { ec2Face } from '../../../twin/aws/ec2/face.ts';
import { SECOND_USES, type SecondUse } from '../../../twin/aws/ec2/options.ts';
import { REQUEST } from '../../adapters/ec2-served.ts';
import { cloudContract } from '../../contract/cloud.ts';
import { type SleepSubject, sleepContract } from '../../contract/sleeping.ts';
import { runTo, smallWorld } from './ec2-world.ts';

/** Long enough for an instance to be seen, and to be over. */
const SETTLED_SECONDS = 120;

/** The twin's EC2, asked over its wire as the Lambdas ask EC2. */
const twinCloud = async (secondUse: SecondUse): Promise<SleepSubject> => {
  const { clock, world } = smallWorld({ secondUse });
  const face = await ec2Face(world);
  const client = new EC2Client({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  const liveOf = (offer: Offer) =>
    [...world.live].filter((instance) => offerKey(instance.offer) === offerKey(offer)).length;
  return {
    cloud: ec2Cloud(client),
    request: (launchId, count) => ({
      ...REQUEST,
      launchId,
      clientToken: `token-${launchId}`,
      count,
      tags: { ...REQUEST.tags, 'aerie:launch': launchId },
    }),
    now: () => clock.now,
    settle: () => runTo(clock, clock.now + SETTLED_SECONDS),
    limit(offers, count) {
      const lifts = offers.map((offer) => world.faults.limit({ ...offer, count: liveOf(offer) + count }));
      return () => {
        for (const lift of lifts) lift();
      };
    },
    powerOff: (instanceId) => world.powerOff(instanceId),
    refuseEnd: (kept) =>
      void world.faults.refuseEnds({
        code: 'OperationNotPermitted',
        names: true,
        isHit: ({ instanceId }) => instanceId === kept,
      }),
    async close() {
      client.destroy();
      await face.close();
    },
  };
};

describe.each(SECOND_USES)("the twin's EC2, where the second use of a token is %s", (secondUse) =>
  cloudContract(() => twinCloud(secondUse)),
);

describe("the twin's EC2", () => sleepContract(() => twinCloud('the first answer')));
