import { describe } from 'vitest';
import { REQUEST } from '../adapters/ec2-served.ts';
import { sleepContract } from '../contract/sleeping.ts';
import { memoryEc2 } from './memory-ec2.ts';

describe('EC2 in memory', () => {
  sleepContract(async () => {
    const { cloud, powerOff } = memoryEc2();
    return {
      cloud,
      anew: () => cloud,
      unknownId: 'i-0fffffffffffffff0',
      powerOff,
      request: (launchId, count) => ({
        ...REQUEST,
        launchId,
        clientToken: `token-${launchId}`,
        count,
        tags: { ...REQUEST.tags, 'aerie:launch': launchId },
      }),
      now: () => 0,
      settle: () => {},
      close: async () => {},
    };
  });
});
