import { isDeepStrictEqual } from 'node:util';
import type { Ended } from './fleet-of-lambdas.ts';
import { type Gate, type Heard, type Invocation, WAIT } from './gate.ts';
import { container, type Outside } from './handlers.ts';

interface Waiting {
  readonly what: string;
  readonly hear: (answer: Heard['answer']) => void;
}

/** Lets every handler that has been given something run until it asks for the next thing. */
export const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/**
 * Law 7: a run from a cold start, done again on nothing but the answers that it heard, in their order, has to ask for
 * the same and decide the same. Undefined if it does; else how it went another way.
 */
export const replayed = async ({ invocation, answer, heard, template }: Ended, outside: Outside) => {
  const waiting = new Map<number, Waiting>();
  const pass = <T>(run: Invocation, what: string) =>
    new Promise<T>((resolve, reject) => {
      const hear = (given: Heard['answer']) =>
        'error' in given ? reject(given.error) : resolve(given.value as T);
      waiting.set(run.calls, { what, hear });
      run.calls += 1;
    });
  const gate: Gate = {
    kill: () => {},
    stirred: () => false,
    wait: (run) => pass<void>(run, WAIT),
    pass,
  };
  const quiet = { ...outside.witness, draining: () => {} };
  const times = [...invocation.timesLeft];
  const timeLeft = () => times.shift() ?? 0;
  const again: Invocation = { ...invocation, calls: 0, doubts: new Set(), heard: undefined, timeLeft };
  const run = container(invocation.of, template, { ...outside, gate, witness: quiet, tell: () => {} }).run(
    again,
    undefined,
  );
  for (const { call, what, answer: given } of heard) {
    await turn();
    const asked = waiting.get(call);
    if (asked?.what !== what) return `its call ${call} was "${what}" and is "${asked?.what ?? 'none'}"`;
    asked.hear(given);
  }
  const decided = await Promise.race([run, turn().then(turn)]);
  return isDeepStrictEqual(decided, answer) ? undefined : 'it decides otherwise';
};
