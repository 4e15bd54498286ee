import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Box, startBox } from '../box.ts';
import { aloneNetwork } from '../network.ts';
import { keptDirectory } from '../rootfs.ts';
import { openstackRoot } from './root.ts';

/** What runs inside: seen there as /lab, read-only. */
const FILES = fileURLToPath(new URL('./box', import.meta.url));

const MAKE_SECONDS = 600;

const LIFE_SECONDS = 3 * 3600;

/** Starts the control plane's machine on layers of a root, the upper ones first, and waits until it says that it is through. */
export const startControlPlane = async (
  namespace: string,
  directory: string,
  layers: readonly string[],
  script: 'make' | 'start',
): Promise<Box> => {
  const box = await startBox({
    directory,
    lower: layers.join(':'),
    namespace,
    hostName: 'controller',
    files: { '/etc/hosts': '127.0.0.1 localhost controller openstack.test\n' },
    binds: { '/lab': FILES },
    init: `sh /lab/${script}.sh || { tail -n 8 /var/lab/log/*; echo '${script}.sh failed'; kill -TERM 1; }`,
    lifeSeconds: LIFE_SECONDS,
  });
  const mark = script === 'make' ? '/var/lab/made' : '/var/lab/ready';
  const until = Date.now() + MAKE_SECONDS * 1_000;
  while ((await box.exec(['test', '-e', mark])).code !== 0) {
    const ended = await Promise.race([box.ended, pause(250)]);
    if (ended === undefined && Date.now() < until) continue;
    const said = box.console();
    await box.remove();
    throw new Error(`OpenStack's ${script}.sh did not come to its end: ${said.slice(-6_000)}`);
  }
  return box;
};

const textsOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => readFileSync(path, 'utf8'));

/**
 * What a control plane writes until it is ready for its first start, as a layer upon the root: databases with their schemas,
 * keys, and what is in the cloud before anybody uses it. Made once for each version of the files.
 */
export const openstackLayers = async (): Promise<readonly [snapshot: string, root: string]> => {
  const root = await openstackRoot();
  const snapshot = await keptDirectory('openstack', [root, ...textsOf(FILES)], async (unfinished) => {
    const alone = await aloneNetwork();
    try {
      const box = await startControlPlane(alone.namespace, unfinished, [root], 'make');
      await box.cutPower();
      for (const part of ['work', 'root']) await rm(join(unfinished, part), { recursive: true, force: true });
    } finally {
      await alone.remove();
    }
  });
  return [join(snapshot, 'upper'), root];
};
