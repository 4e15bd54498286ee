import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import * as z from 'zod';
import { readConfig, type StageConfig } from '../../../lib/stage/config.ts';
import { type Finding, fail } from '../finding.ts';
import type { Trust } from './examined.ts';

/** A stage that can be looked at, or why not. */
export type ReadStage =
  | { readonly ok: true; readonly config: StageConfig; readonly trust: Trust }
  | { readonly ok: false; readonly findings: readonly Finding[] };

const cdkJson = z.object({ context: z.object({ aerie: z.unknown() }) });

const bad = (
  text: string,
  fix = 'mend cdk.json: docs/stage.md, docs/settings.md, docs/worker.md',
): ReadStage => ({
  ok: false,
  findings: [fail('block', text, fix)],
});

const textOf = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Files = Trust['files'];

const filesOf = async ({ caFile, workerCaFile, stage }: StageConfig) => {
  const files: Files[number][] = [];
  const missing: Finding[] = [];
  for (const [setting, file] of [['caFile', caFile] as const, ['workerCaFile', workerCaFile] as const]) {
    if (file === undefined) continue;
    const pem = await textOf(file);
    if (pem !== undefined) files.push({ setting, file, pem });
    else {
      const text = `aerie.stages.${stage}.${setting} is "${file}", and there is no such file that can be read`;
      missing.push(fail('authorities', text, 'give the path of a PEM file'));
    }
  }
  return { files, missing };
};

const pemsOf = (files: Files, setting: Files[number]['setting']): readonly string[] => [
  ...rootCertificates,
  ...files.filter((file) => file.setting === setting).map(({ pem }) => pem),
];

/** Reads a stage from a `cdk.json`, and the files that it names. */
export const readStage = async (file: string, stage: string): Promise<ReadStage> => {
  const text = await textOf(file);
  if (text === undefined) return bad(`${file} cannot be read`, 'run it where cdk.json is');
  const parsed = cdkJson.safeParse(jsonOf(text));
  if (!parsed.success) return bad(`${file} is no JSON with a context "aerie"`);
  const read = readConfig(parsed.data.context.aerie, stage);
  if (!read.ok) return { ok: false, findings: read.mistakes.flatMap((mistake) => findingsOf(bad(mistake))) };
  const { config } = read;
  const { files, missing } = await filesOf(config);
  if (missing.length > 0) return { ok: false, findings: missing };
  const trust = {
    files,
    functions: pemsOf(files, 'caFile'),
    workers: pemsOf(files, 'workerCaFile'),
  };
  return { ok: true, config, trust };
};

const findingsOf = (read: ReadStage): readonly Finding[] => (read.ok ? [] : read.findings);
