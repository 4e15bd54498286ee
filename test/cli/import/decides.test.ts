import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { got } from '../../../cli/import/configuration.ts';
import { type Random, stream } from '../../../twin/clock/random.ts';
import { chain, facts } from '../../core/chain/chain-facts.ts';
import { type Facts, type Reading, submits } from './autopyfactory.ts';
import { configuration, imported, SITES } from './sites.ts';

const INPUTS = 10_000;
const STATUSES = ['online', 'online', 'online', 'test', 'offline', 'brokeroff'];

const whole = (random: Random, below: number): number => Math.floor(random() * below);

/** None, few and many, so that every limit of every file is on both of its sides. */
const count = (random: Random): number => whole(random, [1, 6, 60, 600, 20_000][whole(random, 5)] ?? 1);

const anyFacts = (random: Random): Facts => {
  const [pending, running, ended] = [count(random), count(random), whole(random, 31)];
  return {
    ready: count(random),
    pending,
    running,
    pilotsInFactory: pending + running + count(random),
    siteStatus: STATUSES[whole(random, STATUSES.length)] ?? 'online',
    ended: { count: ended, short: whole(random, ended + 1) },
  };
};

interface Case {
  readonly name: string;
  readonly text: string;
  readonly reading: Reading;
}

/** The chains of a site that were imported without a doubt, each with the section that it is of. */
const casesOf = (files: readonly string[]): readonly Case[] => {
  const { sections } = configuration(files);
  const { block, problems } = imported(files);
  const doubted = new Set(problems.map(({ section }) => section));
  const queues = Object.entries((block?.queues ?? {}) as Record<string, { chain?: string; siteid?: string }>);
  const factory = sections.find(({ name }) => name === 'Factory')?.options.get('maxperfactory.maximum');
  return queues.flatMap(([queue, { chain: text, siteid }]) => {
    const own = sections.filter(({ name, options }) => {
      const isOn = /^(true|yes|on|1)$/i.test(options.get('enabled') ?? '');
      return name === queue || (options.get('wmsqueue') === (siteid ?? queue) && isOn);
    });
    const [section] = own;
    if (section === undefined || text === undefined || doubted.has(section.name)) return [];
    const options = Object.fromEntries(
      [...section.options.keys()].map((key) => {
        const value = got(section, key);
        return [key, value?.ok === true ? value.value : null];
      }),
    );
    const reading = {
      options,
      sections: own.length,
      ...(factory === undefined ? {} : { maxPerFactory: factory }),
    };
    return [{ name: `${files.join(' + ')}, ${queue}`, text, reading }];
  });
};

const CASES = SITES.flatMap(casesOf);

describe("an imported chain decides as AutoPyFactory's rules, but for what docs/chain.md declares", () => {
  it.each(CASES.map((of) => [of.name, of] as const))('%s', (name, { text, reading }) => {
    const { run } = chain(text);
    const random = stream(1, name);
    for (let i = 0; i < INPUTS; i += 1) {
      const given = anyFacts(random);
      const decided = run(facts({ ...given, ended: { ...given.ended, shortSeconds: 10 } }));
      const wanted = submits(reading, given, true);
      if (!decided.ok || decided.n !== wanted) {
        expect([text, given, decided.ok ? decided.n : decided.why]).toEqual([text, given, wanted]);
      }
    }
  });

  it('every plugin of AutoPyFactory is in one of the chains', () => {
    const used = new Set(
      CASES.flatMap(({ text }) => [...text.matchAll(/([A-Za-z]+)\(/g)].map(([, name]) => name)),
    );
    expect([...used].sort()).toEqual(
      [
        ...[
          'Activated',
          'Fillactivated',
          'Fixed',
          'KeepNRunning',
          'MaxPending',
          'MaxPerCycle',
          'MaxPerFactory',
        ],
        ...['MaxToRun', 'MinPending', 'MinPerCycle', 'Null', 'Ready', 'Scale', 'Simple', 'SimpleNQueue'],
        ...['StatusOffline', 'StatusTest', 'Throttle', 'Trivial', 'WeightedActivated'],
      ].sort(),
    );
  });

  it('what is declared is needed: without it most chains with a MaxPending differ', () => {
    const random = stream(1, 'declared');
    const [first] = CASES.filter(({ text }) => /MaxPending/.test(text));
    const differ = Array.from({ length: INPUTS }, () => anyFacts(random)).filter(
      (given) => first && submits(first.reading, given, true) !== submits(first.reading, given, false),
    );
    expect(differ.length).toBeGreaterThan(0);
  });
});

it('the rules that chains are compared with stand by themselves', () => {
  expect(readFileSync(new URL('./autopyfactory.ts', import.meta.url), 'utf8')).not.toContain('import');
});
