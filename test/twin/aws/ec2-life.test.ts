import { describe, expect, test } from 'vitest';
import type { Ec2Event } from '../../../twin/aws/ec2/events.ts';
import { billOf } from '../../../twin/aws/ec2/list-bill.ts';
import { fleetOf, refusalOf, runTo, START, smallWorld } from './ec2-world.ts';

const idsOf = (reply: { instances: readonly { instanceIds: readonly string[] }[] }): readonly string[] =>
  reply.instances.flatMap(({ instanceIds }) => instanceIds);

const one = (options: Parameters<typeof smallWorld>[0] = {}, market: 'spot' | 'on-demand' = 'on-demand') => {
  const { clock, world } = smallWorld(options);
  const [instanceId = ''] = idsOf(world.calls.createFleet(fleetOf(1, { market })));
  return { clock, world, instanceId };
};

const EVERYTHING = { instanceIds: [], filters: [] };

describe('An instance', () => {
  test('is pending for seconds, runs until it is ended, and takes seconds to be gone', () => {
    const { clock, world, instanceId } = one({ pendingSeconds: [10, 10], shuttingDownSeconds: [30, 30] });
    const kind = () => world.instances.get(instanceId)?.life.kind;
    const seen = [9, 10, 600].map((after) => {
      runTo(clock, START + after);
      return kind();
    });
    world.calls.terminateInstances([instanceId]);
    seen.push(kind());
    runTo(clock, START + 629);
    seen.push(kind());
    runTo(clock, START + 630);
    seen.push(kind());
    expect(seen).toEqual(['pending', 'running', 'running', 'shutting-down', 'shutting-down', 'terminated']);
  });

  test('is told to the twin when it gets power and when it loses it, once each', () => {
    const told: string[] = [];
    const { clock, world, instanceId } = one({
      pendingSeconds: [10, 10],
      onRunning: ({ instanceId: id, life }) => told.push(`${id} ${life.kind}`),
      onEnding: ({ instanceId: id, life }) => told.push(`${id} ${life.kind}`),
    });
    runTo(clock, START + 600);
    world.powerOff(instanceId);
    world.powerOff(instanceId);
    world.calls.terminateInstances([instanceId]);
    runTo(clock, START + 6000);
    expect(told).toEqual([`${instanceId} running`, `${instanceId} shutting-down`]);
    expect(world.instances.get(instanceId)?.life).toMatchObject({
      cause: 'Client.InstanceInitiatedShutdown',
    });
  });

  test('that ends while pending never runs', () => {
    const { clock, world, instanceId } = one({ hiddenSeconds: [0, 0], pendingSeconds: [10, 10] });
    runTo(clock, START + 5);
    world.calls.terminateInstances([instanceId]);
    runTo(clock, START + 600);
    expect(world.instances.get(instanceId)?.life.kind).toBe('terminated');
    expect(world.live.size).toBe(0);
  });

  test('is not known to other calls for its first moments, and forgotten an hour after its end', () => {
    const { clock, world, instanceId } = one({ hiddenSeconds: [4, 4], shuttingDownSeconds: [30, 30] });
    const shown = () => world.calls.describeInstances(EVERYTHING).instances.length;
    const named = () =>
      refusalOf(() => world.calls.describeInstances({ ...EVERYTHING, instanceIds: [instanceId] }));
    expect([shown(), named()]).toEqual([0, 'InvalidInstanceID.NotFound']);
    expect(refusalOf(() => world.calls.terminateInstances([instanceId]))).toBe('InvalidInstanceID.NotFound');
    runTo(clock, START + 4);
    expect([shown(), named()]).toEqual([1, 'not refused']);
    world.calls.terminateInstances([instanceId]);
    runTo(clock, START + 34 + 3599);
    expect(shown()).toBe(1);
    runTo(clock, START + 34 + 3600);
    expect([shown(), named()]).toEqual([0, 'InvalidInstanceID.NotFound']);
  });

  test('carries the tags of its launch and those that EC2 adds', () => {
    const { world, instanceId } = one();
    expect(world.instances.get(instanceId)?.tags).toEqual({
      'aerie:queue': 'BNL',
      'aws:ec2:fleet-id': expect.stringMatching(/^fleet-[0-9a-f-]{36}$/),
      'aws:ec2launchtemplate:id': 'lt-0123456789abcdef0',
      'aws:ec2launchtemplate:version': '3',
    });
  });

  test('is named by seventeen hex digits', () => {
    expect(one().instanceId).toMatch(/^i-[0-9a-f]{17}$/);
  });
});

