import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { bundleEndpoint } from '../bundle.ts';
import { NODE, NODE_LICENSE, PACKAGED_FILES, PROGRAM } from './files.ts';

const repository = resolve(import.meta.dirname, '../..');

/** The package that has this machine's Node: npm installs it inside the package `node`. */
const nodePackage = (): string => {
  const wrapper = createRequire(import.meta.url).resolve('node/package.json');
  return dirname(createRequire(wrapper).resolve(`node-${process.platform}-${process.arch}/package.json`));
};

const put = async (from: string, to: string, mode: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, Number.parseInt(mode, 8));
};

/** Lays out under `root` what the packages hold, as it will lie on the central manager. */
export const stageFiles = async (root: string): Promise<void> => {
  const node = nodePackage();
  await mkdir(dirname(join(root, PROGRAM)), { recursive: true });
  await bundleEndpoint(join(root, PROGRAM));
  await put(join(node, 'bin/node'), join(root, NODE), '755');
  await put(join(node, 'LICENSE'), join(root, NODE_LICENSE), '644');
  for (const { from, to, mode } of PACKAGED_FILES) await put(join(repository, from), join(root, to), mode);
};

/** Writes a text beside what is packed, with a mode. */
export const writeScript = async (file: string, text: string, mode: number): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
  await chmod(file, mode);
};
