import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../../adapters/clouds/ec2/ec2.ts';
import { callFailure } from '../../../../adapters/clouds/ec2/failure.ts';
import { NOW, openLaunch } from '../../../core/worlds.ts';

const thrown = (name: string, more: object = {}) => Object.assign(new Error('no'), { name, ...more });

const said = (name: string, httpStatusCode?: number) => {
  const $metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return new EC2ServiceException({ name, message: 'no', $fault: 'client', $metadata });
};

describe('what a call throws', () => {
  it.each([
    ['a request that took too long', thrown('TimeoutError'), 'unclear'],
    ['a request that was given up', thrown('AbortError'), 'unclear'],
    ['a connection that broke', thrown('Error', { code: 'ECONNRESET' }), 'unclear'],
    ['a name that is not found for now', thrown('Error', { code: 'EAI_AGAIN' }), 'unclear'],
    ['an answer that cannot be read', thrown('SyntaxError', { $response: {} }), 'unclear'],
    ['an answer without a status', said('SomethingNew'), 'unclear'],
    ['a server in trouble', said('SomethingNew', 500), 'unclear'],
    ['a refusal that nobody knows', said('SomethingNew', 499), 'refused'],
    ['too many requests', said('SomethingNew', 429), 'throttled'],
    ['a document without a code', said('Unknown', 400), 'unclear'],
  ])('for %s says so', (_, error, kind) => {
    expect(callFailure(error)).toEqual(expect.objectContaining({ kind, why: `${error.name}: no` }));
  });

  it.each([
    ['a fault of the code', thrown('TypeError')],
    ['a code in small letters', thrown('Error', { code: 'Enoent' })],
    ['a code that only ends like one', thrown('Error', { code: 'NO_EACCES' })],
    ['a code with a number', thrown('Error', { code: 'E2BIG' })],
    ['a number', thrown('Error', { code: 7 })],
    ['no error', 'ECONNRESET'],
  ])('with %s is neither from EC2 nor from the network', (_, error) => {
    expect(callFailure(error)).toBeUndefined();
  });
});

const ALWAYS = () => true;
const WAKE = {
  instanceId: 'i-00000001',
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  offers: { cpus: 2, memoryMb: 7800, diskMb: 90_000, gpus: 0 },
  meantFor: '1c,2000m,10000d,0g',
} as const;

describe('what neither EC2 nor the network says', () => {
  const { cloud, consoles } = ec2(
    new EC2Client({
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      credentials: () => Promise.reject(new Error('no role here')),
    }),
  );

  it.each([
    ['a launch', () => cloud.launch(openLaunch(1).request)],
    ['a look', () => cloud.describe([WAKE.instanceId], NOW)],
    ['an order to end', () => cloud.terminate([WAKE.instanceId], ALWAYS)],
    ['a start', () => cloud.wake([WAKE], ALWAYS)],
    ['an order that takes a call each', () => cloud.letStop([WAKE.instanceId], ALWAYS)],
    ['a look at a console', () => consoles.latest(WAKE.instanceId)],
    ['a look at what was posted of one', () => consoles.kept(WAKE.instanceId)],
  ])('is thrown by %s', async (_, call) => {
    await expect(call()).rejects.toThrow('no role here');
  });
});
