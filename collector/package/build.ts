import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildDeb, repositoryVersion } from './deb.ts';
import { buildRpm } from './rpm.ts';
import { stageFiles } from './stage-files.ts';

interface Packages {
  readonly deb: string;
  readonly rpm: string;
}

/** Builds both packages of the endpoint for machines of this one's architecture into a folder. */
export const buildPackages = async (to: string, version?: string): Promise<Packages> => {
  const directory = await mkdtemp(join(tmpdir(), 'aerie-package-'));
  try {
    await mkdir(to, { recursive: true });
    const options = { root: join(directory, 'root'), to, version: version ?? (await repositoryVersion()) };
    await stageFiles(options.root);
    return { rpm: await buildRpm(options), deb: await buildDeb(options) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

if (import.meta.main) {
  const to = resolve(import.meta.dirname, '../../dist');
  const { deb, rpm } = await buildPackages(to);
  process.stdout.write(`${deb}\n${rpm}\n`);
}
