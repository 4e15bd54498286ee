import type { Market } from '../../core/model/flavours.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import type { LaunchFailure, TwinInstance } from '../aws/ec2/instance.ts';
import type { ParameterStore } from '../aws/ssm/store.ts';
import type { Carrier, Timers } from '../aws/timers.ts';
import type { Clock } from '../clock/clock.ts';
import { stream } from '../clock/random.ts';
import type { Absence, Oddity } from '../openstack/world.ts';
import type { EndpointFace } from '../pool/face.ts';
import { deployer } from '../scenario/deploys.ts';
import type { Fault, Scenario } from '../scenario/schema.ts';
import type { Functions } from './functions.ts';
import { parameterOf } from './parameters.ts';
import type { Failing } from './sandbox.ts';
import { TEMPLATE, type World } from './world.ts';

/** Offers of EC2; a field left out means any. */
interface Where {
  readonly flavour?: string | undefined;
  readonly zone?: string | undefined;
  readonly market?: Market | undefined;
}

const placeOf = ({ flavour, zone, market }: Where): string =>
  [flavour, zone, market].filter(Boolean).join(' ') || 'anywhere';

/** The fields that are there, for options that have none that is undefined. */
const where = ({ flavour, zone, market }: Where) => ({
  ...(flavour === undefined ? {} : { flavour }),
  ...(zone === undefined ? {} : { zone }),
  ...(market === undefined ? {} : { market }),
});

/** Whose knob a fault sets. */
const ownerOf = ({ queue, fleet = '' }: Extract<Fault, { kind: 'setting' }>): Owner =>
  queue === undefined ? { of: 'fleet', name: fleet } : { of: 'queue', name: queue };

/** What a fault is called where it is shown. */
const nameOf = (fault: Fault): string => {
  switch (fault.kind) {
    case 'panda':
      return `PanDA: ${fault.mode}`;
    case 'endpoint':
      return `endpoint: ${fault.mode}`;
    case 'no-capacity':
      return `no capacity: ${placeOf(fault)}`;
    case 'fleet-refused':
      return `fleets refused for ${placeOf(fault)}: ${fault.code}`;
    case 'call-refused':
      return `${fault.call === 'every' ? 'every call' : fault.call} refused: ${fault.code}`;
    case 'end-refused':
      return `${Math.round(100 * fault.share)} % of ends refused`;
    case 'ec2-throttled':
      return 'EC2 throttled';
    case 'collector-restart':
      return 'collector restarted';
    case 'boots-fail':
      return 'boots fail';
    case 'launches-fail':
      return `instances end at their launch: ${fault.reason}`;
    case 'bad-deploy':
      return 'bad template deployed';
    case 'pilots-fail':
      return 'pilots fail';
    case 'odd-workers':
      return `${Math.round(100 * fault.share)} % of workers: ${fault.how}`;
    case 'credential-ends':
      return `pilots' credential ends in ${fault.hours} h`;
    case 'template-spoilt':
      return `${fault.queue}: template spoilt`;
    case 'orphan':
      return 'orphan launched';
    case 'functions-killed':
      return 'functions killed';
    case 'ec2-denied':
      return 'EC2 denies every call';
    case 'cloud-away':
    case 'cloud-odd':
      return `the other cloud: ${fault.how}`;
    case 'outage':
      return `outage: ${fault.of}`;
    case 'setting':
      return `${ownerOf(fault).of} ${ownerOf(fault).name}: ${fault.knob} is ${fault.value}`;
    case 'timer-off':
      return `timer off: ${fault.of}`;
    case 'ticks-lost':
      return `${Math.round(100 * fault.share)} % of ticks lost`;
    case 'ticks-late':
      return `${fault.of} is ${fault.seconds} s late`;
    default:
      return fault satisfies never;
  }
};

type ModeOf<Kind extends Fault['kind']> = Extract<
  Fault,
  { readonly kind: Kind; readonly mode: string }
>['mode'];
type PandaFault = ModeOf<'panda'>;
type EndpointFault = ModeOf<'endpoint'>;

