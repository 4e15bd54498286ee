import { readFileSync } from 'node:fs';
import { packed, userData } from '../worker/user-data.ts';
import type { StageConfig } from './config.ts';
import { siteLayerOf } from './stage-site.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, without what else stands there. */
export const certificatesOf = (text: string): readonly string[] =>
  [...text.replaceAll('\r', '').matchAll(CERTIFICATE)].map(([pem]) => `${pem}\n`);

const certificates = (file: string): string => certificatesOf(readFileSync(file, 'utf8')).join('');

/** What a stage's workers start with, as EC2 is given it: made from its pool's facts, or the site's own, or nothing. */
export const workerUserData = (config: StageConfig): Buffer | undefined => {
  const { worker, workerCaFile, workerUserData, endpointUrl } = config;
  const site = config.workerSite === undefined ? {} : { site: siteLayerOf(config.workerSite) };
  const scratchVolume = config.scratchVolume !== undefined;
  if (worker === undefined) return workerUserData === undefined ? undefined : Buffer.from(workerUserData);
  const endpointCa = workerCaFile === undefined ? {} : { endpointCa: certificates(workerCaFile) };
  return packed(userData({ ...worker, ...endpointCa, endpointUrl, scratchVolume, ...site }));
};
