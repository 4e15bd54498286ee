import { mkdir, readFile } from 'node:fs/promises';
import { type Config, readConfig } from './config.ts';
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

const configured = async (): Promise<Config> => {
  const [file] = process.argv.slice(2);
  if (file === undefined)
    return giveUp(['Name the configuration file: aerie-endpoint.mjs /etc/aerie-endpoint/config.json']);
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    giveUp([`The configuration cannot be read: ${whyOf(error)}.`]),
  );
  const read = readConfig(text);
  return read.ok ? read.config : giveUp(read.mistakes);
};

const checkAround = async (config: Config) => {
  const mistake =
    (await secretsMistake(config.secretFiles)) ??
    (await secretsMistake(config.metricsSecretFile === undefined ? [] : [config.metricsSecretFile]));
  if (mistake !== undefined) giveUp([mistake]);
  await templateNames(config.templatesDirectory).catch((error: unknown) =>
    giveUp([`The templates' folder cannot be read: ${whyOf(error)}.`]),
  );
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    giveUp([`The state folder cannot be made: ${whyOf(error)}.`]),
  );
};

const start = async () => {
  if (process.getuid?.() === 0) giveUp(['The endpoint does not run as root; give it a user of its own.']);
  const config = await configured();
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
