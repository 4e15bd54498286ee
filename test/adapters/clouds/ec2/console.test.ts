import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it } from 'vitest';
import { ec2 } from '../../../../adapters/clouds/ec2/ec2.ts';
import { ec2Face } from '../../../../twin/aws/ec2/face.ts';
import { PLACEMENTS, runTo, START, smallWorld, TEMPLATE } from '../../../twin/aws/ec2-world.ts';

const ALWAYS = () => true;

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
  /** A machine of a type that runs; what it says can be changed. */
  const launched = async (consoleOf: () => string | undefined = () => undefined, flavour = 'm6i.large') => {
    const { clock, world } = smallWorld({ consoleOf, flavours: ['c4.large(2c,3840m)'] });
    const face = await ec2Face(world);
    closing.push(face.close);
    const { cloud, consoles } = at(face.url);
    const outcome = await cloud.launch({
      launchId: 'launch-1',
      fleet: 'BNL',
      clientToken: 'token-1',
      template: { id: TEMPLATE.id, version: TEMPLATE.version },
      market: 'on-demand',
      count: 1,
      overrides: PLACEMENTS.map((placement) => ({ flavour, ...placement })),
      tags: { 'aerie:stage': 'test' },
    });
    const id = outcome.kind === 'answered' ? (outcome.launched[0]?.instanceId ?? 'none') : 'none';
    runTo(clock, START + 60);
    const reads = () => face.calls.get('GetConsoleOutput') ?? 0;
    return { cloud, consoles, world, id, clock, reads };
  };

  it('of a machine that has power is what it says now, to its end, without what would steer a terminal', async () => {
    let text: string | undefined;
    const { consoles, id } = await launched(() => text);
    text = `${'x'.repeat(5000)}\u001b[31maerie: boot failed: no CVMFS\u001b[0m\r\n`;
    expect(await consoles.kept(id)).toBeUndefined();
    const read = await consoles.latest(id);
    expect(read).toHaveLength(4000);
    expect(read?.endsWith('xaerie: boot failed: no CVMFS')).toBe(true);
  });

  it('of a machine that has ended is what EC2 has kept', async () => {
    let text: string | undefined;
    const { consoles, id, world, clock } = await launched(() => text);
    text = 'aerie: boot failed: no CVMFS';
    world.powerOff(id);
    runTo(clock, START + 120);
    expect(await consoles.kept(id)).toBe(text);
  });

  it('of a type that has none but what was posted is that', async () => {
    const { consoles, id, reads } = await launched(() => 'Linux version 6.12', 'c4.large');
    expect(await consoles.latest(id)).toBe('Linux version 6.12');
    expect(reads()).toBe(2);
  });

  it.each([
    ['has said nothing', undefined],
    ['EC2 does not know', 'i-0fedcba9876543210'],
  ])('is none of a machine that %s', async (_, other) => {
    const { consoles, id, reads } = await launched();
    expect(await consoles.latest(other ?? id)).toBeUndefined();
    expect(await consoles.kept(other ?? id)).toBeUndefined();
    expect(reads()).toBe(2);
  });

  it('is none while EC2 throttles: nothing waits for it', async () => {
    const { consoles, world, id, reads } = await launched(() => 'x');
    world.faults.throttleEverything(true);
    expect(await consoles.latest(id)).toBeUndefined();
    expect(reads()).toBe(1);
  });

  it.each([
    ['somebody has ended', 'Client.UserInitiatedShutdown'],
    ['has switched itself off', 'Client.InstanceInitiatedShutdown'],
  ])('is not all that EC2 knows of a machine that %s: it has a reason', async (_, code) => {
    const { cloud, id, world, clock } = await launched();
    const reason = async () => {
      const answer = await cloud.describe([id], clock.now);
      return answer.kind === 'known' ? answer.value.map((of) => of.reason) : answer.why;
    };
    expect(await reason()).toEqual([undefined]);
    if (code === 'Client.UserInitiatedShutdown') await cloud.terminate([id], ALWAYS);
    else world.powerOff(id);
    expect(await reason()).toEqual([
      {
        code,
        message: expect.stringContaining(`${code}: `),
        ...(code === 'Client.UserInitiatedShutdown'
          ? { transition: 'User initiated (2027-01-15 08:01:00 GMT)' }
          : {}),
      },
    ]);
  });
});
