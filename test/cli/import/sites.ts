import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, configurationOf } from '../../../cli/import/configuration.ts';
import { readIni } from '../../../cli/import/ini.ts';
import { type Imported, importSite } from '../../../cli/import/site.ts';

const FILES = join(import.meta.dirname, 'files');

export const pathOf = (file: string): string => join(FILES, file);

const TOGETHER = [
  ['defaults.conf', 'more.conf'],
  ['many-ces.conf', 'factory.conf'],
  ['all-plugins.conf', 'factory.conf'],
  ['ec2.conf', 'factory.conf', 'auth.conf', 'monitor.conf'],
];

/** Every file by itself, and those that belong together. */
export const SITES: readonly (readonly string[])[] = [
  ...readdirSync(FILES)
    .filter((file) => file.endsWith('.conf'))
    .sort()
    .map((file) => [file]),
  ...TOGETHER,
];

/** The configuration of some files, which have to be right. */
export const configuration = (files: readonly string[]): Configuration => {
  const read = files.map((file) => readIni(file, readFileSync(pathOf(file), 'utf8')));
  const good = read.flatMap((of) => (of.ok ? [of.file] : []));
  const put = configurationOf(good);
  if (good.length < files.length || !put.ok) throw new Error(`${files.join(', ')} cannot be read`);
  return put.configuration;
};

export const imported = (files: readonly string[]): Imported => importSite(configuration(files));
