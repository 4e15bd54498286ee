import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../../lab/run.ts';

/** The first Debian suite whose moto (5.2.4) the CDK's command line can deploy to without help. */
const SUITE = 'sid';

/** moto's server does not start, or answers 500 to many calls, without those that it does not depend on. */
const PACKAGES = [
  'python3-moto',
  'python3-flask-cors',
  'python3-openapi-spec-validator',
  'python3-jsonpath-ng',
] as const;

/** A mirror's index of sid may be past its date. */
const APT_OPTION = 'Acquire::Check-Valid-Until "false"';

const BUILD_SECONDS = 900;

/** Whether a program can be run from here by its name. */
export const onPath = (tool: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What keeps moto's server from running in a Debian root of its own, each as a phrase; empty if nothing does. */
export const rootLacks = (): readonly string[] => {
  if (process.platform !== 'linux') return ['Linux'];
  const installs = onPath('apt-get');
  return [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(onPath('chroot') ? [] : ['chroot']),
    ...(installs || onPath('mmdebstrap') ? [] : ['mmdebstrap']),
  ];
};

/** Where the root is kept between runs. */
const cacheDirectory = (): string => process.env.AERIE_MOTO_CACHE ?? '/var/cache/aerie-moto';

const installTool = async (): Promise<void> => {
  if (onPath('mmdebstrap')) return;
  const options = { timeoutSeconds: BUILD_SECONDS, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await run(['apt-get', 'update', '-q'], options);
  await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'mmdebstrap'], options);
};

/** The directory of a Debian root with moto's server in it; built, in half a minute or more, if it is not there. */
export const motoRoot = async (): Promise<string> => {
  const hash = createHash('sha256')
    .update([SUITE, ...PACKAGES].join(' '))
    .digest('hex')
    .slice(0, 12);
  const directory = join(cacheDirectory(), `rootfs-${hash}`);
  if (existsSync(directory)) return directory;
  await installTool();
  await mkdir(cacheDirectory(), { recursive: true });
  const unfinished = `${directory}.${process.pid}`;
  const include = `--include=${PACKAGES.join(',')}`;
  try {
    await run(
      ['mmdebstrap', '--quiet', '--variant=minbase', `--aptopt=${APT_OPTION}`, include, SUITE, unfinished],
      { timeoutSeconds: BUILD_SECONDS },
    );
    await rename(unfinished, directory);
  } catch (error) {
    // Two runs may have built at the same time; the first one's directory is as good.
    if (!existsSync(directory)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
};
