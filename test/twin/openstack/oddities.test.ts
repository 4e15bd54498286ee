import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import type { OpenStackOptions } from '../../../twin/openstack/options.ts';
import { Refusal } from '../../../twin/openstack/refusal.ts';
import { openStackWorld } from '../../../twin/openstack/world.ts';
import { runTo } from '../aws/ec2-world.ts';

const ROOM = { vcpus: 100, ramMb: 100_000, diskGb: 1_000 };

const world = (more: Partial<OpenStackOptions> = {}) => {
  const clock = simulatedClock(1_000);
  const made = openStackWorld(clock, {
    region: 'RegionOne',
    credentials: [{ id: 'a', secret: 'b', accessRules: [] }],
    flavours: [{ id: 'f', name: 'g1.small', vcpus: 1, ramMb: 1_024, diskGb: 10 }],
    zones: [{ name: 'nova', ...ROOM }],
    images: ['image'],
    networks: [],
    quota: { instances: 20, cores: 20, keypairs: 10 },
    pageSize: 100,
    buildSeconds: 10,
    deleteSeconds: 2,
    ...more,
  });
  const launch = () =>
    made.create({
      name: 'x',
      flavorRef: 'f',
      imageRef: 'image',
      networks: 'none',
      availability_zone: 'nova',
    });
  return { clock, made, launch };
};

describe('an odd OpenStack', () => {
  it('accepts every launch and finds no host for it, and is as before when that is over', () => {
    const { clock, made, launch } = world();
    made.operator.odd('accepts-and-fails');
    const [failed] = launch();
    runTo(clock, 1_010);
    expect(failed).toMatchObject({ status: 'ERROR', fault: { message: 'No valid host was found. ' } });
    made.operator.odd(undefined);
    const [runs] = launch();
    runTo(clock, 1_020);
    expect(runs?.status).toBe('ACTIVE');
  });

  it('lists what was there a minute ago: not yet what is new, and still what has ended', () => {
    const { clock, made, launch } = world();
    const [first] = launch();
    runTo(clock, 1_100);
    const [second] = launch();
    if (first === undefined) throw new Error('nothing was made');
    made.operator.odd('lists-lag');
    expect(made.listed()).toEqual([first]);
    made.delete(first);
    runTo(clock, 1_159);
    expect([made.servers.has(first.id), made.listed()]).toEqual([false, [first]]);
    runTo(clock, 1_162);
    expect(made.listed()).toEqual([second]);
  });

  it('fails what its operator says though there is a host for it', () => {
    const fault = { code: 500, message: 'Volume did not finish being created.' };
    const { clock, launch } = world({ buildFails: () => fault });
    const [broken] = launch();
    runTo(clock, 1_010);
    expect(broken).toMatchObject({ status: 'ERROR', fault, runs: [] });
  });

  it('loses a host: its server is off or in error, and has no power', () => {
    const { clock, made, launch } = world();
    const all = [launch(), launch()].flat();
    runTo(clock, 1_020);
    for (const [index, then] of (['SHUTOFF', 'ERROR'] as const).entries()) {
      made.operator.hostLost(all[index]?.id ?? '', then);
      expect(all[index]).toMatchObject({ status: then, task: null, runs: [{ from: 1_010, until: 1_020 }] });
    }
  });

  it('has a server in error that runs on, until it switches itself off', () => {
    const { clock, made, launch } = world();
    const [server] = launch();
    runTo(clock, 1_020);
    made.operator.moveFails(server?.id ?? '');
    expect(server).toMatchObject({ status: 'ERROR', runs: [{ from: 1_010 }] });
    made.operator.powerOff(server?.id ?? '');
    expect(server).toMatchObject({ status: 'ERROR', runs: [{ from: 1_010, until: 1_020 }] });
  });

  it('lets nobody start, label or delete a server that its operator has locked', () => {
    const { clock, made, launch } = world();
    const [server] = launch();
    if (server === undefined) throw new Error('nothing was made');
    runTo(clock, 1_020);
    made.operator.powerOff(server.id);
    made.operator.lock(server.id, true);
    for (const act of [made.start, made.delete, (of: typeof server) => made.label(of, { a: 'b' })])
      expect(() => act(server)).toThrow('is locked');
    made.operator.lock(server.id, false);
    made.start(server);
    runTo(clock, 1_030);
    expect(server.status).toBe('ACTIVE');
  });

  it('ends a token with its third use', () => {
    const { made } = world();
    made.operator.odd('tokens-end');
    const token = made.enter('a', 'b');
    for (const _ of [1, 2, 3]) expect(made.holder(token)).toBe('a');
    expect(() => made.holder(token)).toThrow(Refusal);
  });
});