describe('TerminateInstances', () => {
  test('ends none of its instances if it does not know one of them, and names those it does not know', () => {
    const { clock, world, instanceId } = one();
    runTo(clock, START + 60);
    const unknown = ['i-00000000000000001', 'i-00000000000000002'];
    expect(() => world.calls.terminateInstances([instanceId, ...unknown])).toThrow(
      "The instance IDs 'i-00000000000000001, i-00000000000000002' do not exist",
    );
    expect(world.live.size).toBe(1);
  });

  test('changes nothing about an instance that is ending', () => {
    const { clock, world, instanceId } = one();
    runTo(clock, START + 60);
    const first = world.calls.terminateInstances([instanceId]);
    const again = world.calls.terminateInstances([instanceId]);
    expect(first).toEqual([{ instanceId, previous: 'running', current: 'shutting-down' }]);
    expect(again).toEqual([{ instanceId, previous: 'shutting-down', current: 'shutting-down' }]);
  });
});

describe('Billing', () => {
  test.each([
    { ends: 30, at: 1000, coreSeconds: 2 * 60 },
    { ends: 600, at: 1000, coreSeconds: 2 * 600 },
    { ends: undefined, at: 1000, coreSeconds: 2 * 1000 },
  ])(
    'counts $coreSeconds core-seconds at $at s for a 2-core instance that ends at $ends s',
    ({ ends, at, coreSeconds }) => {
      const { clock, world, instanceId } = one();
      if (ends !== undefined) {
        runTo(clock, START + ends);
        world.calls.terminateInstances([instanceId]);
      }
      runTo(clock, START + at);
      const bill = billOf(world.instances.values(), clock.now);
      expect(bill.coreHours).toBeCloseTo(coreSeconds / 3600);
      // Tagged as before there were fleets.
      expect([...bill.byFleet.keys()]).toEqual(['default']);
    },
  );
});

describe('Events', () => {
  test('tell each change of state in the shape of EventBridge', () => {
    const events: Ec2Event[] = [];
    const { clock, world, instanceId } = one({
      pendingSeconds: [10, 10],
      onEvent: (event) => events.push(event),
    });
    runTo(clock, START + 60);
    world.powerOff(instanceId);
    runTo(clock, START + 600);
    expect(events.map((event) => event.detail.state)).toEqual([
      'pending',
      'running',
      'shutting-down',
      'terminated',
    ]);
    expect(events[1]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      account: '123456789012',
      time: '2027-01-15T08:00:10Z',
      region: 'us-east-1',
      resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${instanceId}`],
      detail: { 'instance-id': instanceId, state: 'running' },
    });
  });

  test('are lost as often as the scenario says', () => {
    const events: Ec2Event[] = [];
    const { clock, world } = smallWorld({ eventLossShare: 0.5, onEvent: (event) => events.push(event) });
    world.calls.createFleet(fleetOf(200));
    runTo(clock, START + 60);
    expect(events.length).toBeGreaterThan(150);
    expect(events.length).toBeLessThan(250);
  });
});

describe('Spot', () => {
  test('gives two minutes between the warning and the end', () => {
    const events: string[] = [];
    const { clock, world, instanceId } = one(
      {
        onEvent: (event) => events.push(`${event['detail-type']} ${event.time.slice(11)}`),
        eventDelaySeconds: [0, 0],
      },
      'spot',
    );
    runTo(clock, START + 60);
    events.length = 0;
    world.faults.recommendRebalance(instanceId);
    runTo(clock, START + 120);
    world.faults.interrupt(instanceId);
    world.faults.interrupt(instanceId);
    runTo(clock, START + 1000);
    expect(events.slice(0, 3)).toEqual([
      'EC2 Instance Rebalance Recommendation 08:01:00Z',
      'EC2 Spot Instance Interruption Warning 08:02:00Z',
      'EC2 Instance State-change Notification 08:04:00Z',
    ]);
    expect(world.instances.get(instanceId)?.life).toMatchObject({ cause: 'Server.SpotInstanceTermination' });
  });

  test('takes instances back by hazard, some of them announced, and leaves nothing to happen after their end', () => {
    const events: Ec2Event[] = [];
    const { clock, world } = smallWorld({
      spot: { interruptionsPerHour: 1, announcedShare: 0.5, announcedAheadSeconds: [0, 600] },
      onEvent: (event) => events.push(event),
    });
    const ids = idsOf(world.calls.createFleet(fleetOf(200, { market: 'spot' })));
    runTo(clock, START + 3600);
    const survivors = ids.filter((id) => world.instances.get(id)?.life.kind === 'running').length;
    expect(survivors).toBeGreaterThan(50);
    expect(survivors).toBeLessThan(100);
    const announced = events.filter(
      (event) => event['detail-type'] === 'EC2 Instance Rebalance Recommendation',
    );
    expect(announced.length).toBeGreaterThan(40);
    for (const { instanceId } of [...world.live]) world.powerOff(instanceId);
    runTo(clock, START + 3700);
    expect(clock.next()).toBeUndefined();
  });

  test('does not take back what was bought on demand', () => {
    const { world, instanceId } = one();
    expect(() => world.faults.interrupt(instanceId)).toThrow('no live spot instance');
  });
});
