import { describe, expect, it } from 'vitest';
import { extrasPerHour, USUAL_PLACE } from '../../../core/settings/place.ts';
import type { Ec2Event } from '../../../twin/aws/ec2/events.ts';
import { addressOf, startedAt, stateReasonOf } from '../../../twin/aws/ec2/instance.ts';
import {
  billOf,
  diskDollars,
  listBill,
  runningListBill,
  sleepCoreHours,
} from '../../../twin/aws/ec2/list-bill.ts';
import type { Ec2Options } from '../../../twin/aws/ec2/options.ts';
import { DOCUMENTED_LIMITS } from '../../../twin/aws/ec2/throttle.ts';
import { fleetOf, refusalOf, runTo, START, smallWorld } from './ec2-world.ts';

const FLAVOURS = ['m6a.large(2c,8192m)', 'm6a.xlarge(4c,16384m)', 'm6g.large(2c,8192m)'];

/** So many machines that run and whose power-off is a stop. */
const running = (count = 1, options: Partial<Ec2Options> = {}) => {
  const events: Ec2Event[] = [];
  const { clock, world } = smallWorld({
    flavours: FLAVOURS,
    onEvent: (event) => events.push(event),
    stoppingSeconds: [30, 30],
    pendingSeconds: [10, 10],
    ...options,
  });
  const request = fleetOf(count, { flavours: ['m6a.large'] });
  world.calls.createFleet({ ...request, overrides: request.overrides.slice(0, 1) });
  runTo(clock, START + 20);
  const ids = [...world.instances.keys()];
  for (const instanceId of ids) world.calls.modifyInstanceAttribute({ instanceId, shutdownBehavior: 'stop' });
  const [id = ''] = ids;
  const life = () => world.instances.get(id)?.life.kind;
  const powerOffAt = (second: number) => {
    runTo(clock, START + second);
    for (const of of ids) world.powerOff(of);
  };
  const startAt = (second: number) => {
    runTo(clock, START + second);
    return world.calls.startInstances(ids);
  };
  const instance = () => {
    const found = world.instances.get(id);
    if (found === undefined) throw new Error('it is there');
    return found;
  };
  return { clock, world, events, ids, id, life, instance, powerOffAt, startAt };
};

describe('A power-off', () => {
  it('is the end, as long as the attribute does not say otherwise', () => {
    const { world, clock, id, life } = running();
    world.calls.modifyInstanceAttribute({ instanceId: id, shutdownBehavior: 'terminate' });
    world.powerOff(id);
    runTo(clock, START + 100);
    expect(life()).toBe('terminated');
  });

  it('that is a stop takes a while, and says why', () => {
    const { world, clock, powerOffAt, life, instance } = running();
    powerOffAt(100);
    expect([life(), world.live.size, world.sleeping.size]).toEqual(['stopping', 0, 1]);
    expect(addressOf(instance())).toBeUndefined();
    runTo(clock, START + 129);
    expect(life()).toBe('stopping');
    runTo(clock, START + 131);
    expect(life()).toBe('stopped');
    expect(stateReasonOf(instance())).toMatchObject({
      code: 'Client.InstanceInitiatedShutdown',
      transition: '',
    });
  });

  it('is told by events, as is the start', () => {
    const { clock, events, powerOffAt, startAt } = running();
    powerOffAt(100);
    startAt(200);
    runTo(clock, START + 300);
    expect(events.map(({ detail }) => detail.state)).toEqual([
      ...['pending', 'running', 'stopping', 'stopped'],
      ...['pending', 'running'],
    ]);
  });
});

