import type { Outcome } from '../aws/lambda/runtime-api.ts';
import { parameterStore } from '../aws/ssm/store.ts';
import { parametersOf } from '../scenario/settings.ts';
import { putSettings } from '../stage/parameters.ts';
import type { OpenSandbox } from '../stage/sandbox.ts';
import { TEMPLATE, type World } from '../stage/world.ts';
import { type Books, memoryBooks, type Outage } from './books.ts';
import { coldStart } from './functions.ts';
import { hearing } from './log.ts';
import { otherCloud } from './other-cloud.ts';
import { ec2In, endpointIn, pandaIn, parametersIn } from './ports.ts';

const failing = (outage: Outage) => ({
  fail(on: boolean) {
    outage.isOn = on;
  },
});

/** What a function has answered or thrown, as Lambda tells it. */
const outcomeOf = async (answer: Promise<unknown>): Promise<Outcome> => {
  try {
    return { ok: true, answer: JSON.parse(JSON.stringify((await answer) ?? null)) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
};

/** What a run's functions remember; made once, before any of them runs. */
export type MakeBooks = (outage: Outage, world: World) => Books;

/**
 * Plays the functions in this process, as plain calls on their ports: no bundles, no processes, no network. Decisions are
 * those of the wires, many times as fast. `quietly`: ticks tell nobody of them, neither in a log nor by metrics.
 */
export const inProcess =
  (booksOf: MakeBooks = (outage) => memoryBooks(outage), how: 'aloud' | 'quietly' = 'aloud'): OpenSandbox =>
  async (scenario, world, options) => {
    const { httpTimeoutSeconds, onLog, onParameter } = options;
    const store = parameterStore(onParameter);
    putSettings(store, parametersOf(scenario));
    const outages = { ledger: { isOn: false }, parameters: { isOn: false } };
    const names = scenario.queues.map(({ name }) => name);
    const { tickSeconds, nudges } = scenario;
    const nudge = nudges ? { tickSeconds, onNudge: options.onNudge } : undefined;
    const { views, endCredentials, spoil, port, sight } = endpointIn(world, names, nudge);
    const { ec2Calls, ec2 } = ec2In(world);
    const outside = {
      books: booksOf(outages.ledger, world),
      ec2,
      panda: pandaIn(world.panda, httpTimeoutSeconds),
      pool: port,
      sight,
      parameters: parametersIn(store, outages.parameters),
      elsewhere: world.elsewhere && otherCloud(world.elsewhere, httpTimeoutSeconds),
    };
    let functions = coldStart(outside, TEMPLATE.version, how);
    return {
      store,
      endpoint: { turn: views.turn, endCredentials, spoil },
      ledger: failing(outages.ledger),
      parameters: failing(outages.parameters),
      ec2Calls,
      invoke: (name, event) =>
        hearing(
          (line) => onLog?.(name, line),
          () => outcomeOf(functions[name](event)),
        ),
      deploy(templateVersion) {
        functions = coldStart(outside, templateVersion, how);
      },
      killSome() {
        throw new Error('Only a process can be killed: play this scenario over the wires.');
      },
      settle: async () => {},
      close: async () => {},
    };
  };
