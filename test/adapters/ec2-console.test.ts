import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { ec2 } from '../../adapters/ec2.ts';
import { ec2Face } from '../../twin/ec2/face.ts';
import { PLACEMENTS, smallWorld, TEMPLATE } from '../twin/ec2-world.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const at = (endpoint: string) => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  const client = new EC2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  closing.push(() => client.destroy());
  return ec2(client);
};

describe('a console', () => {
  const launched = async (consoleOf?: () => string) => {
    const { clock, world } = smallWorld(consoleOf === undefined ? {} : { consoleOf });
    const face = await ec2Face(world);
    closing.push(face.close);
    const { cloud, consoles } = at(face.url);
    const outcome = await cloud.launch({
      launchId: 'launch-1',
      queue: 'BNL',
      clientToken: 'token-1',
      template: { id: TEMPLATE.id, version: TEMPLATE.version },
      market: 'on-demand',
      count: 1,
      overrides: PLACEMENTS.map((placement) => ({ flavour: 'm6i.large', ...placement })),
      tags: { 'aerie:stage': 'test' },
    });
    const id = outcome.kind === 'answered' ? outcome.launched[0]?.instanceId : undefined;
    while (
      clock.next() !== undefined &&
      [...world.instances.values()].some(({ life }) => life.kind === 'pending')
    ) {
      clock.step();
    }
    return { consoles, world, id: id ?? 'none' };
  };

  it('is read to its end, without what would steer a terminal', async () => {
    const text = `${'x'.repeat(5000)}\u001b[31maerie: boot failed: no CVMFS\u001b[0m\r\n`;
    const { consoles, id } = await launched(() => text);
    const read = await consoles.read(id);
    expect(read).toHaveLength(4000);
    expect(read?.endsWith('xaerie: boot failed: no CVMFS')).toBe(true);
  });

  it.each([
    ['has said nothing', undefined],
    ['EC2 does not know', 'i-0fedcba9876543210'],
  ])('is none of a machine that %s', async (_, other) => {
    const { consoles, id } = await launched();
    expect(await consoles.read(other ?? id)).toBeUndefined();
  });

  it('is none while EC2 throttles: nothing waits for it', async () => {
    const { consoles, world, id } = await launched(() => 'x');
    world.faults.throttleEverything(true);
    expect(await consoles.read(id)).toBeUndefined();
  });
});
