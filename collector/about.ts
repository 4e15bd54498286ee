import { API_VERSION, type EndpointAbout, type TemplateAbout } from '../core/model/about.ts';
import type { Condor } from './condor.ts';
import type { Config } from './config.ts';
import { credentialEnd } from './credential.ts';
import { readTemplate, templateNames } from './template.ts';

export interface AboutOptions {
  readonly config: Pick<Config, 'pool' | 'sts' | 'joining' | 'templatesDirectory'>;
  readonly condor: Condor;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** `$CondorVersion: 23.9.6 2024-08-08 BuildID: …$`, as condor_version prints it. */
const VERSION = /\$CondorVersion: (\d+\.\d+\.\d+)\b/;

const condorOf = async (condor: Condor): Promise<EndpointAbout['condor']> => {
  const answer = await condor('condor_version', []);
  if (!answer.ok) return { why: answer.why };
  const [, version] = VERSION.exec(answer.stdout) ?? [];
  return version === undefined ? { why: 'condor_version: its answer names no version' } : { version };
};

const templateOf = async (folder: string, queue: string): Promise<TemplateAbout> => {
  const read = await readTemplate(folder, queue);
  if (!read.ok) return { queue, mistake: read.mistake, asks: {}, credentialExpiresAt: null };
  const { template } = read;
  if (template === undefined) {
    return { queue, mistake: 'It was taken away a moment ago.', asks: {}, credentialExpiresAt: null };
  }
  return { queue, asks: template.asks, credentialExpiresAt: await credentialEnd(folder, template) };
};

/** Tells of every template in a folder what it asks for, or what is wrong with it. */
export const templatesAbout = async (folder: string): Promise<readonly TemplateAbout[]> =>
  Promise.all((await templateNames(folder)).map((queue) => templateOf(folder, queue)));

/** Makes the answer to `GET /v1/about`, anew each time. */
export const about =
  ({ config, condor, now }: AboutOptions) =>
  async (): Promise<EndpointAbout> => {
    const { pool, sts, joining, templatesDirectory } = config;
    const [version, templates] = await Promise.all([condorOf(condor), templatesAbout(templatesDirectory)]);
    return {
      api: API_VERSION,
      now: now(),
      pool,
      condor: version,
      sts,
      tokenSeconds: joining.tokenSeconds,
      templates: [...templates],
    };
  };
