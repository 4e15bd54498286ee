import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChain } from '../../../core/chain/parse.ts';
import type { NamedParameter, SchedPlugin } from '../../../core/chain/plugin.ts';
import { SCHED_PLUGINS } from '../../../core/chain/plugins.ts';
import type { PilotFacts } from '../../../core/chain/step.ts';
import { QUEUE_KNOBS } from '../../../core/settings/queue-knobs.ts';
import { chain } from './chain-facts.ts';

const few = fc.nat({ max: 1000 });
const many = fc.nat({ max: 2_000_000_000 });

const anyFacts: fc.Arbitrary<PilotFacts> = fc.record({
  ready: fc.oneof(few, many),
  notReady: few,
  pending: fc.oneof(few, many),
  running: fc.oneof(few, many),
  pilotsInFactory: fc.oneof(few, many),
  pilotsEver: fc.oneof(few, many),
  siteStatus: fc.constantFrom('online', 'test', 'offline', 'brokeroff', undefined),
  ended: fc
    .tuple(few, few, few)
    .map(([short, long, shortSeconds]) => ({ count: short + long, short, shortSeconds })),
});

const numbers = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map(String),
  fc.double({ min: 0, max: 1000, noNaN: true }).map(String),
  fc.constantFrom('0', '1', '0.5', '3600', '1000', 'True', 'no'),
);

/** A text that the parameter takes: drawn again until one fits its bounds. */
const textOf = ({ schema }: NamedParameter): fc.Arbitrary<string> =>
  numbers.filter((text) => schema.safeParse(text).success);

const wordOf = (parameter: NamedParameter): fc.Arbitrary<readonly string[]> => {
  const word = textOf(parameter).map((text) => [`${parameter.name}=${text}`]);
  return parameter.required ? word : fc.oneof(word, fc.constant([]));
};

const stepOf = ({ name, parameters }: SchedPlugin): fc.Arbitrary<string> =>
  fc.tuple(...parameters.map(wordOf)).map((words) => `${name}(${words.flat().join(', ')})`);

const anyStep = fc.oneof(...SCHED_PLUGINS.map(stepOf));
const anyChain = fc.array(anyStep, { minLength: 1, maxLength: 8 }).map((steps) => steps.join(', '));

/** Whatever stands before it, the cap at the end has the last word. */
const capped = (cap: string) => anyChain.map((text) => chain(`${text}, ${cap}`));

/** Text that is nearly a chain, where a parser has most chances to stumble. */
const nearlyChain = fc
  .array(fc.oneof(anyStep, fc.constantFrom('(', ')', ',', '=', ' ', '-', '__proto__'), fc.string()), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const knobPattern = new RegExp(QUEUE_KNOBS.chain.pattern);

describe('laws of the parser', () => {
  it('never throws, and says in one line what is wrong', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nearlyChain), (text) => {
        const parsed = parseChain(text);
        if (!parsed.ok) expect(parsed.why).toMatch(/^[^\n\r]{10,}$/);
      }),
    );
  });

  it('reads its own canonical text back as the same chain', () => {
    fc.assert(
      fc.property(anyChain, anyFacts, (text, given) => {
        const first = chain(text);
        const second = chain(first.text);
        expect(second.text).toBe(first.text);
        expect(second.run(given)).toEqual(first.run(given));
      }),
    );
  });

  it('writes canonical texts that the SSM pattern of the setting lets through', () => {
    fc.assert(fc.property(anyChain, (text) => knobPattern.test(chain(text).text)));
  });
});

describe('laws of the chain', () => {
  it('gives a whole number, or says what it lacks', () => {
    fc.assert(
      fc.property(anyChain, anyFacts, (text, given) => {
        const result = chain(text).run(given);
        if (!result.ok) expect(result.why.kind).toBe('chain-stuck');
        expect(result.ok ? Number.isInteger(result.n) && !Object.is(result.n, -0) : true).toBe(true);
      }),
    );
  });

  it('stays countable however often it scales', () => {
    const text = `Ready, ${Array.from({ length: 150 }, () => 'Scale(1000)').join(', ')}`;
    fc.assert(
      fc.property(anyFacts, (given) => {
        const result = chain(text).run(given);
        expect(result.ok && Number.isSafeInteger(result.n)).toBe(true);
      }),
    );
  });

  it('leaves a reason if and only if a step changed the count', () => {
    fc.assert(
      fc.property(anyStep, anyFacts, (text, given) => {
        const result = chain(text).run(given);
        if (result.ok) expect(result.why.length).toBe(result.n === 0 ? 0 : 1);
      }),
    );
  });

  it('gives the same answer for the same facts', () => {
    fc.assert(
      fc.property(anyChain, anyFacts, (text, given) => {
        const same = chain(text);
        expect(same.run(given)).toEqual(same.run(given));
      }),
    );
  });

  it('never submits more than a MaxPerCycle at its end', () => {
    fc.assert(
      fc.property(capped('MaxPerCycle(20)'), anyFacts, (it, given) => {
        const result = it.run(given);
        if (result.ok) expect(result.n).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('never takes the pending pilots beyond a MaxPending at its end', () => {
    fc.assert(
      fc.property(capped('MaxPending(20)'), anyFacts, (it, given) => {
        const result = it.run(given);
        if (result.ok && result.n > 0) expect(given.pending + result.n).toBeLessThanOrEqual(20);
      }),
    );
  });
});

const CAPS = [
  'MaxPerCycle(7)',
  'MaxPending(7)',
  'MaxToRun(7)',
  'MaxPerFactory(7)',
  'MaxToSubmit(7)',
  'Throttle(submit=7)',
];

describe.each(CAPS)('the cap %s', (cap) => {
  const before = fc.constantFrom('Ready', 'Fixed(9)', 'Fixed(500)', 'KeepNRunning(3)');

  it('never raises the count, and never turns demand into removal', () => {
    fc.assert(
      fc.property(before, anyFacts, (text, given) => {
        const [without, with_] = [chain(text).run(given), chain(`${text}, ${cap}`).run(given)];
        if (!without.ok || !with_.ok) throw new Error('these plugins need no fact that can be missing');
        expect(with_.n).toBeLessThanOrEqual(without.n);
        expect(with_.n).toBeGreaterThanOrEqual(Math.min(0, without.n));
      }),
    );
  });
});
