import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const PACKAGE = /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

const nameOf = (root: string, folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return `${name} ${version}, ${license}`;
};

const licencesOf = (folder: string): string =>
  readdirSync(folder)
    .filter((file) => LICENCE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n');

/** Returns the names and the licences of every package of which a part is in a bundle. */
export const thirdParties = (root: string, metafiles: readonly Metafile[]): string => {
  const inputs = metafiles.flatMap(({ inputs: of }) => Object.keys(of));
  const folders = new Set(
    inputs.flatMap((file) => {
      const end = PACKAGE.exec(file)?.[0];
      return end === undefined ? [] : [end.slice(0, -1)];
    }),
  );
  const named = [...folders].filter((folder) => existsSync(join(root, folder, 'package.json'))).sort();
  const alike = Map.groupBy(named, (folder) => licencesOf(join(root, folder)));
  return [...alike]
    .map(([text, same]) => `${same.map((folder) => nameOf(root, folder)).join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
};
