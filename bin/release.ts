// `npm run release`: builds every file of a release into dist/release/, with what each must be, and says the notes. docs/release.md.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleEndpoint } from '../collector/bundle.ts';
import { buildPackages } from '../collector/package/build.ts';
import { notesOf } from './pack/notes.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/release');

const checksum = async (name: string): Promise<string> => {
  const bytes = await readFile(join(OUT, name));
  return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
};

/** Files that are changed and not committed: the tag would not be what was built. */
const uncommitted = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' }).trimEnd();

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const notes = notesOf(await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8'), version);
if (uncommitted !== '') {
  console.error(`aerie: a release is made of what is committed, and this is not:\n${uncommitted}`);
  process.exitCode = 1;
} else if (notes === undefined) {
  console.error(
    `aerie: CHANGELOG.md has no part "## [${version}] - YYYY-MM-DD"; rename Unreleased to it, or set the version in package.json.`,
  );
  process.exitCode = 1;
} else {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  execFileSync('npm', ['pack', '--pack-destination', OUT], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  await buildPackages(OUT, version);
  await bundleEndpoint(join(OUT, `aerie-endpoint-${version}.mjs`));
  const files = (await readdir(OUT)).sort();
  await writeFile(join(OUT, 'SHA256SUMS'), (await Promise.all(files.map(checksum))).join(''));
  for (const file of files) console.error(`dist/release/${file}`);
  process.stdout.write(`${notes}\n`);
}
