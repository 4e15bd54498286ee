import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenBucket } from '../../../twin/aws/ec2/throttle.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { fleetOf, refusalOf, runTo, START, smallWorld } from './ec2-world.ts';

const FLAVOURS = ['m6i.large', 'm6a.large', 'c6i.xlarge'];

const fleet = fc.record({
  token: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  count: fc.integer({ min: 1, max: 12 }),
  market: fc.constantFrom('spot', 'on-demand'),
  flavours: fc.uniqueArray(fc.constantFrom(...FLAVOURS), { minLength: 1 }),
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('launch'), fleet }),
  fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('end'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

const settings = fc.record({
  room: fc.integer({ min: 0, max: 6 }),
  quota: fc.integer({ min: 0, max: 40 }),
});

describe('Whatever is asked in whatever order', () => {
  test('capacity and quota hold, no fleet gets more than it asked for, and a token launches once', () => {
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 25 }), ({ room, quota }, steps) => {
        const { clock, world } = smallWorld({
          capacity: [{ count: room }],
          quotaVcpus: { spot: quota, 'on-demand': quota },
        });
        const replies = new Map<string, unknown>();
        for (const action of steps) {
          if (action.kind === 'wait') runTo(clock, clock.now + action.seconds);
          if (action.kind === 'end') {
            for (const { instanceId } of [...world.live].slice(0, world.live.size * action.share)) {
              world.powerOff(instanceId);
            }
          }
          if (action.kind === 'launch') {
            const { token, count } = action.fleet;
            const before = world.instances.size;
            const request = fleetOf(count, action.fleet);
            if (refusalOf(() => world.calls.createFleet(request)) !== 'not refused') continue;
            const born = world.instances.size - before;
            const reply = world.calls.createFleet(request);
            const got = reply.instances.flatMap(({ instanceIds }) => instanceIds);
            expect(got.length).toBeLessThanOrEqual(count);
            expect(world.instances.size - before).toBe(born);
            expect(born).toBe(replies.has(token) ? 0 : got.length);
            expect(replies.get(token) ?? reply).toEqual(reply);
            replies.set(token, reply);
          }
          const used = new Map<string, number>();
          const vcpus = { spot: 0, 'on-demand': 0 };
          for (const { offer, vcpus: cores } of world.live) {
            const key = JSON.stringify(offer);
            used.set(key, (used.get(key) ?? 0) + 1);
            vcpus[offer.market] += cores;
          }
          expect(Math.max(0, ...used.values())).toBeLessThanOrEqual(room);
          expect(Math.max(vcpus.spot, vcpus['on-demand'])).toBeLessThanOrEqual(quota);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the same launches in another order bring forth the same instances', () => {
    const tokens = ['a', 'b', 'c', 'd'];
    fc.assert(
      fc.property(fc.shuffledSubarray(tokens, { minLength: 4 }), (order) => {
        const fates = (sequence: readonly string[]) => {
          const { clock, world } = smallWorld();
          for (const token of sequence) world.calls.createFleet(fleetOf(5, { token, market: 'spot' }));
          const seen: string[] = [];
          runTo(clock, START + 13);
          for (const { instanceId, visibleAt, life, offer } of world.instances.values()) {
            seen.push(JSON.stringify([instanceId, visibleAt, life, offer]));
          }
          return seen.sort();
        };
        expect(fates(order)).toEqual(fates(tokens));
      }),
      { numRuns: 20 },
    );
  });
});

describe('A token bucket', () => {
  test('never gives more than its burst and what has flowed in', () => {
    const wait = fc.record({
      seconds: fc.integer({ min: 0, max: 60 }),
      want: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(wait), (waits) => {
        const clock = simulatedClock(START);
        const bucket = tokenBucket(clock, { burst: 50, perSecond: 2 });
        let taken = 0;
        for (const { seconds, want } of waits) {
          clock.advance(clock.now + seconds);
          if (bucket.left() < want) continue;
          bucket.take(want);
          taken += want;
          expect(taken).toBeLessThanOrEqual(50 + 2 * (clock.now - START));
        }
      }),
    );
  });
});

describe('Throttling', () => {
  test.each([
    { call: 'CreateFleet', burst: 50, perSecond: 5 },
    { call: 'TerminateInstances', burst: 100, perSecond: 5 },
    { call: 'DescribeInstances with a page size', burst: 100, perSecond: 20 },
    { call: 'DescribeInstances of everything', burst: 50, perSecond: 10 },
    { call: 'RunInstances', burst: 5, perSecond: 2 },
  ])('lets $burst $call through at once and $perSecond a second after that', ({ call, burst, perSecond }) => {
    const { clock, world } = smallWorld();
    const reply = world.calls.createFleet(fleetOf(1));
    const [instanceId = ''] = reply.instances[0]?.instanceIds ?? [];
    runTo(clock, START + 100);
    const everything = { instanceIds: [], filters: [] };
    const run = {
      templateId: 'lt-0123456789abcdef0',
      templateVersion: '3',
      flavour: 'm6i.large',
      subnetId: 'subnet-0a',
      market: 'spot' as const,
      minCount: 1,
      maxCount: 1,
      tagSpecifications: [],
    };
    const calls: Record<string, () => unknown> = {
      CreateFleet: () => world.calls.createFleet(fleetOf(1)),
      TerminateInstances: () => world.calls.terminateInstances([instanceId]),
      'DescribeInstances with a page size': () =>
        world.calls.describeInstances({ ...everything, maxResults: 100 }),
      'DescribeInstances of everything': () => world.calls.describeInstances(everything),
      RunInstances: () => world.calls.runInstances(run),
    };
    const through = () => {
      let count = 0;
      while (refusalOf(calls[call] ?? (() => undefined)) === 'not refused') count += 1;
      return count;
    };
    expect(through()).toBe(burst);
    runTo(clock, clock.now + 1);
    expect(through()).toBe(perSecond);
  });

  test('counts launched instances over all launches: 1,000 at once and 2 a second after that', () => {
    const { clock, world } = smallWorld();
    const codesOf = (count: number, token: string) =>
      world.calls.createFleet(fleetOf(count, { token })).errors.map(({ code }) => code);
    // What a fleet may not start it says inside its answer, once for each place.
    const throttled = Array.from({ length: 4 }, () => 'RequestLimitExceeded');
    expect(codesOf(600, 'a')).toEqual([]);
    expect(codesOf(401, 'b')).toEqual(throttled);
    expect(codesOf(400, 'c')).toEqual([]);
    runTo(clock, START + 30);
    expect(codesOf(61, 'd')).toEqual(throttled);
    expect(codesOf(60, 'e')).toEqual([]);
    expect(world.instances.size).toBe(1060);
  });
});
