import { type Chain, parseChain } from '../../../core/chain/parse.ts';
import { SCHED_PLUGINS } from '../../../core/chain/plugins.ts';
import type { PilotFacts, Step, Stuck } from '../../../core/chain/step.ts';
import { readSteps } from '../../../core/chain/syntax.ts';

const QUIET: PilotFacts = {
  ready: 0,
  notReady: 0,
  pending: 0,
  running: 0,
  pilotsInFactory: 0,
  pilotsEver: 0,
  siteStatus: 'online',
  ended: { count: 0, short: 0, shortSeconds: 300 },
};

/** The facts of a quiet queue on a site that is online, but for those given. */
export const facts = (given: Partial<PilotFacts> = {}): PilotFacts => ({ ...QUIET, ...given });

/** A chain that has to be right. */
export const chain = (text: string): Chain => {
  const parsed = parseChain(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.why}`);
  return parsed.chain;
};

/** What one plugin makes of a count. */
export const takeStep = (text: string, n: number, given: PilotFacts): Step | Stuck => {
  const steps = readSteps(text);
  if (!steps.ok) throw new Error(steps.why);
  const [step, ...others] = steps.value;
  const sched = SCHED_PLUGINS.find(({ name }) => name === step?.plugin);
  if (step === undefined || others.length > 0 || sched === undefined) {
    throw new Error(`${text} is not one plugin`);
  }
  const made = sched.make(step.words);
  if (!made.ok) throw new Error(made.why);
  return made.value.plugin(n, given);
};
