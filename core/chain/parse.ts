import type { Reason } from '../model/reason.ts';
import { nearest } from './nearest.ts';
import { SCHED_PLUGINS } from './plugins.ts';
import type { PilotFacts, Plugin } from './step.ts';
import { quote, readSteps } from './syntax.ts';

/** The sched plugins of a queue, in order, with their parameters in place. */
export interface Chain {
  /** The canonical way to write it, every parameter with its name: equal chains have equal texts. */
  readonly text: string;
  /** Whether it looks at the pilots of other queues too. */
  readonly looksAtFactory: boolean;
  /**
   * How many pilots to submit (below 0: to remove), with the reason of each step that changed the number. Not ok:
   * a fact is missing or impossible, and the queue holds.
   */
  run(
    facts: PilotFacts,
  ):
    | { readonly ok: true; readonly n: number; readonly why: readonly Reason[] }
    | { readonly ok: false; readonly why: Reason };
}

const BY_NAME = new Map(SCHED_PLUGINS.map((plugin) => [plugin.name, plugin]));
const NAMES = [...BY_NAME.keys()];

const unknownPlugin = (name: string): string => {
  const meant = nearest(name, NAMES);
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  return `there is no sched plugin ${quote(name)}${hint === '' ? ';' : hint} they are ${NAMES.join(', ')}`;
};

const COUNTS = ['ready', 'notReady', 'pending', 'running', 'pilotsInFactory', 'pilotsEver'] as const;

const isCount = (x: number): boolean => Number.isSafeInteger(x) && x >= 0;

/** A count that cannot be one would spread through every step: NaN passes each limit. */
const impossible = (facts: PilotFacts): Reason | undefined => {
  for (const name of COUNTS) {
    if (!isCount(facts[name])) return { kind: 'count-impossible', count: name, value: String(facts[name]) };
  }
  const { count, short } = facts.ended;
  if (isCount(count) && isCount(short) && short <= count) return undefined;
  return { kind: 'short-impossible', short: String(short), ended: String(count) };
};

interface NamedPlugin {
  readonly name: string;
  readonly plugin: Plugin;
}

const runSteps = (steps: readonly NamedPlugin[], facts: PilotFacts): ReturnType<Chain['run']> => {
  const fault = impossible(facts);
  if (fault !== undefined) return { ok: false, why: fault };
  const why: Reason[] = [];
  let n = 0;
  for (const { name, plugin } of steps) {
    const step = plugin(n, facts);
    if ('missing' in step) {
      return { ok: false, why: { kind: 'chain-stuck', plugin: name, missing: step.missing } };
    }
    n = step.n;
    if (step.why !== undefined) why.push(step.why);
  }
  return { ok: true, n, why };
};

/** Reads a chain such as `Ready(offset=0), Scale(0.5), MaxPerCycle(50)`, or says in one sentence what is wrong. */
export const parseChain = (
  text: string,
): { readonly ok: true; readonly chain: Chain } | { readonly ok: false; readonly why: string } => {
  const written = readSteps(text);
  if (!written.ok) return written;
  const steps: NamedPlugin[] = [];
  const texts: string[] = [];
  for (const { plugin: name, words } of written.value) {
    const sched = BY_NAME.get(name);
    if (sched === undefined) return { ok: false, why: unknownPlugin(name) };
    const made = sched.make(words);
    if (!made.ok) return made;
    steps.push({ name, plugin: made.value.plugin });
    texts.push(made.value.text);
  }
  return {
    ok: true,
    chain: {
      text: texts.join(', '),
      looksAtFactory: steps.some(({ name }) => name === 'MaxPerFactory'),
      run: (facts) => runSteps(steps, facts),
    },
  };
};
