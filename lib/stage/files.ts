import { readFileSync, statSync } from 'node:fs';
import { certificatesOf, workerUserData } from '../worker-user-data.ts';
import type { StageConfig } from './config.ts';
import { siteMistakes } from './site.ts';

/** What user-data carries of the endpoint's authorities (worker/options.ts). */
const MOST_WORKER_CERTIFICATES = 8;

const ONLY_THE_SIGNER = "give only the authority that signed the endpoint's certificate";

/** What is wrong with a file that is to hold certificates, if anything is. */
const pemMistake = (file: string, most: number): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 'and there is no such file; give the path of a PEM file';
  if (!stat.isFile()) return 'which is no file; give the path of a PEM file';
  const count = certificatesOf(readFileSync(file, 'utf8')).length;
  if (count === 0) return 'in which there is no certificate; give the path of a PEM file';
  return count > most
    ? `in which there are ${count} certificates, ${most} at most fit into user-data; ${ONLY_THE_SIGNER}`
    : undefined;
};

/** User-data says by itself what EC2 would not take of it. */
const unmakeable = (config: StageConfig): readonly string[] =>
  [undefined, ...Object.keys(config.ownFleets)].flatMap((fleet) => {
    try {
      workerUserData(config, fleet);
      return [];
    } catch (error) {
      const whose = fleet === undefined ? '' : `, fleet ${fleet}`;
      return [`Stage ${config.stage}${whose}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });

/** Says what only a look at the disk can tell of a configuration: each mistake in a sentence. */
export const fileMistakes = (config: StageConfig): readonly string[] => {
  const { stage, caFile, workerCaFile, clouds } = config;
  const files = [
    ['caFile', caFile, Number.POSITIVE_INFINITY],
    ['workerCaFile', workerCaFile, MOST_WORKER_CERTIFICATES],
    ...Object.entries(clouds).map(
      ([name, of]) => [`clouds.${name}.caFile`, of.caFile, Number.POSITIVE_INFINITY] as const,
    ),
  ] as const;
  const mistakes = files.flatMap(([name, file, most]) => {
    const mistake = file === undefined ? undefined : pemMistake(file, most);
    return mistake === undefined ? [] : [`aerie.stages.${stage}.${name} is "${file}", ${mistake}.`];
  });
  const all = [
    ...mistakes,
    ...siteMistakes(config.workerSite ?? {}).map((why) => `aerie.stages.${stage}.workerSite.${why}.`),
  ];
  return all.length > 0 ? all : unmakeable(config);
};
