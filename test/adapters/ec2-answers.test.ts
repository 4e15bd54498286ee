import { createServer } from 'node:http';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test } from 'vitest';
import { ec2Cloud } from '../../adapters/clouds/ec2/ec2.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import { listen } from '../../twin/wire/http.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A cloud whose EC2 answers everything with the same bytes. */
const answering = async (status: number, body: string) => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'text/xml' }).end(body));
  });
  const { url, close } = await listen(server);
  const client = new EC2Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  closing.push(() => client.destroy(), close);
  return ec2Cloud(client);
};

const REQUEST: LaunchRequest = {
  launchId: 'launch-1',
  fleet: 'BNL',
  clientToken: 'token-1',
  template: { id: 'lt-0123456789abcdef0', version: '3' },
  market: 'spot',
  count: 4,
  overrides: [
    { flavour: 'm6i.large', subnetId: 'subnet-0a', zone: 'us-east-1a' },
    { flavour: 'm6i.large', subnetId: 'subnet-0b', zone: 'us-east-1b' },
    { flavour: 'm6a.large', subnetId: 'subnet-0a', zone: 'us-east-1a' },
  ],
  tags: { 'aerie:stage': 'test' },
};

const error = (code: string, message = 'no') =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`;

const fleet = (instances: string, errors = '') =>
  `<CreateFleetResponse><fleetId>fleet-1</fleetId><errorSet>${errors}</errorSet><fleetInstanceSet>${instances}</fleetInstanceSet></CreateFleetResponse>`;

const ids = '<instanceIds><item>i-1</item></instanceIds>';
const overrides = (content: string) =>
  `<launchTemplateAndOverrides><overrides>${content}</overrides></launchTemplateAndOverrides>`;

describe('What comes back from a launch', () => {
  test.each([
    ['a fleet that is cut off', 200, fleet(ids).slice(0, 90), 'unclear'],
    ['nothing', 200, '', 'unclear'],
    ['a page of a proxy', 200, '<html><body>Sign in</body></html>', 'unclear'],
    ['a page of a gateway', 502, '<html><body>Bad gateway</body></html>', 'unclear'],
    ['a refusal without a code', 400, '<html><body>Bad</body></html>', 'unclear'],
    ['EC2 in trouble', 500, error('InternalError'), 'unclear'],
    ['EC2 away', 503, error('Unavailable'), 'unclear'],
    [
      'an instance in no zone',
      200,
      fleet(`<item>${ids}<instanceType>m6i.large</instanceType></item>`),
      'unclear',
    ],
    ['too many requests', 503, error('RequestLimitExceeded'), 'throttled'],
    ['too many requests, from something before EC2', 429, '', 'throttled'],
    ['a token used otherwise', 400, error('IdempotentParameterMismatch'), 'mismatched'],
    ['no permission', 403, error('UnauthorizedOperation'), 'rejected'],
    ['no role for spot', 403, error('AuthFailure.ServiceLinkedRoleCreationNotPermitted'), 'answered'],
    ['a token whose instances have ended', 400, error('IdempotentInstanceTerminated'), 'spent'],
    ['a request signed too long ago', 400, error('RequestExpired'), 'unheard'],
    ['a signature that EC2 does not accept', 401, error('AuthFailure'), 'unheard'],
    ['a token of the caller that has run out', 400, error('ExpiredToken'), 'unheard'],
    ['a code that nobody knows', 400, error('SomethingNew'), 'rejected'],
    ['a code that nobody knows, on their side', 500, error('SomethingNew'), 'unclear'],
    ['an empty fleet', 200, fleet(''), 'answered'],
  ])('%s (%i) is %s → %s', async (_, status, body, kind) => {
    const cloud = await answering(status, body);
    expect(await cloud.launch(REQUEST)).toMatchObject({ kind });
  });

  test.each([
    ['InvalidAMIID.NotFound', 'The image id [ami-0123456789abcdef0] does not exist'],
    ['InvalidAMIID.Malformed'],
    ['InvalidAMIID.Unavailable'],
    ['AuthFailure', 'Not authorized for images: [ami-0123456789abcdef0]'],
    ['InvalidGroup.NotFound'],
    ['InvalidGroupId.Malformed'],
    ['InvalidSecurityGroupID.NotFound'],
    ['InvalidKeyPair.NotFound'],
    ['InvalidIamInstanceProfileArn.Malformed'],
    ['InvalidParameterValue', 'Value (aerie) for parameter iamInstanceProfile.arn is invalid.'],
    ['InvalidSnapshot.NotFound'],
    ['InvalidSnapshotID.Malformed'],
    ['InvalidBlockDeviceMapping'],
    ['InvalidKMSKey.InvalidState'],
    ['KmsKeyNotFoundException'],
  ])(
    '%s (%s) is about all offers of a fleet alike: none of them is looked for',
    async (code, message = 'no') => {
      const cloud = await answering(400, error(code, message));
      const outcome = await cloud.launch(REQUEST);
      expect(outcome).toMatchObject({ kind: 'answered', launched: [], noFleet: true });
      const refused = outcome.kind === 'answered' ? outcome.refused : [];
      expect(refused.map((of) => of.class)).toEqual(['configuration', 'configuration', 'configuration']);
    },
  );

  test('a value that is wrong for any other parameter may be one offer’s', async () => {
    const cloud = await answering(
      400,
      error('InvalidParameterValue', 'Value (x) for parameter y is invalid.'),
    );
    expect(await cloud.launch(REQUEST)).toMatchObject({ kind: 'rejected', class: 'configuration' });
  });

  test.each([
    [400, 'VcpuLimitExceeded', 'quota'],
    [400, 'MaxSpotInstanceCountExceeded', 'quota'],
    [500, 'InsufficientInstanceCapacity', 'capacity'],
    [400, 'UnfulfillableCapacity', 'capacity'],
  ])(
    'a whole call refused with %i %s is an empty fleet with every offer refused for %s',
    async (status, code, reason) => {
      const cloud = await answering(status, error(code));
      const refused = REQUEST.overrides.map(({ flavour, zone }) => ({
        offer: { flavour, zone, market: 'spot' },
        class: reason,
        code,
        why: `${code}: no`,
      }));
      expect(await cloud.launch(REQUEST)).toEqual({
        kind: 'answered',
        launched: [],
        refused,
        noFleet: true,
      });
    },
  );

  test.each([
    [
      'its own type and subnet',
      '<instanceType>m6i.large</instanceType><subnetId>subnet-0b</subnetId>',
      ['m6i.large us-east-1b'],
    ],
    [
      'its type alone',
      '<instanceType>m6i.large</instanceType>',
      ['m6i.large us-east-1a', 'm6i.large us-east-1b'],
    ],
    ['its subnet alone', '<subnetId>subnet-0a</subnetId>', ['m6i.large us-east-1a', 'm6a.large us-east-1a']],
    ['nothing', '', ['m6i.large us-east-1a', 'm6i.large us-east-1b', 'm6a.large us-east-1a']],
  ])('an error that names %s refuses the offers it can mean, each once', async (_, named, expected) => {
    const item = `<item>${overrides(named)}<errorCode>Unsupported</errorCode></item>`;
    const cloud = await answering(200, fleet('', item + item));
    const outcome = await cloud.launch(REQUEST);
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(refused.map(({ offer }) => `${offer.flavour} ${offer.zone}`)).toEqual(expected);
  });

  test('an instance whose place stands in its overrides only is read from there', async () => {
    const place = '<instanceType>m6a.large</instanceType><subnetId>subnet-0a</subnetId>';
    const cloud = await answering(200, fleet(`<item>${overrides(place)}${ids}</item>`));
    expect(await cloud.launch(REQUEST)).toEqual({
      kind: 'answered',
      launched: [{ instanceId: 'i-1', offer: { flavour: 'm6a.large', zone: 'us-east-1a', market: 'spot' } }],
      refused: [],
    });
  });
});

describe('What comes back from a look', () => {
  const list = (content: string) => `<DescribeInstancesResponse>${content}</DescribeInstancesResponse>`;

  test.each([
    ['an empty list', 200, list('<reservationSet/>'), 'known'],
    ['no list', 200, list(''), 'unknown'],
    ['a page of a proxy', 200, '<html><body>Sign in</body></html>', 'unknown'],
    ['a list that is cut off', 200, list('<reservationSet/>').slice(0, 40), 'unknown'],
    ['EC2 in trouble', 500, error('InternalError'), 'unknown'],
  ])('%s (%i) is %s → %s', async (_, status, body, kind) => {
    const cloud = await answering(status, body);
    expect(await cloud.describe(['i-1'], 1)).toMatchObject({ kind });
  });

  test('one odd instance hides neither the others nor itself', async () => {
    const whole = `<item><instanceId>i-1</instanceId><instanceState><name>stopped</name></instanceState><instanceType>m6i.large</instanceType><launchTime>2026-01-05T00:00:00.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone></placement></item>`;
    const odd =
      '<item><instanceId>i-2</instanceId><instanceState><name>resting</name></instanceState></item>';
    const nameless = '<item><instanceState><name>running</name></instanceState></item>';
    const reservation = `<item><instancesSet>${whole}${odd}${nameless}</instancesSet></item>`;
    const cloud = await answering(200, list(`<reservationSet>${reservation}</reservationSet>`));
    const looked = await cloud.list({ 'aerie:stage': 'test' }, 1_900_000_000);
    expect(looked.kind === 'known' && looked.value).toEqual([
      {
        ...{ instanceId: 'i-1', state: 'stopped', launchedAt: 1_767_571_200, tags: {} },
        offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
      },
      // Alive, and just launched: nothing is done for what nobody can read.
      {
        ...{ instanceId: 'i-2', state: 'running', launchedAt: 1_900_000_000, tags: {} },
        offer: { flavour: 'unknown', zone: 'unknown', market: 'on-demand' },
      },
    ]);
  });

  test('a refusal is thrown: nobody but a person can mend it', async () => {
    const cloud = await answering(403, error('UnauthorizedOperation'));
    await expect(cloud.list({ 'aerie:stage': 'test' }, 1)).rejects.toThrow('no');
  });
});
