import { EC2Client } from '@aws-sdk/client-ec2';
import { describe } from 'vitest';
import { ec2Cloud } from '../../../adapters/clouds/ec2/ec2.ts';
import { type Offer, offerKey } from '../../../core/model/flavours.ts';
import { ec2Face } from '../../../twin/aws/ec2/face.ts';
import { SECOND_USES, type SecondUse } from '../../../twin/aws/ec2/options.ts';
import { REQUEST } from '../../adapters/ec2-served.ts';
import { proxyTo } from '../../contract/cloud/proxy.ts';
import { cloudContract, WHOLE } from '../../contract/cloud.ts';
import { type SleepSubject, sleepContract } from '../../contract/sleeping.ts';
import { runTo, smallWorld } from './ec2-world.ts';

/** Long enough for an instance to be seen, and to be over. */
const SETTLED_SECONDS = 120;

/** The twin's EC2, asked over its wire as the Lambdas ask EC2. */
const twinCloud = async (secondUse: SecondUse): Promise<SleepSubject> => {
  const { clock, world } = smallWorld({ secondUse });
  const face = await ec2Face(world);
  const { hostname, port } = new URL(face.url);
  const proxy = await proxyTo({ host: hostname, port: Number(port) });
  const clients: EC2Client[] = [];
  const anew = () => {
    const client = new EC2Client({
      endpoint: proxy.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
      maxAttempts: 1,
    });
    clients.push(client);
    return ec2Cloud(client);
  };
  const liveOf = (offer: Offer) =>
    [...world.live].filter((instance) => offerKey(instance.offer) === offerKey(offer)).length;
  return {
    ...{ cloud: anew(), anew, proxy },
    unknownId: 'i-0fffffffffffffff0',
    request: (launchId, count) => ({
      ...REQUEST,
      launchId,
      clientToken: `token-${launchId}`,
      count,
      tags: { ...REQUEST.tags, 'aerie:launch': launchId },
    }),
    now: () => clock.now,
    settle: () => runTo(clock, clock.now + SETTLED_SECONDS),
    async limit(offers, count) {
      const lifts = offers.map((offer) => world.faults.limit({ ...offer, count: liveOf(offer) + count }));
      return async () => {
        for (const lift of lifts) lift();
      };
    },
    powerOff: (instanceId) => world.powerOff(instanceId),
    async refuseEnd(kept) {
      const isHit = ({ instanceId }: { readonly instanceId: string }) => instanceId === kept;
      const lift = world.faults.refuseEnds({ code: 'OperationNotPermitted', names: true, isHit });
      return async () => lift();
    },
    async close() {
      for (const client of clients) client.destroy();
      await proxy.close();
      await face.close();
    },
  };
};

/** Launches over a bad road: each of the ways once in earnest, and the first as often as the other clouds. */
const TRIES = { first: 200, others: 40 };

describe.each(SECOND_USES)("the twin's EC2, where the second use of a token is %s", (secondUse) =>
  cloudContract(() => twinCloud(secondUse), ['openstack'], {
    ...WHOLE,
    tries: secondUse === SECOND_USES[0] ? TRIES.first : TRIES.others,
  }),
);

describe("the twin's EC2", () => sleepContract(() => twinCloud('the first answer')));
