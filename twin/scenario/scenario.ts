import { readScenarioFile, scenarioFile } from './file.ts';
import { loadMistakes } from './load-mistakes.ts';
import { faultMistakes, jobMistakes, settledMistakes } from './mistakes.ts';
import { type Scenario, scenarioSchema } from './schema.ts';
import { BadScenario, schemaMistake } from './schema-mistake.ts';

const refuse = (file: string, mistakes: readonly string[]): void => {
  if (mistakes.length > 0) throw new BadScenario(mistakes.map((mistake) => `${file}: ${mistake}.`));
};

/**
 * Reads a scenario's file with all that it extends, and checks it as a whole. Throws BadScenario with one sentence for
 * each mistake. `hours` of load are those asked for instead of the scenario's own.
 */
export const readScenario = async (file: string, hours?: number): Promise<Scenario> => {
  const json = await readScenarioFile(scenarioFile(file));
  const parsed = scenarioSchema.safeParse(json, { reportInput: true });
  if (!parsed.success) {
    refuse(file, parsed.error.issues.map(schemaMistake));
    throw parsed.error;
  }
  const scenario = parsed.data;
  const settled = [...settledMistakes(scenario), ...jobMistakes(scenario)];
  refuse(file, [...settled, ...faultMistakes(scenario), ...(await loadMistakes(scenario, hours))]);
  return scenario;
};
