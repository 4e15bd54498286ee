import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { TRACES, type TraceName } from '../bench/trace.ts';
import { queueName } from '../core/pool.ts';
import { parseQueueSettings } from '../core/settings.ts';

const minutes = z.number().min(0);
const window = { fromMinute: minutes, forMinutes: z.number().positive() };
const traceName = z.enum(Object.keys(TRACES) as [TraceName, ...TraceName[]]);

/** Jobs of one queue, cut out of a trace. */
const load = z.strictObject({
  trace: traceName,
  /** SWF partitions (LCG: sites) to take; left out: all. */
  partitions: z.array(z.string()).optional(),
  /** Width of the jobs to take. */
  cores: z.int().min(1),
  /** Hour of the trace at which the scenario begins. */
  fromHour: z.number().min(0).default(0),
  /** PanDA's `maxtime` of the queue: longer jobs are not brokered to it. */
  maxRunSeconds: z.number().positive(),
});

const queue = z.strictObject({
  name: queueName,
  resourceType: z.enum(['SCORE', 'MCORE']).default('SCORE'),
  status: z.string().default('online'),
  load,
  /** Knobs as they would stand in SSM. */
  settings: z.record(z.string(), z.string()),
});

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('panda'),
    mode: z.enum(['refuses', 'html-503', 'silent', 'hangs up', 'inflated', 'python']),
    ...window,
  }),
  z.strictObject({ kind: z.literal('endpoint'), mode: z.enum(['down', 'stale', 'partial']), ...window }),
  z.strictObject({
    kind: z.literal('no-capacity'),
    flavour: z.string().optional(),
    zone: z.string().optional(),
    market: z.enum(['spot', 'on-demand']).optional(),
    /** What EC2 says; InsufficientInstanceCapacity unless told. */
    code: z.string().optional(),
    ...window,
  }),
  z.strictObject({ kind: z.literal('ec2-throttled'), ...window }),
  /** The rights of the functions at EC2 are gone. */
  z.strictObject({ kind: z.literal('ec2-denied'), ...window }),
  z.strictObject({ kind: z.literal('collector-restart'), fromMinute: minutes }),
  /** A service of AWS fails every call: DynamoDB or Parameter Store. */
  z.strictObject({ kind: z.literal('outage'), of: z.enum(['ledger', 'parameters']), ...window }),
  /** Somebody puts a value into Parameter Store, and puts the old one back. */
  z.strictObject({
    kind: z.literal('setting'),
    queue: z.string(),
    knob: z.string(),
    value: z.string(),
    ...window,
  }),
  /** A timer of the stack is switched off. */
  z.strictObject({ kind: z.literal('timer-off'), of: z.enum(['pilots', 'workers', 'settings']), ...window }),
]);
export type Fault = z.infer<typeof fault>;

const boot = z.strictObject({
  meanSeconds: z.number().positive().default(180),
  sdSeconds: z.number().min(0).default(30),
  /** Share of workers that never join. */
  neverShare: z.number().min(0).max(1).default(0),
});

const scenario = z.strictObject({
  title: z.string().min(1),
  /** Simulated start; any moment will do. */
  startsAt: z.iso.datetime().default('2026-01-05T00:00:00Z'),
  /** How long jobs keep coming. */
  hours: z
    .number()
    .positive()
    .max(24 * 30),
  queues: z.array(queue).min(1),
  boot: boot.prefault({}),
  negotiatorSeconds: z.number().positive().default(60),
  pandaViewSeconds: z.number().positive().default(120),
  /** Spot interruptions per instance and hour. */
  interruptionsPerHour: z.number().min(0).default(0),
  faults: z.array(fault).default([]),
});

/** What happens in the twin: whose jobs come when, what the machines are like, and what goes wrong. */
export type Scenario = z.infer<typeof scenario>;
export type ScenarioQueue = Scenario['queues'][number];

/** A scenario that cannot be run, with a sentence for the person who wrote it. */
export class BadScenario extends Error {}

const where = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';

const check = (file: string, json: unknown): Scenario => {
  const parsed = scenario.safeParse(json);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw new BadScenario(
      `${file}: ${where(first?.path ?? [])}: ${first?.message}. See twin/scenarios/ for scenarios that run.`,
    );
  }
  for (const { name, settings } of parsed.data.queues) {
    const read = parseQueueSettings(name, settings);
    const problem = read.ok ? undefined : read.problems[0];
    if (problem !== undefined)
      throw new BadScenario(`${file}: queue ${name}: ${problem.knob} ${problem.why}.`);
  }
  const names = parsed.data.queues.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new BadScenario(`${file}: there are two queues named ${twice}; rename one.`);
  return parsed.data;
};

const readJson = async (file: string): Promise<unknown> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new BadScenario(`There is no readable scenario at ${file}; give the path of a JSON file.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadScenario(`${file} is not JSON (${error instanceof Error ? error.message : error}).`);
  }
};

const extension = z.looseObject({ extends: z.string() });

/**
 * Reads a scenario file; throws BadScenario with one sentence if it is missing or wrong. A file that `extends` another
 * one of its folder takes from there what it does not say itself.
 */
export const readScenario = async (file: string): Promise<Scenario> => {
  const json = await readJson(file);
  const extending = extension.safeParse(json);
  if (!extending.success) return check(file, json);
  const { extends: base, ...own } = extending.data;
  return check(file, { ...z.looseObject({}).parse(await readJson(join(dirname(file), base))), ...own });
};
