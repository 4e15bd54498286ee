import type { Fault, Scenario } from './scenario.ts';
import type { ParameterStore } from './ssm/store.ts';
import type { TimerName } from './timers.ts';
import type { World } from './world.ts';

/** What a fault may turn, besides the world. */
export interface Switches {
  readonly endpoint: { turn(mode: 'ok' | 'down' | 'stale' | 'partial'): void };
  readonly ledger: { fail(on: boolean): void };
  readonly parameters: { fail(on: boolean): void };
  readonly store: ParameterStore;
  /** The name of a queue's knob in Parameter Store. */
  readonly parameterOf: (queue: string, knob: string) => string;
  readonly timers: { switchOff(name: TimerName, off: boolean): void };
}

/** What a fault is called where it is shown. */
const nameOf = (fault: Fault): string => {
  switch (fault.kind) {
    case 'panda':
      return `PanDA: ${fault.mode}`;
    case 'endpoint':
      return `endpoint: ${fault.mode}`;
    case 'no-capacity':
      return `no capacity: ${[fault.flavour, fault.zone, fault.market].filter(Boolean).join(' ') || 'anywhere'}`;
    case 'ec2-throttled':
      return 'EC2 throttled';
    case 'ec2-denied':
      return 'EC2 denies every call';
    case 'collector-restart':
      return 'collector restarted';
    case 'outage':
      return `outage: ${fault.of}`;
    case 'setting':
      return `${fault.queue}: ${fault.knob} is ${fault.value}`;
    case 'timer-off':
      return `timer off: ${fault.of}`;
    default:
      return fault satisfies never;
  }
};

const minutesOf = (fault: Fault): readonly [number, number] =>
  'forMinutes' in fault
    ? [fault.fromMinute, fault.fromMinute + fault.forMinutes]
    : [fault.fromMinute, fault.fromMinute + 1];

/** The faults of a scenario with their times, for whoever watches. */
export const faultWindows = ({ faults }: Scenario) =>
  faults.map((fault) => {
    const [from, to] = minutesOf(fault);
    return { what: nameOf(fault), fromSeconds: from * 60, toSeconds: to * 60 };
  });

/** Puts a value, and puts back what stood there before. */
const change = (store: ParameterStore, name: string, value: string): (() => void) => {
  const before = store.get(name);
  store.put({ name, value, overwrite: true });
  return () => {
    if (before === undefined) store.remove(name);
    else store.put({ name, value: before.value, overwrite: true });
  };
};

/** Begins one fault; the answer ends it. */
const begin = (fault: Fault, world: World, switches: Switches): (() => void) => {
  switch (fault.kind) {
    case 'panda':
      world.panda.turn(fault.mode);
      return () => world.panda.turn('ok');
    case 'endpoint':
      switches.endpoint.turn(fault.mode);
      return () => switches.endpoint.turn('ok');
    case 'no-capacity': {
      const { flavour, zone, market, code } = fault;
      const where = {
        ...(flavour === undefined ? {} : { flavour }),
        ...(zone === undefined ? {} : { zone }),
        ...(market === undefined ? {} : { market }),
        ...(code === undefined ? {} : { code }),
      };
      return world.ec2.faults.limit({ ...where, count: 0 });
    }
    case 'ec2-throttled':
      world.ec2.faults.throttleEverything(true);
      return () => world.ec2.faults.throttleEverything(false);
    case 'ec2-denied':
      world.ec2.faults.denyEverything(true);
      return () => world.ec2.faults.denyEverything(false);
    case 'collector-restart':
      world.pool.restartCollector();
      return () => {};
    case 'outage':
      switches[fault.of].fail(true);
      return () => switches[fault.of].fail(false);
    case 'setting':
      return change(switches.store, switches.parameterOf(fault.queue, fault.knob), fault.value);
    case 'timer-off':
      switches.timers.switchOff(fault.of, true);
      return () => switches.timers.switchOff(fault.of, false);
    default:
      return fault satisfies never;
  }
};

/** Puts the scenario's faults on the clock. */
export const scheduleFaults = (scenario: Scenario, world: World, switches: Switches): void => {
  const { clock } = world;
  const start = clock.now;
  for (const fault of scenario.faults) {
    const [from, to] = minutesOf(fault);
    clock.at(start + from * 60, () => {
      const end = begin(fault, world, switches);
      clock.at(start + to * 60, end);
    });
  }
};
