import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One step of the README's way from nothing to the first worker: its number, its text, and the commands in it. */
export interface Step {
  readonly number: number;
  readonly text: string;
  readonly commands: readonly string[];
}

/** What a person would type: code that begins with a program that is there. */
const COMMAND = /^(npm|npx|aws) /;

/** Reads the steps below the heading "Deploy" of a README, as a person reads them. */
export const readmeSteps = (root: string): readonly Step[] => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, section = ''] = /^## Deploy\n([\s\S]*?)^## /m.exec(readme) ?? [];
  return [...section.matchAll(/^(\d+)\. ([\s\S]*?)(?=^\d+\. |^\n?\S|\n\n)/gm)].map(
    ([, number, text = '']) => ({
      number: Number(number),
      text,
      commands: [...text.matchAll(/`([^`]+)`/g)]
        .map(([, code = '']) => code.replace(/\s+/g, ' ').trim())
        .filter((code) => COMMAND.test(code)),
    }),
  );
};