describe('StartInstances', () => {
  it('gives power and another address, keeps the launch and changes what EC2 calls its launch time', () => {
    const { clock, life, instance, powerOffAt, startAt, id } = running();
    const before = addressOf(instance());
    powerOffAt(100);
    expect(startAt(200)).toEqual([{ instanceId: id, previous: 'stopped', current: 'pending' }]);
    runTo(clock, START + 211);
    expect(life()).toBe('running');
    expect(addressOf(instance())).not.toBe(before);
    expect([instance().launchedAt, startedAt(instance())]).toEqual([START, START + 200]);
  });

  it('does nothing to one that runs', () => {
    const { startAt, id } = running();
    expect(startAt(30)).toEqual([{ instanceId: id, previous: 'running', current: 'running' }]);
  });

  it.each<readonly [string, (of: ReturnType<typeof running>) => unknown, string]>([
    [
      'one that is stopping',
      ({ powerOffAt, startAt }) => [powerOffAt(100), startAt(110)],
      'IncorrectInstanceState',
    ],
    [
      'one that is pending',
      ({ powerOffAt, startAt }) => [powerOffAt(100), startAt(200), startAt(205)],
      'IncorrectInstanceState',
    ],
    [
      'one that has ended',
      ({ world, ids, startAt }) => [world.calls.terminateInstances(ids), startAt(100)],
      'IncorrectInstanceState',
    ],
    [
      'one that it does not know',
      ({ world }) => world.calls.startInstances(['i-0fffffffffffffff0']),
      'InvalidInstanceID.NotFound',
    ],
    [
      'more than a thousand',
      ({ world, id }) => world.calls.startInstances(Array.from({ length: 1001 }, () => id)),
      'InvalidParameterValue',
    ],
  ])('refuses %s', (_, start, code) => {
    const of = running();
    expect(refusalOf(() => start(of))).toBe(code);
  });

  it.each<readonly [string, (of: ReturnType<typeof running>) => unknown, string]>([
    [
      'capacity',
      ({ world }) => world.faults.limit({ flavour: 'm6a.large', zone: 'us-east-1a', count: 2 }),
      'InsufficientInstanceCapacity',
    ],
    ['quota', ({ world }) => world.faults.quota('on-demand', 5), 'VcpuLimitExceeded'],
  ])('starts all or none where there is %s for some', (_, narrow, code) => {
    const of = running(3);
    of.powerOffAt(100);
    narrow(of);
    expect(refusalOf(() => of.startAt(200))).toBe(code);
    expect([of.world.live.size, of.world.sleeping.size]).toEqual([0, 3]);
    // What was taken for the first two has been given back.
    of.world.calls.startInstances(of.ids.slice(1));
    expect(of.world.live.size).toBe(2);
  });

  it('lets a stopped machine’s quota and capacity be another’s', () => {
    const { world, powerOffAt, clock, startAt } = running(1, { quotaVcpus: { 'on-demand': 2 } });
    powerOffAt(100);
    runTo(clock, START + 200);
    const other = world.calls.createFleet(fleetOf(1, { token: 'other', flavours: ['m6a.large'] }));
    expect(other.errors).toEqual([]);
    expect(refusalOf(() => startAt(210))).toBe('VcpuLimitExceeded');
  });

  it.each([
    ['instances', { started: { burst: 3, perSecond: 0 } }],
    ['requests', { startInstances: { burst: 1, perSecond: 0 } }],
  ])('has a bucket for %s', (_, bucket) => {
    const { powerOffAt, startAt } = running(2, { limits: { ...DOCUMENTED_LIMITS, ...bucket } });
    powerOffAt(100);
    startAt(200);
    expect(refusalOf(() => startAt(220))).toBe('RequestLimitExceeded');
  });
});

describe('ModifyInstanceAttribute', () => {
  it('makes another size of a stopped machine, with its quota and its price', () => {
    const { world, id, instance, powerOffAt, startAt, clock } = running();
    powerOffAt(100);
    runTo(clock, START + 200);
    world.calls.modifyInstanceAttribute({ instanceId: id, flavour: 'm6a.xlarge' });
    startAt(200);
    expect([instance().offer.flavour, instance().vcpus]).toEqual(['m6a.xlarge', 4]);
    expect(instance().runs.map(({ flavour, vcpus }) => [flavour, vcpus])).toEqual([
      ['m6a.large', 2],
      ['m6a.xlarge', 4],
    ]);
  });

  it.each<readonly [string, object, string]>([
    ['the type of one that runs', { flavour: 'm6a.xlarge' }, 'IncorrectInstanceState'],
    ['two attributes', { flavour: 'm6a.xlarge', shutdownBehavior: 'stop' }, 'InvalidParameterCombination'],
    ['no attribute', {}, 'InvalidParameterCombination'],
    [
      'what it does not know',
      { instanceId: 'i-0fffffffffffffff0', shutdownBehavior: 'stop' },
      'InvalidInstanceID.NotFound',
    ],
  ])('refuses %s', (_, given, code) => {
    const { world, id } = running();
    expect(refusalOf(() => world.calls.modifyInstanceAttribute({ instanceId: id, ...given }))).toBe(code);
  });

  it.each([
    ['a type that nobody has', 'm6a.nothing', 'InvalidInstanceAttributeValue'],
    ['a type of another architecture', 'm6g.large', 'InvalidParameterCombination'],
  ])('refuses %s', (_, flavour, code) => {
    const { world, id, powerOffAt, clock } = running();
    powerOffAt(100);
    runTo(clock, START + 200);
    expect(refusalOf(() => world.calls.modifyInstanceAttribute({ instanceId: id, flavour }))).toBe(code);
  });

  it('refuses one that has ended, and a spot machine that is to stop', () => {
    const { world, ids, id, clock } = running();
    world.calls.terminateInstances(ids);
    expect(
      refusalOf(() => world.calls.modifyInstanceAttribute({ instanceId: id, shutdownBehavior: 'stop' })),
    ).toBe('IncorrectInstanceState');
    world.calls.createFleet(fleetOf(1, { token: 'spot', market: 'spot' }));
    runTo(clock, START + 60);
    const spot = [...world.instances.keys()].at(-1) ?? '';
    expect(
      refusalOf(() => world.calls.modifyInstanceAttribute({ instanceId: spot, shutdownBehavior: 'stop' })),
    ).toBe('UnsupportedOperation');
  });
});

