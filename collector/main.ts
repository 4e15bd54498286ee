import { mkdir, readFile } from 'node:fs/promises';
import { type Asked, readCommandLine, USAGE } from './command-line.ts';
import { condor } from './condor.ts';
import { type Config, readConfig } from './config.ts';
import { mistakesAround } from './config-check.ts';
import { endpoint } from './endpoint.ts';
import { domainMistakes, poolMistakes } from './pool-check.ts';
import { secretsMistake } from './secrets.ts';
import { renewTls, server } from './server.ts';
import { templateNames } from './template.ts';

/** A mistake in how the endpoint was set up: one sentence each, and exit status 2. */
const giveUp = (mistakes: readonly string[]): never => {
  for (const mistake of mistakes) process.stderr.write(`aerie-endpoint: ${mistake}\n`);
  process.exit(2);
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asked = (): Asked => readCommandLine(process.argv.slice(2)) ?? giveUp([USAGE]);

/** HTCondor's tools as the endpoint runs them, to ask what it finds. */
const toolsOf = (config: Config) => condor({ ...config.tools, environment: process.env });

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
const check = async (config: Config, expected: Asked['expected']) => {
  await checkSecrets(config);
  const mistakes = [
    ...(await mistakesAround(config, Date.now() / 1000)),
    ...(await poolMistakes(toolsOf(config), config, expected)),
  ];
  if (mistakes.length > 0) giveUp(mistakes);
  process.stdout.write(
    'aerie-endpoint: the configuration, its secrets, certificate and templates can be used, and fit HTCondor here.\n',
  );
};

const checkAround = async (config: Config) => {
  await checkSecrets(config);
  const mistakes = await domainMistakes(toolsOf(config), config.pool);
  if (mistakes.length > 0) giveUp(mistakes);
  await templateNames(config.templatesDirectory).catch((error: unknown) =>
    giveUp([`The templates' folder cannot be read: ${whyOf(error)}.`]),
  );
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 }).catch((error: unknown) =>
    giveUp([`The state folder cannot be made: ${whyOf(error)}.`]),
  );
};

const start = async () => {
  if (process.getuid?.() === 0) giveUp(['The endpoint does not run as root; give it a user of its own.']);
  const { file, checkOnly, expected } = asked();
  const config = await configured(file);
  if (checkOnly) return check(config, expected);
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
