import { API_VERSION, type EndpointAbout, type TemplateAbout } from '../core/model/about.ts';
import type { Condor } from './condor/condor.ts';
import { inTurn } from './condor/in-turn.ts';
import type { Config } from './config.ts';
import { credentialEnd } from './templates/credential.ts';
import { readTemplate, type Template, templateNames } from './templates/template.ts';
import { tryOut } from './templates/trial.ts';

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
  const version = VERSION.exec(answer.stdout)?.[1];
  return version === undefined ? { why: 'condor_version: its answer names no version' } : { version };
};

/** Any request will do: a template that would change this one would change others. */
const SOME_REQUEST = {
  requestId: 'about',
  count: 1,
  shape: { cpus: 1, memoryMb: 1_000, diskMb: 1_000, gpus: 0 },
};

const trialMistake = async (condor: Condor, folder: string, template: Template) => {
  const trial = await tryOut(condor, folder, template, { ...SOME_REQUEST, queue: template.queue });
  return trial.ok
    ? trial.mistake
    : `The pilot template ${template.queue}.sub cannot be tried out: ${trial.why}.`;
};

/** `condor`: tries it out too. */
const templateOf = async (folder: string, queue: string, condor?: Condor): Promise<TemplateAbout> => {
  const read = await readTemplate(folder, queue);
  if (!read.ok) return { queue, mistake: read.mistake, asks: {}, credentialExpiresAt: null };
  const { template } = read;
  if (template === undefined) {
    return { queue, mistake: 'It was taken away a moment ago.', asks: {}, credentialExpiresAt: null };
  }
  const mistake = condor && (await trialMistake(condor, folder, template));
  return {
    queue,
    ...(mistake === undefined ? {} : { mistake }),
    asks: template.asks,
    credentialExpiresAt: await credentialEnd(folder, template),
  };
};

/** Tells of every template in a folder what it asks for, or what is wrong with it; with tools it is tried out as well. */
export const templatesAbout = async (folder: string, condor?: Condor): Promise<readonly TemplateAbout[]> =>
  inTurn(await templateNames(folder), (queue) => templateOf(folder, queue, condor));

/** Makes the answer to `GET /v1/about`, anew each time. */
export const about =
  ({ config, condor, now }: AboutOptions) =>
  async (): Promise<EndpointAbout> => {
    const { pool, sts, joining, templatesDirectory } = config;
    const [version, templates] = await Promise.all([
      condorOf(condor),
      templatesAbout(templatesDirectory, condor),
    ]);
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