describe('CreateTags', () => {
  it('writes on all of them, over what was there', () => {
    const { world, ids } = running(2);
    world.calls.createTags(ids, [{ key: 'aerie:queue', value: 'other' }]);
    expect([...world.instances.values()].map(({ tags }) => tags['aerie:queue'])).toEqual(['other', 'other']);
  });

  it.each<readonly [string, readonly { key: string; value: string }[], string]>([
    ['a key of AWS’s own', [{ key: 'aws:x', value: '' }], 'InvalidParameterValue'],
    ['a key that metadata cannot show', [{ key: 'a b', value: '' }], 'InvalidParameterValue'],
    ['a key that comes twice', ['a', 'a'].map((key) => ({ key, value: '' })), 'InvalidParameterValue'],
    [
      'more than fifty with those that are there',
      Array.from({ length: 50 }, (_, n) => ({ key: `k${n}`, value: '' })),
      'TagLimitExceeded',
    ],
    ['a key that the caller may not write', [{ key: 'other', value: '' }], 'UnauthorizedOperation'],
  ])('refuses %s, for all of them', (what, tags, code) => {
    const writableTags = what.includes('may not') ? { writableTags: ['aerie:promised'] } : {};
    const { world, ids } = running(2, writableTags);
    expect(refusalOf(() => world.calls.createTags(ids, tags))).toBe(code);
    const [first] = world.instances.values();
    expect(Object.keys(first?.tags ?? {}).filter((key) => !key.startsWith('aws:'))).toEqual(['aerie:queue']);
  });
});

describe.each(['startInstances', 'createTags', 'modifyInstanceAttribute'] as const)(
  'A caller that may only touch its own, with %s',
  (call) => {
    it('is refused what has not its tag', () => {
      const of = running(1, { ownTag: 'aerie:queue' });
      const other = smallWorld({ ownTag: 'aerie:stage' });
      other.world.calls.createFleet(fleetOf(1));
      runTo(other.clock, START + 30);
      const act = (world: typeof of.world, id: string) => {
        const calls = {
          startInstances: () => world.calls.startInstances([id]),
          createTags: () => world.calls.createTags([id], [{ key: 'a', value: '' }]),
          modifyInstanceAttribute: () =>
            world.calls.modifyInstanceAttribute({ instanceId: id, shutdownBehavior: 'stop' }),
        };
        return refusalOf(calls[call]);
      };
      expect(act(of.world, of.id)).toBe('not refused');
      const [foreign = ''] = other.world.instances.keys();
      expect(act(other.world, foreign)).toBe('UnauthorizedOperation');
    });
  },
);

describe('The bill of one that sleeps', () => {
  const HOUR = 3600;
  const DISK = extrasPerHour({ ...USUAL_PLACE, hasPublicAddress: false });
  const ADDRESS = extrasPerHour({ ...USUAL_PLACE, diskGb: 0 });
  const CORE = 0.0432;

  /** An hour of work, two of sleep, ten seconds of work as a machine of twice the size, and then its end. */
  const whole = () => {
    const of = running();
    of.powerOffAt(HOUR);
    runTo(of.clock, START + 3 * HOUR);
    of.world.calls.modifyInstanceAttribute({ instanceId: of.id, flavour: 'm6a.xlarge' });
    of.startAt(3 * HOUR);
    runTo(of.clock, START + 3 * HOUR + 10);
    of.world.calls.terminateInstances(of.ids);
    runTo(of.clock, START + 9 * HOUR);
    return of;
  };
  const instancesOf = ({ world }: ReturnType<typeof running>) => [...world.instances.values()];

  it('has its cores while it has power, a minute for every start at least', () => {
    const of = whole();
    expect(billOf(instancesOf(of), of.clock.now).coreHours).toBeCloseTo(2 + (4 * 60) / HOUR, 9);
  });

  it('has the disk from launch to end, and the address while it has power', () => {
    const of = whole();
    const disk = DISK * (3 + 10 / HOUR);
    expect(diskDollars(instancesOf(of), of.clock.now, USUAL_PLACE)).toBeCloseTo(disk, 9);
    const machine = 2 * CORE + ADDRESS + ((4 * CORE + ADDRESS) * 60) / HOUR;
    expect(listBill(instancesOf(of), of.clock.now, USUAL_PLACE)).toBeCloseTo(disk + machine, 9);
  });

  it('has the disk of its sleep in core-hours', () => {
    const of = whole();
    expect(sleepCoreHours(instancesOf(of), of.clock.now, USUAL_PLACE)).toBeCloseTo((2 * DISK) / CORE, 9);
    const never = running();
    runTo(never.clock, START + HOUR);
    expect(sleepCoreHours(instancesOf(never), never.clock.now, USUAL_PLACE)).toBe(0);
  });

  it('grows by the disk alone while it sleeps, added up again and again', () => {
    const of = running();
    const bill = runningListBill(of.world.instances, USUAL_PLACE);
    of.powerOffAt(HOUR);
    const before = bill(of.clock.now).all ?? 0;
    runTo(of.clock, START + 2 * HOUR);
    expect((bill(of.clock.now).all ?? 0) - before).toBeCloseTo(DISK, 9);
    of.startAt(2 * HOUR);
    runTo(of.clock, START + 3 * HOUR);
    const awake = 2 * (2 * CORE + ADDRESS) + 3 * DISK;
    expect(bill(of.clock.now).all).toBeCloseTo(awake, 9);
  });
});