const minutesOf = (fault: Fault): readonly [number, number] =>
  'forMinutes' in fault
    ? [fault.fromMinute, fault.fromMinute + fault.forMinutes]
    : [fault.fromMinute, fault.fromMinute + 1];

/** The faults of a scenario with their times, for whoever watches. */
export const faultWindows = ({ faults }: Pick<Scenario, 'faults'>) =>
  faults.map((fault) => {
    const [from, to] = minutesOf(fault);
    return { what: nameOf(fault), fromSeconds: from * 60, toSeconds: to * 60 };
  });

/** What hits the whole of PanDA or of the endpoint: of several at a time the newest holds, then those before it again. */
const turning = <Mode extends string | number>(turn: (mode: Mode | 'ok') => void) => {
  const begun: { readonly mode: Mode }[] = [];
  let now: Mode | 'ok' = 'ok';
  const settle = () => {
    const mode = begun.at(-1)?.mode ?? 'ok';
    if (mode === now) return;
    now = mode;
    turn(mode);
  };
  return (mode: Mode): (() => void) => {
    const one = { mode };
    begun.push(one);
    settle();
    return () => {
      begun.splice(begun.indexOf(one), 1);
      settle();
    };
  };
};

/** Where faults are done to: what `scheduleFaults` needs of the world and its faces. */
export interface Faulty {
  readonly panda: Pick<World['panda'], 'turn'>;
  readonly pool: Pick<World['pool'], 'restartCollector'>;
  readonly ec2: {
    readonly faults: Omit<World['ec2']['faults'], 'quota' | 'interrupt' | 'recommendRebalance'>;
  };
  readonly breakage: World['breakage'];
  readonly elsewhere?: World['elsewhere'];
  /** Launches an instance by hand; answers what ends it. */
  readonly launchOrphan: (flavour: string) => () => void;
  readonly endpoint: Pick<EndpointFace, 'turn' | 'endCredentials' | 'spoil'>;
  readonly functions: Pick<Functions, 'killSome' | 'deploy'>;
  readonly ledger: Failing;
  readonly parameters: Failing;
  readonly store: ParameterStore;
  readonly timers: Omit<Timers, 'nudge'>;
  /** Of which instances a fault hits. */
  readonly seed: number;
}

/** Puts a value, and puts back what stood there before. */
const change = (store: ParameterStore, name: string, value: string): (() => void) => {
  const before = store.get(name);
  store.put({ name, value, overwrite: true });
  return () => {
    if (before === undefined) store.remove(name);
    else store.put({ name, value: before.value, overwrite: true });
  };
};

