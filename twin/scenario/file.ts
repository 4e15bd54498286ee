import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BadScenario } from './schema-mistake.ts';

/** The scenarios that come with the project. */
export const SCENARIOS = join(import.meta.dirname, '../scenarios');

/** Their names, by which `--scenario` and `extends` take them. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(SCENARIOS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();

const kindOf = (json: unknown): string =>
  json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;

const readObject = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new BadScenario([
      `There is no readable scenario at ${file}; give the path of a JSON file, or one of these names: ${scenarioNames().join(', ')}.`,
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadScenario([`${file} is not JSON (${error instanceof Error ? error.message : error}).`]);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new BadScenario([
      `${file} holds ${kindOf(json)}; expected a JSON object, as in twin/scenarios/default.json.`,
    ]);
  }
  return Object.fromEntries(Object.entries(json));
};

/** Where a base may be: beside the file that names it, or among the project's own, with or without `.json`. */
const placesOf = (file: string, base: string): readonly string[] => [
  resolve(dirname(file), base),
  join(SCENARIOS, base),
  join(SCENARIOS, `${base}.json`),
];

const baseOf = (file: string, base: unknown): string => {
  if (typeof base !== 'string' || base === '') {
    const given = typeof base === 'string' ? 'empty' : kindOf(base);
    throw new BadScenario([
      `${file}: extends is ${given}; expected the path of a scenario's file, or the name of one in twin/scenarios.`,
    ]);
  }
  const places = placesOf(file, base).filter((place) => existsSync(place));
  // A file of one's own may have the name of the one it extends.
  const found = places.find((place) => place !== resolve(file)) ?? places[0];
  if (found !== undefined) return found;
  throw new BadScenario([
    `${file}: extends "${base}", which is neither a file beside it nor one in twin/scenarios; correct the name.`,
  ]);
};

/** The file that is meant: at its path, or, where there is none, the project's own of that name. */
export const scenarioFile = (given: string): string => {
  const own = join(SCENARIOS, `${given}.json`);
  return !existsSync(given) && existsSync(own) ? own : given;
};

/**
 * What a scenario's file says, with what it `extends` below it: a base is taken relative to the file, else by its name
 * from twin/scenarios, and may extend another one. Throws BadScenario.
 */
export const readScenarioFile = async (
  file: string,
  extending: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> => {
  const { extends: base, ...own } = await readObject(file);
  if (base === undefined) return own;
  const chain = [...extending, resolve(file)];
  const found = baseOf(file, base);
  if (chain.includes(found)) {
    throw new BadScenario([
      `${chain[0]}: its chain of extends comes back to ${found}; let one of them stand on its own.`,
    ]);
  }
  return { ...(await readScenarioFile(found, chain)), ...own };
};
