import { createPrivateKey, X509Certificate } from 'node:crypto';
import { templatesAbout } from './about.ts';
import type { Condor } from './condor/condor.ts';
import type { Config } from './config.ts';
import { readOrdinary } from './files.ts';
import { openstackMistakes } from './join/openstack.ts';

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Some hundred times as long as a certificate with its chain. */
const MOST_BYTES = 1_000_000;

const tlsMistakes = async (tls: Config['tls'], now: number): Promise<readonly string[]> => {
  if (tls === undefined) return [];
  try {
    const certificate = new X509Certificate(await readOrdinary(tls.certFile, MOST_BYTES));
    const key = createPrivateKey(await readOrdinary(tls.keyFile, MOST_BYTES));
    if (!certificate.checkPrivateKey(key)) return [`${tls.keyFile} is not the key of ${tls.certFile}.`];
    const endsAt = Date.parse(certificate.validTo) / 1000;
    return endsAt > now ? [] : [`The certificate ${tls.certFile} ended at ${certificate.validTo}; renew it.`];
  } catch (error) {
    return [`The certificate or its key cannot be read: ${whyOf(error)}.`];
  }
};

const templateMistakes = async (folder: string, now: number, condor: Condor): Promise<readonly string[]> => {
  try {
    // Where HTCondor's tools do not run at all, that is one mistake and not one of each template.
    const tools = (await condor('condor_version', [])).ok ? condor : undefined;
    return (await templatesAbout(folder, tools)).flatMap(({ queue, mistake, credentialExpiresAt: end }) => {
      if (mistake !== undefined) return [mistake];
      if (end === null || end > now) return [];
      const what = end === 0 ? 'cannot be read' : `ended at ${new Date(end * 1000).toISOString()}`;
      return [`The credential of queue ${queue}'s pilots ${what}; put a valid one in its place.`];
    });
  } catch (error) {
    return [`The templates' folder cannot be read: ${whyOf(error)}.`];
  }
};

/**
 * Says what is wrong with the files that a configuration names, each mistake in a sentence; tries every template out. `now`
 * in seconds.
 */
export const mistakesAround = async (
  config: Config,
  now: number,
  condor: Condor,
): Promise<readonly string[]> => [
  ...(await tlsMistakes(config.tls, now)),
  ...(await templateMistakes(config.templatesDirectory, now, condor)),
  ...(await openstackMistakes(config.openstack)),
];
