import type { FastifyInstance } from 'fastify';
import { type Asked, readCommandLine, USAGE } from './command-line.ts';
import { condor } from './condor/condor.ts';
import { type Config, readConfig } from './config.ts';
import { mistakesAround } from './config-check.ts';
import { endpoint } from './endpoint.ts';
import { namesIn, readOrdinary } from './files.ts';
import { limitsWith, ownDescriptors } from './limits.ts';
import { patientLog } from './log.ts';
import { domainMistake, poolMistakes } from './pool-check.ts';
import { secretsMistake } from './serve/secrets.ts';
import { renewTls, server } from './server.ts';
import { lockState, stateMistake } from './state.ts';

/** What only another configuration or command line mends: systemd does not try again. */
const MISTAKEN = 2;
/** What may mend itself, or is mended without the endpoint being told: systemd starts it again. */
const NOT_YET = 1;

/** Ends with one sentence for each cause. */
const giveUp = (status: typeof MISTAKEN | typeof NOT_YET, causes: readonly string[]): never => {
  for (const cause of causes) process.stderr.write(`aerie-endpoint: ${cause}\n`);
  process.exit(status);
};

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asked = (): Asked => readCommandLine(process.argv.slice(2)) ?? giveUp(MISTAKEN, [USAGE]);

/** HTCondor's tools as the endpoint runs them, to ask what it finds. */
const toolsOf = (config: Config) => condor({ ...config.tools, environment: process.env });

/** How long the last lines may take to where they are read. */
const LAST_LINES_MS = 1_000;

/** Ends once the log's last lines have been taken, or nobody takes them. */
const leave = () => {
  const exit = () => process.exit(0);
  setTimeout(exit, LAST_LINES_MS);
  try {
    process.stdout.write('', exit);
  } catch {
    exit();
  }
};

/** Some hundred times as long as any configuration. */
const MOST_BYTES = 1_000_000;

const configured = async (file: string): Promise<Config> => {
  const text = await readOrdinary(file, MOST_BYTES).catch((error: unknown) =>
    giveUp(NOT_YET, [`The configuration cannot be read: ${whyOf(error)}.`]),
  );
  const read = readConfig(text.toString('utf8'));
  return read.ok ? read.config : giveUp(MISTAKEN, read.mistakes);
};

const secretMistakes = async ({ secretFiles, metricsSecretFile }: Config): Promise<readonly string[]> => {
  const mistakes = [
    await secretsMistake(secretFiles),
    await secretsMistake(metricsSecretFile === undefined ? [] : [metricsSecretFile]),
  ];
  return mistakes.filter((mistake) => mistake !== undefined);
};

/** Reads all that a start reads, and tries every template out besides; changes nothing. */
const check = async (config: Config, expected: Asked['expected']) => {
  const tools = toolsOf(config);
  const mistakes = [
    ...(await secretMistakes(config)),
    ...(await mistakesAround(config, Date.now() / 1000, tools)),
    ...(await poolMistakes(tools, config, expected)),
  ];
  if (mistakes.length > 0) giveUp(MISTAKEN, mistakes);
  process.stdout.write(
    'aerie-endpoint: the configuration, its secrets, certificate and templates can be used, and fit HTCondor here.\n',
  );
};

const templatesMistake = ({ templatesDirectory }: Config): Promise<string | undefined> =>
  namesIn(templatesDirectory).then(
    () => undefined,
    (error: unknown) => `The templates' folder cannot be read: ${whyOf(error)}.`,
  );

/** Everything around the endpoint that a start needs; takes the state folder for the life of the process. */
const takeHold = async (config: Config) => {
  const { stateDirectory } = config;
  const domain = await domainMistake(toolsOf(config), config.pool);
  if (domain !== undefined) giveUp(domain.mayPass ? NOT_YET : MISTAKEN, [domain.sentence]);
  const causes = [
    ...(await secretMistakes(config)),
    await templatesMistake(config),
    await stateMistake(stateDirectory),
  ].filter((cause) => cause !== undefined);
  if (causes.length > 0) giveUp(NOT_YET, causes);
  const held = await lockState(stateDirectory);
  if (held !== undefined) giveUp(NOT_YET, [held]);
};

const obeySignals = (app: FastifyInstance, config: Config) => {
  process.on('SIGHUP', () => {
    renewTls(app, config).then(
      (isRenewed) => {
        if (isRenewed) app.log.info('certificate read anew');
      },
      (error: unknown) =>
        app.log.error({ why: whyOf(error) }, 'the certificate cannot be read; the old one stays'),
    );
  });
  const stop = () => {
    app.close().then(leave, leave);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const start = async () => {
  if (process.getuid?.() === 0) {
    giveUp(MISTAKEN, ['The endpoint does not run as root; give it a user of its own.']);
  }
  const { file, checkOnly, expected } = asked();
  const config = await configured(file);
  if (checkOnly) return check(config, expected);
  const allowed = limitsWith(ownDescriptors());
  if (!allowed.ok) return giveUp(NOT_YET, [allowed.why]);
  await takeHold(config);
  const { limits } = allowed;
  // Said by whoever writes; a reader that is gone is no reason to end.
  process.stdout.on('error', () => {});
  const now = () => Date.now() / 1000;
  const elapsed = () => performance.now() / 1000;
  const serving = await endpoint({
    ...{ config, environment: process.env, limits, now, elapsed },
    tell: (words) => app.log.warn(words),
  });
  serving.metrics.state(true);
  const app = await server({
    config,
    endpoint: serving,
    elapsed,
    connections: limits.connections,
    log: patientLog(process.stdout),
  });
  // Whoever comes in a burst waits in the kernel's line, and is not told to try again seconds later.
  await app.listen({ ...config.listen, backlog: limits.connections });
  obeySignals(app, config);
};

start().catch((error: unknown) => giveUp(NOT_YET, [`Cannot start: ${whyOf(error)}.`]));
