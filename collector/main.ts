import { mkdir, readFile } from 'node:fs/promises';
import { type Config, readConfig } from './config.ts';
import { mistakesAround } from './config-check.ts';
import { endpoint } from './endpoint.ts';
import { secretsMistake } from './secrets.ts';
import { renewTls, server } from './server.ts';
import { templateNames } from './template.ts';

/** A mistake in how the endpoint was set up: one sentence each, and exit status 2. */
const giveUp = (mistakes: readonly string[]): never => {
  for (const mistake of mistakes) process.stderr.write(`aerie-endpoint: ${mistake}\n`);
  process.exit(2);
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const USAGE = 'Name the configuration file: aerie-endpoint.mjs [--check] /etc/aerie-endpoint/config.json';

interface Asked {
  readonly file: string;
  /** Only look whether the endpoint could start with it. */
  readonly checkOnly: boolean;
}

const asked = (): Asked => {
  const given = process.argv.slice(2);
  const [file, ...more] = given.filter((argument) => argument !== '--check');
  if (file === undefined || more.length > 0 || file.startsWith('-')) return giveUp([USAGE]);
  return { file, checkOnly: given.includes('--check') };
};

const configured = async (file: string): Promise<Config> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    giveUp([`The configuration cannot be read: ${whyOf(error)}.`]),
  );
  const read = readConfig(text);
  return read.ok ? read.config : giveUp(read.mistakes);
};

const checkSecrets = async ({ secretFiles, metricsSecretFile }: Config) => {
  const mistake =
    (await secretsMistake(secretFiles)) ??
    (await secretsMistake(metricsSecretFile === undefined ? [] : [metricsSecretFile]));
  if (mistake !== undefined) giveUp([mistake]);
};

/** Reads all that a start reads, and every template besides; changes nothing. */
const check = async (config: Config) => {
  await checkSecrets(config);
  const mistakes = await mistakesAround(config, Date.now() / 1000);
  if (mistakes.length > 0) giveUp(mistakes);
  process.stdout.write(
    'aerie-endpoint: the configuration, its secrets, certificate and templates can be used.\n',
  );
};

const checkAround = async (config: Config) => {
  await checkSecrets(config);
  await templateNames(config.templatesDirectory).catch((error: unknown) =>
    giveUp([`The templates' folder cannot be read: ${whyOf(error)}.`]),
  );
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    giveUp([`The state folder cannot be made: ${whyOf(error)}.`]),
  );
};

const start = async () => {
  if (process.getuid?.() === 0) giveUp(['The endpoint does not run as root; give it a user of its own.']);
  const { file, checkOnly } = asked();
  const config = await configured(file);
  if (checkOnly) return check(config);
  await checkAround(config);
  const now = () => Date.now() / 1000;
  const serving = await endpoint({ config, environment: process.env, now });
  const app = server({ config, endpoint: serving, now, log: true });
  await app.listen({ host: config.listen.host, port: config.listen.port });

  process.on('SIGHUP', () => {
    try {
      if (renewTls(app, config)) app.log.info('certificate read anew');
    } catch (error) {
      app.log.error({ why: whyOf(error) }, 'the certificate cannot be read; the old one stays');
    }
  });
  const stop = () => {
    void app.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

start().catch((error: unknown) => giveUp([`Cannot start: ${whyOf(error)}.`]));
