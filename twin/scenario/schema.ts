import * as z from 'zod';
import { CLOUD_NAME } from '../../core/model/clouds.ts';
import { DEFAULT_FLEET, fleetName, queueName } from '../../core/model/pool.ts';
import { DEFAULT_TICK_SECONDS, TICK_PERIODS } from '../../lib/functions/functions.ts';
import { LAUNCH_FAILURES } from '../aws/ec2/instance.ts';
import { REFUSABLE } from '../aws/ec2/refusing.ts';
import { TRACES, type TraceName } from '../load/trace.ts';
import { ODDITIES } from '../pool/odd.ts';

const minutes = z.number().min(0);
const window = { fromMinute: minutes, forMinutes: z.number().positive() };
const traceName = z.enum(Object.keys(TRACES) as [TraceName, ...TraceName[]]);

/** Jobs cut out of a trace. */
const load = z.strictObject({
  trace: traceName,
  /** SWF partitions (LCG: sites) to take; left out: all. */
  partitions: z.array(z.string()).optional(),
  /** Width of the jobs to take. */
  cores: z.int().min(1),
  /** Hour of the trace at which the scenario begins. */
  fromHour: z.number().min(0).default(0),
  /** Longer jobs are left out. Of a queue: PanDA's `maxtime`, beyond which it brokers none to it. */
  maxRunSeconds: z.number().positive(),
});

/** Knobs as they would stand in SSM. */
const knobs = z.record(z.string(), z.string());

const queue = z.strictObject({
  name: queueName,
  resourceType: z.enum(['SCORE', 'MCORE']).default('SCORE'),
  status: z.string().default('online'),
  load,
  settings: knobs,
});

/** Plain HTCondor jobs that somebody submits to the pool for a fleet: no pilots, and nothing that PanDA knows of. */
const plainJobs = z.strictObject({
  /** Whom the negotiator counts them for. */
  user: queueName,
  fleet: fleetName.default(DEFAULT_FLEET),
  /** Their `cores` is what each asks for. */
  load,
  /** What each asks for besides. */
  memoryMb: z.number().min(0).default(2000),
  diskMb: z.number().min(0).default(1000),
  gpus: z.int().min(0).default(0),
  /** The longest that each says it may run; left out: it does not say. */
  wallSeconds: z.number().positive().exactOptional(),
});

const ec2Code = z
  .string()
  .refine(
    (text) => /^[A-Z][A-Za-z0-9]*(\.[A-Za-z]+)*$/.test(text),
    'a code of EC2 such as VcpuLimitExceeded',
  );
/** Offers of EC2; a field left out means any. */
const offers = {
  flavour: z.string().optional(),
  zone: z.string().optional(),
  market: z.enum(['spot', 'on-demand']).optional(),
};

/** What goes wrong, and when; minutes are those of the simulated run. */
const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('panda'),
    mode: z.enum(['refuses', 'html-503', 'silent', 'hangs up', 'inflated', 'odd-site', 'python']),
    ...window,
  }),
  z.strictObject({
    kind: z.literal('endpoint'),
    mode: z.enum(['down', 'stale', 'late', 'partial']),
    ...window,
  }),
  z.strictObject({
    kind: z.literal('no-capacity'),
    ...offers,
    /** What EC2 says; InsufficientInstanceCapacity unless told. */
    code: ec2Code.optional(),
    ...window,
  }),
  /** EC2 refuses every fleet that has one of these offers, as a whole; `names`: and says which type or zone it is. */
  z.strictObject({
    kind: z.literal('fleet-refused'),
    ...offers,
    code: ec2Code,
    names: z.boolean(),
    ...window,
  }),
  /** EC2 refuses every call of a kind, because of who calls or how often. */
  z.strictObject({
    kind: z.literal('call-refused'),
    call: z.enum([...REFUSABLE, 'every']),
    code: ec2Code,
    ...window,
  }),
  /** This share of the instances may not be ended; a call that has one of them is refused as a whole. */
  z.strictObject({
    kind: z.literal('end-refused'),
    share: z.number().min(0).max(1),
    code: z.enum(['UnauthorizedOperation', 'OperationNotPermitted']),
    names: z.boolean(),
    ...window,
  }),
  z.strictObject({ kind: z.literal('ec2-throttled'), ...window }),
  /** The rights of the functions at EC2 are gone. */
  z.strictObject({ kind: z.literal('ec2-denied'), ...window }),
  /** The cloud beside EC2 answers 503, or nothing at all. */
  z.strictObject({ kind: z.literal('cloud-away'), how: z.enum(['refuses', 'silent']), ...window }),
  /** The cloud beside EC2 answers, and accepts launches that it finds no host for, lists what was so a minute ago, or ends tokens early. */
  z.strictObject({
    kind: z.literal('cloud-odd'),
    how: z.enum(['accepts-and-fails', 'lists-lag', 'tokens-end']),
    ...window,
  }),
  /** A service of AWS fails every call: DynamoDB or Parameter Store. */
  z.strictObject({ kind: z.literal('outage'), of: z.enum(['ledger', 'parameters']), ...window }),
  /** Somebody puts a value into Parameter Store, and puts the old one back. */
  z.strictObject({
    kind: z.literal('setting'),
    /** Whose knob it is: a queue's, or a fleet's. */
    queue: z.string().exactOptional(),
    fleet: z.string().exactOptional(),
    knob: z.string(),
    value: z.string(),
    ...window,
  }),
  /** A timer of the stack is switched off. */
  z.strictObject({
    kind: z.literal('timer-off'),
    of: z.enum(['pilots', 'workers', 'audit', 'settings']),
    ...window,
  }),
  /** This share of the ticks of pilots and workers never comes. */
  z.strictObject({ kind: z.literal('ticks-lost'), share: z.number().min(0).max(1), ...window }),
  /** EventBridge hands over the events of all timers so much later, or SQS the ticks that were sent ahead. */
  z.strictObject({
    kind: z.literal('ticks-late'),
    of: z.enum(['EventBridge', 'SQS']),
    seconds: z.number().positive(),
    ...window,
  }),
  z.strictObject({ kind: z.literal('collector-restart'), fromMinute: minutes }),
  /** Workers that are launched meanwhile never join. */
  z.strictObject({ kind: z.literal('boots-fail'), ...window }),
  /** EC2 answers launches as successes, and ends the instances seconds later for this reason. */
  z.strictObject({ kind: z.literal('launches-fail'), reason: z.enum(LAUNCH_FAILURES), ...window }),
  /** A deploy brings a template whose workers never join; at the end of the window another one mends it. */
  z.strictObject({ kind: z.literal('bad-deploy'), ...window }),
  /** Pilots that start meanwhile end in their set-up, before they ask for a job. */
  z.strictObject({ kind: z.literal('pilots-fail'), ...window }),
  /** This share of the workers that join meanwhile are odd, for as long as they live. */
  z.strictObject({
    kind: z.literal('odd-workers'),
    how: z.enum(ODDITIES),
    share: z.number().min(0).max(1),
    ...window,
  }),
  /** Jobs of this queue's template would not be counted as its pilots: the endpoint refuses to submit any. */
  z.strictObject({ kind: z.literal('template-spoilt'), queue: z.string(), ...window }),
  /** The credential of every template ends so many hours after this begins; at the end of the window it is renewed. */
  z.strictObject({ kind: z.literal('credential-ends'), hours: z.number().min(0), ...window }),
  /** Somebody launches a copy of a worker by hand, with the stage's tag and the mark of protection, but of no fleet. */
  z.strictObject({ kind: z.literal('orphan'), flavour: z.string(), ...window }),
  /** SIGKILL for the process of a function, somewhere in this share of its runs. */
  z.strictObject({ kind: z.literal('functions-killed'), share: z.number().min(0).max(1), ...window }),
]);

