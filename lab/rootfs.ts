import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';

const SUITE = 'trixie';

/** What central manager and workers are made of. The hash of this list is part of the directory's name. */
const PACKAGES = [
  'ca-certificates',
  'cloud-init',
  'condor',
  'curl',
  'iproute2',
  'iptables',
  'kmod',
  'netcat-openbsd',
  'openssh-client',
  'openssh-server',
  'openssl',
  'procps',
  'python3',
  'udev',
] as const;

/** Debian packages of this machine that bring the programs the lab runs on it. */
const TOOLS = {
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  unshare: 'util-linux',
} as const;

/** Ends what hangs: on a machine with much else to do, the largest root has taken a thousand seconds. */
const BUILD_SECONDS = 3_600;

const onPath = (tool: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const overlayKnown = (): boolean => {
  try {
    return readFileSync('/proc/filesystems', 'utf8').includes('overlay');
  } catch {
    return false;
  }
};

/** What this machine lacks for the lab, each as a phrase; empty if the lab can run. */
export const missing = (): readonly string[] => {
  if (process.platform !== 'linux') return ['Linux'];
  const installs = onPath('apt-get');
  return [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(existsSync('/proc/self/ns/net') ? [] : ['network namespaces']),
    ...(overlayKnown() ? [] : ['the overlay file system']),
    ...Object.keys(TOOLS).filter((tool) => !installs && !onPath(tool)),
  ];
};

/** Where things are kept between runs. */
const cacheDirectory = (): string => process.env.AERIE_LAB_CACHE ?? '/var/cache/aerie-lab';

const installTools = async (): Promise<void> => {
  const absent = Object.entries(TOOLS).filter(([tool]) => !onPath(tool));
  if (absent.length === 0) return;
  await run(['apt-get', 'update', '-q'], { timeoutSeconds: BUILD_SECONDS });
  await run(
    ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...absent.map(([, name]) => name)],
    {
      timeoutSeconds: BUILD_SECONDS,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    },
  );
};

/** What builds that were killed have left: their process is part of the name. */
const removeUnfinished = async (): Promise<void> => {
  for (const name of await readdir(cacheDirectory())) {
    const pid = /^[a-z]+-[0-9a-f]+\.([0-9]+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(cacheDirectory(), name), { recursive: true, force: true });
  }
};

/**
 * A directory that is made once, for what it is made of, and kept between runs. `make` fills another one, which takes its
 * place when it is whole.
 */
export const keptDirectory = async (
  kind: string,
  madeOf: readonly string[],
  make: (unfinished: string) => Promise<void>,
): Promise<string> => {
  const hash = createHash('sha256').update(madeOf.join(' ')).digest('hex').slice(0, 12);
  const to = join(cacheDirectory(), `${kind}-${hash}`);
  if (existsSync(to)) return to;
  await mkdir(cacheDirectory(), { recursive: true });
  await removeUnfinished();
  const unfinished = `${to}.${process.pid}`;
  try {
    await make(unfinished);
    await rename(unfinished, to);
  } catch (error) {
    // Two runs may have built at the same time; the first one's directory is as good.
    if (!existsSync(to)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return to;
};

/** The directory of a Debian root with these packages, never to be written to; built if it is not there. */
export const debianRoot = async (
  packages: readonly string[],
  without: readonly string[] = [],
): Promise<string> => {
  const lacks = missing();
  if (lacks.length > 0) throw new Error(`the lab needs ${lacks.join(', ')}`);
  await installTools();
  return keptDirectory('rootfs', [SUITE, ...packages, ...without], async (unfinished) => {
    await run(
      [
        ...['mmdebstrap', '--quiet', '--variant=minbase', `--include=${packages.join(',')}`],
        ...without.map((path) => `--dpkgopt=path-exclude=${path}`),
        ...[SUITE, unfinished],
      ],
      { timeoutSeconds: BUILD_SECONDS },
    );
  });
};

/** The root with HTCondor and cloud-init. */
export const rootfs = (): Promise<string> => debianRoot(PACKAGES);
