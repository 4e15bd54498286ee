import { describe, expect, test } from 'vitest';
import { extrasPerHour, USUAL_PLACE } from '../../../core/settings/place.ts';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import { listBill, runningListBill } from '../../../twin/aws/ec2/list-bill.ts';
import { fleetOf, runTo, START, smallWorld } from './ec2-world.ts';

const EXTRAS = extrasPerHour(USUAL_PLACE);
const BARE = { ...USUAL_PLACE, diskGb: 0, hasPublicAddress: false };

/** A world with so many m6a.large, the cheapest type of the fleet. */
const launched = (count: number) => {
  const small = smallWorld();
  const ids = small.world.calls
    .createFleet(fleetOf(count))
    .instances.flatMap(({ instanceIds }) => instanceIds);
  return { ...small, ids };
};

describe('the bill at list prices', () => {
  test.each([
    ['a minute at least', 10, 2 * 0.0864 * (60 / 3600)],
    ['by the second from then on', 1800, 2 * 0.0864 * 0.5],
  ])('counts %s', (_, seconds, dollars) => {
    const { world, clock } = launched(2);
    runTo(clock, START + seconds);
    expect(listBill(world.instances.values(), clock.now, BARE)).toBeCloseTo(dollars, 9);
  });

  test('has disks and addresses in it', () => {
    const { world, clock } = launched(3);
    runTo(clock, START + 3600);
    expect(listBill(world.instances.values(), clock.now, USUAL_PLACE)).toBeCloseTo(3 * (0.0864 + EXTRAS), 9);
  });

  test.each([
    ['as on demand unless a price of it is told', 1800, undefined, undefined, 0.5],
    ['at the price of its fleet', 1800, 40, undefined, 0.5 * 0.4],
    ['for nothing if EC2 took it back in its first hour', 7200, 40, 600, 0],
    ['by the second if EC2 took it back later', 9000, 40, 7080, 2 * 0.4],
  ])('counts spot %s', (_, seconds, percent, interruptedAt, hours) => {
    const { world, clock } = smallWorld();
    const { instances } = world.calls.createFleet(fleetOf(1, { flavours: ['m6a.large'], market: 'spot' }));
    const [id = ''] = instances.flatMap(({ instanceIds }) => instanceIds);
    if (interruptedAt !== undefined) {
      runTo(clock, START + interruptedAt);
      world.faults.interrupt(id);
    }
    runTo(clock, START + seconds);
    const place = { ...BARE, ...(percent === undefined ? {} : { spotPercent: () => percent }) };
    expect(listBill(world.instances.values(), clock.now, place)).toBeCloseTo(0.0864 * hours, 9);
    const address = { ...place, hasPublicAddress: true };
    expect(listBill(world.instances.values(), clock.now, address)).toBeGreaterThan(0.0864 * hours);
  });

  test('counts spot that was ended by ourselves in its first hour', () => {
    const { world, clock } = smallWorld();
    const { instances } = world.calls.createFleet(fleetOf(1, { flavours: ['m6a.large'], market: 'spot' }));
    runTo(clock, START + 1800);
    world.calls.terminateInstances(instances.flatMap(({ instanceIds }) => instanceIds));
    runTo(clock, START + 7200);
    expect(listBill(world.instances.values(), clock.now, BARE)).toBeCloseTo(0.0864 / 2, 9);
  });

  test('is not known where a type has no list price', () => {
    const { world, clock } = launched(1);
    expect(
      listBill(world.instances.values(), clock.now, { ...USUAL_PLACE, region: 'moon-1' }),
    ).toBeUndefined();
    const running = runningListBill(world.instances, { ...USUAL_PLACE, region: 'moon-1' });
    expect(running(clock.now).all).toBeUndefined();
  });

  test('is the same when it is added up again and again, through launches and ends', () => {
    const { world, clock, ids } = launched(4);
    // One in some is of A, the others of B.
    const whose = ({ instanceId }: TwinInstance) => (instanceId.endsWith('0') ? 'A' : 'B');
    const running = runningListBill(world.instances, USUAL_PLACE, whose);
    const both = () => [
      running(clock.now).all ?? -1,
      listBill(world.instances.values(), clock.now, USUAL_PLACE) ?? -2,
    ];
    const history: number[] = [];
    for (const [index, id] of ids.entries()) {
      runTo(clock, START + (index + 1) * 500);
      world.calls.terminateInstances([id]);
      if (index % 2 === 0) world.calls.createFleet(fleetOf(2, { token: `more-${index}` }));
      const [now = 0, whole = 0] = both();
      expect(now).toBeCloseTo(whole, 9);
      history.push(now);
    }
    runTo(clock, START + 10_000);
    const [now = 0, whole = 0] = both();
    expect(now).toBeCloseTo(whole, 9);
    const { all = -1, of } = running(clock.now);
    expect((of('A') ?? -1) + (of('B') ?? -1)).toBeCloseTo(all, 9);
    expect(of('C')).toBe(0);
    expect([...history, now]).toEqual([...history, now].toSorted((a, b) => a - b));
  });
});