/** An OpenStack that fleets may be on, by the name that their knob `cloud` says. */
const openstack = z.strictObject({
  zones: z.array(z.string().min(1)).min(1).default(['nova']),
  /** Its quota of servers, those that sleep and those that failed included. */
  instances: z.int().min(1).default(1_000),
});

const boot = z.strictObject({
  meanSeconds: z.number().positive().default(180),
  sdSeconds: z.number().min(0).default(30),
  /** Share of workers that never join. */
  neverShare: z.number().min(0).max(1).default(0),
});

/** The same of a worker that is started again: its software, certificates and caches are there already. */
const wake = z.strictObject({
  meanSeconds: z.number().positive().default(35),
  sdSeconds: z.number().min(0).default(6),
  /** Share of starts whose worker never joins. */
  neverShare: z.number().min(0).max(1).default(0),
});

/** vCPUs that the account may have on each market; left out: any number. */
const vcpuQuotas = z.strictObject({
  'on-demand': z.int().min(1).exactOptional(),
  spot: z.int().min(1).exactOptional(),
});

const MAX_HOURS = 24 * 30;
/** A shorter interval would make the run endless, and means nothing to the pool or to PanDA. */
const SHORTEST_SECONDS = 1;

/** What may stand in a scenario's file, `extends` aside. */
export const scenarioSchema = z.strictObject({
  title: z.string().min(1),
  /** Simulated start; any moment will do. */
  startsAt: z.iso.datetime().default('2026-01-05T00:00:00Z'),
  /** How long jobs keep coming. */
  hours: z.number().positive().max(MAX_HOURS),
  /** None: a pool without PanDA, for plain jobs alone. */
  queues: z.array(queue).default([]),
  /** The knobs of its fleets, by their names. The default one is there without. */
  fleets: z.record(z.string(), knobs).default({}),
  jobs: z.array(plainJobs).default([]),
  /** The cloud beside EC2; a stage has one at the most. */
  clouds: z
    .record(z.string().regex(new RegExp(`^${CLOUD_NAME}$`)), openstack)
    .refine((all) => Object.keys(all).length <= 1, 'one cloud beside EC2 at the most')
    .default({}),
  boot: boot.prefault({}),
  wake: wake.prefault({}),
  /** The stage's setting: how often the workers tick comes. */
  tickSeconds: z.literal(TICK_PERIODS).default(DEFAULT_TICK_SECONDS),
  /** The stage's setting: whether the endpoint may ask for one before its time. */
  nudges: z.boolean().default(true),
  negotiatorSeconds: z.number().min(SHORTEST_SECONDS).default(60),
  pandaViewSeconds: z.number().min(SHORTEST_SECONDS).default(120),
  /** Spot interruptions per instance and hour. */
  interruptionsPerHour: z.number().min(0).default(0),
  vcpuQuotas: vcpuQuotas.prefault({}),
  faults: z.array(faultSchema).default([]),
});

/** What happens in the twin: whose jobs come when, what the machines are like, and what goes wrong. */
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioQueue = Scenario['queues'][number];
export type ScenarioJobs = Scenario['jobs'][number];
export type Fault = z.infer<typeof faultSchema>;
