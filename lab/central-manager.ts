import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Box, type BoxFile, startBox } from './box.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork } from './network.ts';
import type { Ran } from './run.ts';

/** The pool's name: host name of its central manager and trust domain of its tokens. */
export const POOL = 'cm.example.org';

/** HTCondor's intervals for the lab, in seconds; docs/lab.md says which of them suit a real pool. */
const TUNED_INTERVALS = `
NEGOTIATOR_INTERVAL = 5
NEGOTIATOR_MIN_INTERVAL = 1
NEGOTIATOR_CYCLE_DELAY = 1
SCHEDD_INTERVAL = 5
SCHEDD_MIN_INTERVAL = 1
`;

/**
 * What a worker's token may advertise: ads of its own instance, under names that begin with it. The name counts, because
 * an ad of the same name takes the place of the one before. The collector writes AuthenticatedIdentity into an ad itself
 * before it evaluates this.
 */
const ONLY_ITS_OWN_ADS = `
COLLECTOR_REQUIREMENTS = (regexp("^i-", AuthenticatedIdentity) =!= True) || \\
  ((AuthenticatedIdentity =?= strcat(EC2InstanceId, "@${POOL}")) && \\
   (regexp(strcat("^(slot[0-9]+(_[0-9]+)?@)?", EC2InstanceId, "@"), Name) =?= True))
`;

/** The collector's part as it ships, for this very pool; only ads of workers themselves may then name an instance. */
export const SHIPPED_COLLECTOR = readFileSync(
  new URL('../collector/60-aerie.condor', import.meta.url),
  'utf8',
);

const configuration = `
CONDOR_HOST = ${POOL}
COLLECTOR_NAME = lab
DAEMON_LIST = MASTER, SHARED_PORT, COLLECTOR, NEGOTIATOR, SCHEDD
NETWORK_INTERFACE = ${CENTRAL_MANAGER_ADDRESS}
UID_DOMAIN = ${POOL}
TRUST_DOMAIN = ${POOL}
FILESYSTEM_DOMAIN = ${POOL}
ALLOW_ADVERTISE_STARTD = condor@${POOL}, aerie@${POOL}, i-*@${POOL}
ALLOW_ADVERTISE_MASTER = condor@${POOL}, aerie@${POOL}, i-*@${POOL}
COLLECTOR.ALLOW_ADMINISTRATOR = $(ALLOW_ADMINISTRATOR) aerie@${POOL}
SEC_ENABLE_REMOTE_ADMINISTRATION = FALSE
DEFAULT_USERLOG_FORMAT_OPTIONS = ISO_DATE, SUB_SECOND
# The kernel is the one of the machine that the lab runs on.
ENABLE_KERNEL_TUNING = FALSE
# Else a worker could exchange its token for one that is signed with the pool's own key.
SEC_ENABLE_TOKEN_FETCH = FALSE
`;

/** Starts HTCondor in a box: its directories in /run exist only while the machine is on. */
export const START_CONDOR = `
mkdir -p /run/condor /run/lock/condor
chown condor:condor /run/condor /run/lock/condor
condor_master
`;

/** The endpoint's user and the one who submits in tests; both are ordinary. */
const USERS = `
useradd --create-home --shell /bin/sh aerie
useradd --create-home --shell /bin/sh alice
`;

interface CentralManagerOptions {
  readonly network: LabNetwork;
  readonly lower: string;
  /** HTCondor configuration after the lab's own, in place of its COLLECTOR_REQUIREMENTS. */
  readonly configuration?: string;
  readonly files?: Readonly<Record<string, BoxFile | string>>;
  readonly binds?: Readonly<Record<string, string>>;
}

/** Collector, negotiator and schedd of a lab. */
export interface CentralManager {
  readonly box: Box;
  /** Runs a tool of HTCondor as an ordinary user; what comes is on its standard output. */
  condor(
    argv: readonly string[],
    options?: { readonly user?: string; readonly input?: string },
  ): Promise<Ran>;
  /** An IDTOKEN for an identity of this pool. */
  token(identity: string, scopes: readonly string[], lifetimeSeconds?: number): Promise<string>;
  remove(): Promise<void>;
}

const UP_WITHIN_SECONDS = 30;

/** Asks again until an answer is as wanted; throws with the last answer when the time is up. */
export const until = async <T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  withinSeconds: number,
): Promise<T> => {
  const end = Date.now() + withinSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`not so within ${withinSeconds} s; last: ${JSON.stringify(answer)}`);
    await pause(100);
  }
};

/** Starts the central manager and waits until collector and schedd answer. */
export const startCentralManager = async (options: CentralManagerOptions): Promise<CentralManager> => {
  const { network, lower } = options;
  const box = await startBox({
    directory: join(network.directory, 'cm'),
    lower,
    namespace: network.centralManager,
    hostName: POOL,
    files: {
      '/etc/hosts': `127.0.0.1 localhost\n${CENTRAL_MANAGER_ADDRESS} ${POOL} cm\n`,
      '/etc/resolv.conf': '',
      '/etc/condor/config.d/50-lab.conf': configuration + TUNED_INTERVALS,
      '/etc/condor/config.d/60-lab.conf': options.configuration ?? ONLY_ITS_OWN_ADS,
      ...options.files,
    },
    ...(options.binds === undefined ? {} : { binds: options.binds }),
    init: USERS + START_CONDOR,
  });
  const condor: CentralManager['condor'] = (argv, { user = 'alice', ...rest } = {}) =>
    box.exec(argv, { user, env: { HOME: `/home/${user}` }, ...rest });
  await until(
    () => condor(['condor_status', '-schedd', '-af', 'Name']),
    ({ code, stdout }) => code === 0 && stdout.trim() !== '',
    UP_WITHIN_SECONDS,
  );
  return {
    box,
    condor,
    async token(identity, scopes, lifetimeSeconds = 3600) {
      const { code, stdout, stderr } = await box.exec([
        ...['condor_token_create', '-identity', identity, '-lifetime', `${lifetimeSeconds}`],
        ...scopes.flatMap((scope) => ['-authz', scope]),
      ]);
      if (code !== 0) throw new Error(`no token for ${identity}: ${stderr}`);
      return stdout.trim();
    },
    remove: () => box.remove(),
  };
};
