import type { Sandbox } from './sandbox.ts';
import type { Fault, Scenario } from './scenario.ts';
import type { World } from './world.ts';

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
    case 'collector-restart':
      return 'collector restarted';
    case 'functions-killed':
      return 'functions killed';
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

/** What faults strike besides the world. */
type Struck = Pick<Sandbox, 'endpoint' | 'killSome'>;

/** Begins one fault; the answer ends it. */
const begin = (fault: Fault, world: World, { endpoint, killSome }: Struck): (() => void) => {
  switch (fault.kind) {
    case 'panda':
      world.panda.turn(fault.mode);
      return () => world.panda.turn('ok');
    case 'endpoint':
      endpoint.turn(fault.mode);
      return () => endpoint.turn('ok');
    case 'no-capacity': {
      const { flavour, zone, market } = fault;
      const where = {
        ...(flavour === undefined ? {} : { flavour }),
        ...(zone === undefined ? {} : { zone }),
        ...(market === undefined ? {} : { market }),
      };
      return world.ec2.faults.limit({ ...where, count: 0 });
    }
    case 'ec2-throttled':
      world.ec2.faults.throttleEverything(true);
      return () => world.ec2.faults.throttleEverything(false);
    case 'collector-restart':
      world.pool.restartCollector();
      return () => {};
    case 'functions-killed':
      killSome(fault.share);
      return () => killSome(0);
    default:
      return fault satisfies never;
  }
};

/** Puts the scenario's faults on the clock. */
export const scheduleFaults = (scenario: Scenario, world: World, struck: Struck): void => {
  const { clock } = world;
  const start = clock.now;
  for (const fault of scenario.faults) {
    const [from, to] = minutesOf(fault);
    clock.at(start + from * 60, () => {
      const end = begin(fault, world, struck);
      clock.at(start + to * 60, end);
    });
  }
};
