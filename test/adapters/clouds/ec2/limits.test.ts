import { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ec2, ec2Client } from '../../../../adapters/clouds/ec2/ec2.ts';
import {
  ANSWER_MILLISECONDS,
  ATTEMPTS,
  CONNECT_MILLISECONDS,
  CONSOLE_MILLISECONDS,
  LAUNCH_MILLISECONDS,
} from '../../../../adapters/clouds/ec2/limits.ts';
import { NOW, openLaunch } from '../../../core/worlds.ts';
import { answering, serving } from '../../serving.ts';

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
  return { allowed, ...ec2(client) };
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

  it('that reads a console waits for it no longer than anybody does', async () => {
    const { allowed, consoles } = hangingUp();
    expect(await consoles.kept('i-00000001')).toBeUndefined();
    expect(new Set(allowed)).toEqual(new Set([CONSOLE_MILLISECONDS]));
  });
});

it("a function's client gives up what hangs, tries as often as ticks reckon with, and keeps its connections", async () => {
  const ports = new Set<number | undefined>();
  const { url, seen } = await serving((response, one, nth) => {
    ports.add(response.socket?.remotePort);
    answering(500, '<Response><Errors><Error><Code>InternalError</Code></Error></Errors></Response>')(
      response,
      one,
      nth,
    );
  });
  vi.stubEnv('AWS_ENDPOINT_URL_EC2', url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = ec2Client();
  onTestFinished(() => client.destroy());
  expect(await ec2(client).cloud.describe(['i-00000001'], NOW)).toMatchObject({ kind: 'unknown' });
  expect([seen.length, ports.size]).toEqual([ATTEMPTS, 1]);
  const { requestHandler } = client.config;
  const configs: unknown = Reflect.get(requestHandler, 'httpHandlerConfigs');
  expect(typeof configs === 'function' && Reflect.apply(configs, requestHandler, [])).toMatchObject({
    connectionTimeout: CONNECT_MILLISECONDS,
    requestTimeout: ANSWER_MILLISECONDS,
    throwOnRequestTimeout: true,
  });
});
