import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN_SECONDS } from '../lib/costs/control-plane.ts';
import { LAMBDAS, type LambdaName } from '../lib/functions/bundling.ts';
import { FUNCTIONS, laterTicks } from '../lib/functions/functions.ts';
import type { AlarmSpec } from '../lib/watch/alarm-spec.ts';
import { ALARMS } from '../lib/watch/alarms.ts';
import { runScenario } from '../twin/run/run.ts';
import { SCENARIOS } from '../twin/scenario/file.ts';
import { readScenario } from '../twin/scenario/scenario.ts';
import { monthlyBill } from './prices.ts';
import { traffic } from './traffic.ts';

/** Those of EC2's and of Parameter Store's news. */
const NEWS_QUEUES = 2;
const MB_PER_GB = 1024;

const { values: options } = parseArgs({
  options: {
    scenario: { type: 'string', default: join(SCENARIOS, 'default.json') },
    hours: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const hours = options.hours === undefined ? undefined : Number(options.hours);
if (hours !== undefined && !(hours > 0)) {
  console.error(`price: --hours is "${options.hours}"; expected a number above 0, such as 2.`);
  process.exit(2);
}

const scenario = await readScenario(options.scenario, hours);
const seen = traffic();
const runs = new Map<string, number>();
const metrics = new Set<string>();
let logBytes = 0;
const summary = await runScenario(scenario, {
  seed: 1,
  hours,
  onLog: (_: LambdaName, line) => {
    logBytes += Buffer.byteLength(line);
  },
  onMetric({ namespace, name, dimensions }) {
    if (namespace === 'aerie') metrics.add(JSON.stringify([name, dimensions]));
    if (namespace === 'AWS/Lambda') {
      const of = dimensions.FunctionName ?? '';
      runs.set(of, (runs.get(of) ?? 0) + 1);
    }
  },
});
seen.stop();
if (summary === undefined) throw new Error('the run was cut short');

const later = laterTicks(scenario.tickSeconds).length;
const total = [...runs.values()].reduce((sum, count) => sum + count, 0);
const gbSeconds = LAMBDAS.reduce(
  (sum, name) => sum + ((runs.get(name) ?? 0) * RUN_SECONDS * FUNCTIONS[name].memoryMb) / MB_PER_GB,
  0,
);
const bill = monthlyBill({
  hours: summary.simulatedHours,
  calls: total,
  gbSeconds,
  readUnits: seen.units.read,
  writeUnits: seen.units.written,
  queues: NEWS_QUEUES + later,
  messages: (runs.get('events') ?? 0) + (later / (later + 1)) * (runs.get('workers') ?? 0),
  logBytes,
  metrics: metrics.size,
  alarms: Object.values<AlarmSpec>(ALARMS).reduce((sum, { watches }) => sum + watches.length, 0),
});

const calls = { ...Object.fromEntries([...seen.calls].sort()), EC2: summary.ec2Calls };
const perStart = summary.ec2Calls / (summary.workersLaunched + summary.workersWoken);
if (options.json) console.log(JSON.stringify({ summary, runs: Object.fromEntries(runs), calls, bill }));
else {
  const { title, tickSeconds } = scenario;
  const { simulatedHours, ticks, workersLaunched } = summary;
  console.log(
    `${title}: ${simulatedHours} h, ${ticks} ticks (queue 2 each ${tickSeconds} s), ${workersLaunched} workers\n`,
  );
  console.log('call'.padEnd(36), 'in all'.padStart(8), 'per tick'.padStart(10));
  for (const [name, count] of Object.entries(calls)) {
    console.log(name.padEnd(36), String(count).padStart(8), (count / ticks).toFixed(2).padStart(10));
  }
  console.log(`\nEC2 calls for each start of a worker: ${perStart.toFixed(2)}`);
  console.log('\na month like this, list prices without free tiers');
  for (const [name, dollars] of Object.entries(bill)) {
    console.log(name.padEnd(36), `$${dollars.toFixed(2)}`.padStart(8));
  }
  const sum = Object.values(bill).reduce((all, dollars) => all + dollars, 0);
  console.log('together'.padEnd(36), `$${sum.toFixed(2)}`.padStart(8));
}
