import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test } from 'vitest';
import { ec2Cloud } from '../../adapters/clouds/ec2/ec2.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import { listen } from '../../twin/wire/http.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const askedAt = (endpoint: string) => {
  const client = new EC2Client({
    ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
  });
  closing.push(() => client.destroy());
  return ec2Cloud(client);
};

/** A cloud whose EC2 answers everything with the same bytes. */
const answering = async (status: number, body: string) => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'text/xml' }).end(body));
  });
  const { url, close } = await listen(server);
  closing.push(close);
  return askedAt(url);
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
    ['an instance of no type', 200, fleet(`<item>${ids}<subnetId>subnet-0a</subnetId></item>`), 'unclear'],
    [
      'instances without ids',
      200,
      fleet('<item><instanceType>m6i.large</instanceType><subnetId>subnet-0a</subnetId></item>'),
      'unclear',
    ],
    ['a type that is not offered, and no type is named', 400, error('Unsupported'), 'rejected'],
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
    const outcome = await cloud.launch(REQUEST);
    expect(outcome.kind).toBe(kind);
    // Somebody reads it in the log, while the launch is open.
    if (outcome.kind === 'unclear') expect(outcome.why).toMatch(/\w/);
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
    ['TagLimitExceeded'],
    ['Blocked'],
    ['OptInRequired'],
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

  test.each([
    ['InvalidParameterValue', 'Value (x) for parameter y is invalid.'],
    ['InvalidParameterValue', 'Value (x) for parameter iamInstanceProfiles is invalid.'],
    ['NotInvalidGroup', 'no'],
    ['NotBlocked', 'no'],
    ['BlockedByNobody', 'no'],
  ])('%s (%s) may be about one offer', async (code, message) => {
    const cloud = await answering(400, error(code, message));
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
    ['its zone alone', '<availabilityZone>us-east-1b</availabilityZone>', ['m6i.large us-east-1b']],
    [
      'a subnet that was not asked for',
      '<subnetId>subnet-0z</subnetId>',
      ['m6i.large us-east-1a', 'm6i.large us-east-1b', 'm6a.large us-east-1a'],
    ],
    ['nothing', '', ['m6i.large us-east-1a', 'm6i.large us-east-1b', 'm6a.large us-east-1a']],
  ])('an error that names %s refuses the offers it can mean, each once', async (_, named, expected) => {
    const item = `<item>${overrides(named)}<errorCode>Unsupported</errorCode></item>`;
    const cloud = await answering(200, fleet('', item + item));
    const outcome = await cloud.launch(REQUEST);
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(refused.map(({ offer }) => `${offer.flavour} ${offer.zone}`)).toEqual(expected);
  });

  test.each([
    ['EC2 in trouble', '<errorCode>InternalError</errorCode>', 'InternalError', 'capacity'],
    [
      'a token',
      '<errorCode>IdempotentParameterMismatch</errorCode>',
      'IdempotentParameterMismatch',
      'configuration',
    ],
    ['nothing', '', 'no error code', 'configuration'],
  ])('an error beside an offer that is of %s is one of class %s', async (_, content, code, type) => {
    const place = '<instanceType>m6a.large</instanceType><subnetId>subnet-0a</subnetId>';
    const cloud = await answering(200, fleet('', `<item>${overrides(place)}${content}</item>`));
    expect(await cloud.launch(REQUEST)).toMatchObject({
      refused: [{ offer: { flavour: 'm6a.large' }, class: type, code, why: `${code}: ` }],
    });
  });

  test('what EC2 says twice of an offer counts once, and what it says besides counts too', async () => {
    const place = '<instanceType>m6a.large</instanceType><subnetId>subnet-0a</subnetId>';
    const said = (code: string) => `<item>${overrides(place)}<errorCode>${code}</errorCode></item>`;
    const codes = ['Unsupported', 'InsufficientInstanceCapacity', 'Unsupported'];
    const cloud = await answering(200, fleet('', codes.map(said).join('')));
    expect(await cloud.launch(REQUEST)).toMatchObject({
      refused: [{ class: 'unsupported' }, { class: 'capacity' }],
    });
  });

  test('a fleet that names neither instances nor errors is answered, and empty', async () => {
    const cloud = await answering(
      200,
      '<CreateFleetResponse><fleetId>fleet-1</fleetId></CreateFleetResponse>',
    );
    expect(await cloud.launch(REQUEST)).toEqual({ kind: 'answered', launched: [], refused: [] });
  });

  test.each([
    [
      'only in its overrides',
      overrides('<instanceType>m6a.large</instanceType><subnetId>subnet-0a</subnetId>'),
      'us-east-1a',
    ],
    [
      'beside other overrides',
      '<instanceType>m6a.large</instanceType><subnetId>subnet-0b</subnetId>' +
        overrides('<instanceType>m6i.large</instanceType><subnetId>subnet-0a</subnetId>'),
      'us-east-1b',
    ],
    [
      'by its zone, in a subnet that was not asked for',
      '<instanceType>m6a.large</instanceType><subnetId>subnet-0z</subnetId><availabilityZone>us-east-1z</availabilityZone>',
      'us-east-1z',
    ],
  ])('an instance whose place stands %s is read from there', async (_, place, zone) => {
    const cloud = await answering(200, fleet(`<item>${place}${ids}</item>`));
    expect(await cloud.launch(REQUEST)).toEqual({
      kind: 'answered',
      launched: [{ instanceId: 'i-1', offer: { flavour: 'm6a.large', zone, market: 'spot' } }],
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

  const instance = (state: string, more = '') =>
    `<item><instanceId>i-1</instanceId><instanceState><name>${state}</name></instanceState>${more}</item>`;
  const listed = async (instances: string) => {
    const reservation = `<item><instancesSet>${instances}</instancesSet></item>`;
    const cloud = await answering(200, list(`<reservationSet>${reservation}</reservationSet>`));
    const looked = await cloud.list({ 'aerie:stage': 'test' }, 1_900_000_000);
    if (looked.kind === 'unknown') throw new Error(looked.why);
    return looked.value;
  };

  test.each([
    ['pending', false],
    ['running', false],
    ['shutting-down', true],
    ['terminated', true],
    ['stopping', true],
    ['stopped', true],
  ])('a reason beside the state %s is one of an end: %s', async (state, isEnd) => {
    const [seen] = await listed(instance(state, '<stateReason><code>Client.X</code></stateReason>'));
    expect(seen).toMatchObject({ state });
    expect(seen?.reason).toEqual(isEnd ? { code: 'Client.X', message: '' } : undefined);
  });

  test('a reason without a code is none, though there is a message', async () => {
    const [seen] = await listed(instance('stopped', '<stateReason><message>x</message></stateReason>'));
    expect(seen).not.toHaveProperty('reason');
  });

  test('what has the odd tag, volume or market is read for the rest', async () => {
    const odd = [
      '<tagSet><item><key>a</key></item><item><key>b</key><value>c</value></item></tagSet>',
      '<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName></item><item><ebs><attachTime>2026-01-05T00:00:00.000Z</attachTime></ebs></item></blockDeviceMapping>',
      '<launchTime>2026-01-05T01:00:00.000Z</launchTime><instanceLifecycle>spot</instanceLifecycle>',
    ];
    expect(await listed(instance('running', odd.join('')))).toMatchObject([
      { tags: { a: '', b: 'c' }, launchedAt: 1_767_571_200, offer: { market: 'spot' } },
    ]);
  });

  test('a reservation without instances hides no other, and what lists none says so', async () => {
    const [first, last] = ['<item/>', `<item><instancesSet>${instance('running')}</instancesSet></item>`];
    const cloud = await answering(200, list(`<reservationSet>${first}${last}</reservationSet>`));
    expect(await cloud.describe(['i-1'], 1)).toMatchObject({ value: [{ instanceId: 'i-1' }] });
    expect(await (await answering(200, list(''))).describe(['i-1'], 1)).toMatchObject({
      why: expect.stringContaining('DescribeInstances'),
    });
  });

  test('a refusal is thrown: nobody but a person can mend it', async () => {
    const cloud = await answering(403, error('UnauthorizedOperation'));
    await expect(cloud.list({ 'aerie:stage': 'test' }, 1)).rejects.toThrow('no');
  });
});

describe('What comes back from an order', () => {
  const PLAN = {
    instanceId: 'i-1',
    offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
    offers: { cpus: 2, memoryMb: 7800, diskMb: 90_000, gpus: 0 },
    meantFor: '1c,2000m,10000d,0g',
  } as const;

  test.each([
    ['UnauthorizedOperation', ['i-2', 'i-3'], 5],
    ['InsufficientInstanceCapacity', [], 3],
    ['VcpuLimitExceeded', [], 3],
  ])('a start of one that is refused for %s leaves %j to be started', async (code, taken, calls) => {
    let asked = 0;
    const server = createServer(async (request, response) => {
      asked += 1;
      const ids = [...new URLSearchParams(await text(request))].flatMap(([name, id]) =>
        name.startsWith('InstanceId.') ? [id] : [],
      );
      const items = ids.map((id) => `<item><instanceId>${id}</instanceId></item>`).join('');
      const set = `<StartInstancesResponse><instancesSet>${items}</instancesSet></StartInstancesResponse>`;
      const isRefused = ids.includes('i-1');
      response.writeHead(isRefused ? 400 : 200, { 'content-type': 'text/xml' });
      response.end(isRefused ? error(code) : set);
    });
    const { url, close } = await listen(server);
    const cloud = askedAt(url);
    closing.push(close);
    const ids = ['i-1', 'i-2', 'i-3'];
    const reply = await cloud.wake(
      ids.map((instanceId) => ({ ...PLAN, instanceId })),
      () => true,
    );
    expect(reply.taken).toEqual(taken);
    expect(reply.refused.map(({ instanceId }) => instanceId)).toEqual(
      ids.filter((id) => !taken.includes(id)),
    );
    expect(asked).toBe(calls);
  });

  test.each([
    ['names nobody', ''],
    ['has somebody without an id', '<instancesSet><item/></instancesSet>'],
  ])('that %s has taken nobody: to start, it is not answered for those that it was to', async (_, set) => {
    const cloud = await answering(200, `<StartInstancesResponse>${set}</StartInstancesResponse>`);
    expect(await cloud.wake([PLAN, { ...PLAN, instanceId: 'i-2' }], () => true)).toEqual({
      ...{ taken: [], refused: [], unasked: [] },
      unanswered: "EC2's answer does not speak of i-1 i-2",
    });
    const ending = await answering(200, `<TerminateInstancesResponse>${set}</TerminateInstancesResponse>`);
    expect(await ending.terminate(['i-1'], () => true)).toEqual({ taken: [], refused: [] });
  });
});
