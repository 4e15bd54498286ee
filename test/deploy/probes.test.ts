import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ec2Face } from '../../twin/aws/ec2/face.ts';
import type { Face } from '../../twin/wire/http.ts';
import { PLACEMENTS, runTo, smallWorld, TEMPLATE } from '../twin/aws/ec2-world.ts';
import { type Asked, PROBES } from './probes.ts';

/** What is long enough for an instance to be seen. */
const VISIBLE_SECONDS = 60;

describe("the twin's EC2, asked as the emulator is", () => {
  let face: Face;
  let asked: Asked;
  beforeAll(async () => {
    const { clock, world } = smallWorld({ templates: [{ ...TEMPLATE, version: '1' }] });
    face = await ec2Face(world);
    asked = {
      client: new EC2Client({
        endpoint: face.url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
      templateId: TEMPLATE.id,
      subnetId: PLACEMENTS[0]?.subnetId ?? '',
      settle: () => runTo(clock, clock.now + VISIBLE_SECONDS),
    };
  });
  afterAll(async () => {
    asked.client.destroy();
    await face.close();
  });

  it.each(PROBES)('$what: $documented', async ({ ask, documented }) => {
    expect(await ask(asked)).toBe(documented);
  });
});
