import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { GET_CALLER_IDENTITY, joinRequest } from '../../core/model/pool.ts';
import { type Signing, signedByAws } from './aws-signer.ts';
import { python } from './python.ts';

/** What a Python expression over the worker's programs and `given` comes to. */
const value = async (expression: string, given: unknown): Promise<unknown> =>
  JSON.parse((await python(`import cloud\nprint(json.dumps(${expression}))`, given)).stdout);

const moment = ({ at }: Signing): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

const signedByWorker = (all: readonly Signing[]): Promise<unknown> =>
  value(
    '[cloud.proof(*one) for one in given]',
    all.map((one) => [
      one.host,
      one.region,
      one.pool,
      moment(one),
      one.accessKeyId,
      one.secretAccessKey,
      one.sessionToken,
    ]),
  );

const base64 = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Buffer.from(bytes).toString('base64'));

const signing: fc.Arbitrary<Signing> = fc.record({
  host: fc.constantFrom('sts.us-east-1.amazonaws.com', 'sts.amazonaws.com', 'sts.example.org:8443'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2'),
  pool: fc.constantFrom('cm.example.org', 'pool-2.grid.example.org'),
  at: fc.date({ min: new Date('2026-01-01'), max: new Date('2039-12-31'), noInvalidDate: true }),
  accessKeyId: fc.stringMatching(/^ASIA[A-Z0-9]{16}$/),
  secretAccessKey: base64(30),
  sessionToken: base64(300),
});

describe('the proof that a worker joins with', () => {
  it("is, byte for byte, what AWS's own signer makes of the same", async () => {
    const all = fc.sample(signing, 50);
    expect(await signedByWorker(all)).toEqual(await Promise.all(all.map(signedByAws)));
  });

  it('is a request as the endpoint reads it, with the body that is agreed', async () => {
    const [headers] = z.array(z.unknown()).parse(await signedByWorker(fc.sample(signing, 1)));
    expect(joinRequest.safeParse({ instanceId: 'i-0123456789abcdef0', headers }).error).toBeUndefined();
    expect(await value('cloud.BODY', null)).toBe(GET_CALLER_IDENTITY);
  });

  it.each([
    ['sts.amazonaws.com', 'us-east-1'],
    ['sts.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['sts.example.org:8443', 'ap-south-1'],
  ])('for %s is signed for the region %s', async (host, region) => {
    expect(await value('cloud.region_of(given, "ap-south-1")', host)).toBe(region);
  });
});
