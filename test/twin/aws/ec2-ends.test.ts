import { describe, expect, test } from 'vitest';
import { stateReasonOf } from '../../../twin/aws/ec2/instance.ts';
import { fleetOf, refusalOf, runTo, START, smallWorld } from './ec2-world.ts';

const idsOf = (reply: { instances: readonly { instanceIds: readonly string[] }[] }): readonly string[] =>
  reply.instances.flatMap(({ instanceIds }) => instanceIds);

const one = (options: Parameters<typeof smallWorld>[0] = {}) => {
  const { clock, world } = smallWorld(options);
  const [instanceId = ''] = idsOf(world.calls.createFleet(fleetOf(1)));
  return { clock, world, instanceId };
};

const EVERYTHING = { instanceIds: [], filters: [] };

describe('The console of an instance', () => {
  const speaking = (flavour = 'm6i.large', writtenOut: readonly string[] = []) => {
    let said: string | undefined;
    const { clock, world } = smallWorld({
      hiddenSeconds: [0, 0],
      pendingSeconds: [10, 10],
      shuttingDownSeconds: [30, 30],
      consoleOf: () => said,
      flavours: writtenOut,
    });
    const [instanceId = ''] = idsOf(world.calls.createFleet(fleetOf(1, { flavours: [flavour] })));
    const at = (seconds: number, text?: string) => {
      runTo(clock, START + seconds);
      said = text ?? said;
    };
    return {
      world,
      at,
      read: (latest: boolean) => world.calls.getConsoleOutput(instanceId, latest),
      instanceId,
    };
  };

  test('is what was posted when it started, and with Latest what it has said up to now', () => {
    const { at, read } = speaking();
    at(600, 'aerie: boot failed: no CVMFS');
    expect(read(false)).toBeUndefined();
    expect(read(true)).toBe('aerie: boot failed: no CVMFS');
  });

  test('is no newer right after its end was asked for, and posted once more when it has ended', () => {
    const { world, at, read, instanceId } = speaking();
    at(600, 'aerie: boot failed: no CVMFS');
    world.calls.terminateInstances([instanceId]);
    expect([read(false), read(true)]).toEqual([undefined, undefined]);
    at(631);
    expect([read(false), read(true)]).toEqual(Array(2).fill('aerie: boot failed: no CVMFS'));
  });

  test('cannot be had as it is now from a type before Nitro', () => {
    const { at, read } = speaking('c4.large', ['c4.large(2c,3840m)']);
    at(600, 'x');
    expect(refusalOf(() => read(true))).toBe('UnsupportedOperation');
    expect(read(false)).toBeUndefined();
  });
});

describe('The reason for an end', () => {
  test("is EC2's own for instances that it cannot start, seconds after a launch that was a success", () => {
    const { clock, world } = smallWorld({ hiddenSeconds: [0, 0] });
    world.faults.failLaunches('Client.InternalError');
    const [instanceId = ''] = idsOf(world.calls.createFleet(fleetOf(1)));
    expect(world.instances.get(instanceId)?.life.kind).toBe('pending');
    runTo(clock, START + 60);
    const [described] = world.calls.describeInstances({ ...EVERYTHING, instanceIds: [instanceId] }).instances;
    expect(described && stateReasonOf(described)).toEqual({
      code: 'Client.InternalError',
      message: 'Client.InternalError: Client error on launch',
      transition: '',
    });
    world.faults.failLaunches(undefined);
    world.calls.createFleet(fleetOf(1, { token: 'token-2' }));
    runTo(clock, START + 120);
    expect(world.live.size).toBe(1);
  });

  test('names the moment at which somebody asked for it, and is none while it lives', () => {
    const { clock, world, instanceId } = one({ hiddenSeconds: [0, 0] });
    const reason = () => {
      const instance = world.instances.get(instanceId);
      return instance && stateReasonOf(instance);
    };
    runTo(clock, START + 60);
    expect(reason()).toBeUndefined();
    world.calls.terminateInstances([instanceId]);
    expect(reason()).toEqual({
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      transition: 'User initiated (2027-01-15 08:01:00 GMT)',
    });
  });
});
