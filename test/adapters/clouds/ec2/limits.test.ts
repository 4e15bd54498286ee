import { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2Cloud } from '../../../../adapters/clouds/ec2/ec2.ts';
import {
  ANSWER_MILLISECONDS,
  ATTEMPTS,
  LAUNCH_MILLISECONDS,
} from '../../../../adapters/clouds/ec2/limits.ts';
import { NOW, openLaunch } from '../../../core/worlds.ts';

interface Sending {
  readonly requestTimeout?: number;
}

/** EC2's client over a wire that hangs up, and how long each call was allowed to take. */
const hangingUp = () => {
  const allowed: (number | undefined)[] = [];
  const client = new EC2Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: ATTEMPTS,
    requestHandler: {
      async handle(_: unknown, { requestTimeout }: Sending = {}) {
        allowed.push(requestTimeout);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
    },
  });
  return { allowed, cloud: ec2Cloud(client) };
};

describe('a call to EC2', () => {
  it('that launches may take longer than others, and is sent once', async () => {
    const { allowed, cloud } = hangingUp();
    expect(await cloud.launch(openLaunch(1).request)).toMatchObject({ kind: 'unclear' });
    expect(allowed).toEqual([LAUNCH_MILLISECONDS]);
    expect(LAUNCH_MILLISECONDS).toBeGreaterThan(ANSWER_MILLISECONDS);
  });

  it('that reads has the limit of the client, and is tried twice', async () => {
    const { allowed, cloud } = hangingUp();
    expect(await cloud.describe(['i-00000001'], NOW)).toMatchObject({ kind: 'unknown' });
    expect(allowed).toEqual([undefined, undefined]);
  });
});
