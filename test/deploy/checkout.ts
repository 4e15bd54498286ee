import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { run } from '../../lab/run.ts';

const root = resolve(import.meta.dirname, '../..');

/** A copy of the project's files, as somebody has them who has cloned it and run `npm ci`. */
export interface Checkout {
  readonly folder: string;
  /** Adds a stage to cdk.json, after the pattern of the one that is there. */
  addStage(stage: string, block: object): void;
}

/** Copies what git would hand out, with what is not committed yet, into a folder. */
export const checkoutIn = async (folder: string): Promise<Checkout> => {
  const listed = await run(['git', '-C', root, 'ls-files', '-z', '-co', '--exclude-standard']);
  for (const file of listed.split('\0').filter((name) => name !== '')) {
    const to = join(folder, file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, file), to);
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    addStage(stage, block) {
      const file = join(folder, 'cdk.json');
      const config = JSON.parse(readFileSync(file, 'utf8'));
      config.context.aerie.stages[stage] = block;
      writeFileSync(file, JSON.stringify(config, undefined, 2));
    },
  };
};