/** Answers what begins a fault, which in turn answers what ends it. */
const beginner = (faulty: Faulty): ((fault: Fault) => () => void) => {
  const { panda, pool, ec2, endpoint, functions, store, timers, seed } = faulty;
  const turnPanda = turning<PandaFault>((mode) => panda.turn(mode));
  const turnEndpoint = turning<EndpointFault>((mode) => endpoint.turn(mode));
  const turnCredential = turning<number>((hours) =>
    endpoint.endCredentials(hours === 'ok' ? undefined : hours * 3600),
  );
  const turnEc2 = turning<'throttled'>((mode) => ec2.faults.throttleEverything(mode !== 'ok'));
  const turnDenied = turning<'denied'>((mode) => ec2.faults.denyEverything(mode !== 'ok'));
  const turnLaunches = turning<LaunchFailure>((reason) =>
    ec2.faults.failLaunches(reason === 'ok' ? undefined : reason),
  );
  const turnBoots = turning<'failing'>((mode) => faulty.breakage.boots.fail(mode !== 'ok'));
  const turnPilots = turning<'failing'>((mode) => faulty.breakage.pilots.fail(mode !== 'ok'));
  const turnService = {
    ledger: turning<'failing'>((mode) => faulty.ledger.fail(mode !== 'ok')),
    parameters: turning<'failing'>((mode) => faulty.parameters.fail(mode !== 'ok')),
  };
  const turnCloud = turning<Absence>((how) =>
    faulty.elsewhere?.openstack.operator.away(how === 'ok' ? undefined : how),
  );
  const turnOdd = turning<Oddity>((how) =>
    faulty.elsewhere?.openstack.operator.odd(how === 'ok' ? undefined : how),
  );
  const turnTicks = turning<number>((share) => timers.loseSome(share === 'ok' ? 0 : share));
  const turnLateness = (carrier: Carrier) =>
    turning<number>((seconds) => timers.beLate(carrier, seconds === 'ok' ? 0 : seconds));
  const turnLate = { EventBridge: turnLateness('EventBridge'), SQS: turnLateness('SQS') };
  const deployBad = deployer(TEMPLATE.version, (version) => functions.deploy(version));
  const turnFunctions = turning<number>((share) => functions.killSome(share === 'ok' ? 0 : share));
  return (fault) => {
    switch (fault.kind) {
      case 'panda':
        return turnPanda(fault.mode);
      case 'endpoint':
        return turnEndpoint(fault.mode);
      case 'no-capacity': {
        const { code } = fault;
        return ec2.faults.limit({ ...where(fault), ...(code === undefined ? {} : { code }), count: 0 });
      }
      case 'fleet-refused':
        return ec2.faults.refuseFleets({ ...where(fault), code: fault.code, names: fault.names });
      case 'call-refused':
        return ec2.faults.refuseCalls({ call: fault.call, code: fault.code });
      case 'end-refused': {
        const { code, names, share, fromMinute } = fault;
        const isHit = ({ instanceId }: TwinInstance) =>
          stream(seed, 'unendable', fromMinute, instanceId)() < share;
        return ec2.faults.refuseEnds({ code, names, isHit });
      }
      case 'ec2-throttled':
        return turnEc2('throttled');
      case 'collector-restart':
        pool.restartCollector();
        return () => {};
      case 'boots-fail':
        return turnBoots('failing');
      case 'launches-fail':
        return turnLaunches(fault.reason);
      case 'bad-deploy':
        return deployBad();
      case 'pilots-fail':
        return turnPilots('failing');
      case 'odd-workers': {
        const { how, share, fromMinute } = fault;
        const isHit = ({ instanceId }: TwinInstance) => stream(seed, how, fromMinute, instanceId)() < share;
        return faulty.breakage.oddities.begin((instance) => (isHit(instance) ? how : undefined));
      }
      case 'credential-ends':
        return turnCredential(fault.hours);
      case 'template-spoilt':
        endpoint.spoil(fault.queue, true);
        return () => endpoint.spoil(fault.queue, false);
      case 'orphan':
        return faulty.launchOrphan(fault.flavour);
      case 'functions-killed':
        return turnFunctions(fault.share);
      case 'ec2-denied':
        return turnDenied('denied');
      case 'cloud-away':
        return turnCloud(fault.how);
      case 'cloud-odd':
        return turnOdd(fault.how);
      case 'outage':
        return turnService[fault.of]('failing');
      case 'setting':
        return change(store, parameterOf(ownerOf(fault), fault.knob), fault.value);
      case 'timer-off':
        timers.switchOff(fault.of, true);
        return () => timers.switchOff(fault.of, false);
      case 'ticks-lost':
        return turnTicks(fault.share);
      case 'ticks-late':
        return turnLate[fault.of](fault.seconds);
      default:
        return fault satisfies never;
    }
  };
};

/** Puts the scenario's faults on the clock. Faults of one kind that overlap hold until the last of them ends. */
export const scheduleFaults = ({ faults }: Pick<Scenario, 'faults'>, clock: Clock, faulty: Faulty): void => {
  const start = clock.now;
  const begin = beginner(faulty);
  for (const fault of faults) {
    const [from, to] = minutesOf(fault);
    clock.at(start + from * 60, () => {
      const end = begin(fault);
      clock.at(start + to * 60, end);
    });
  }
};
