import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../lab/central-manager.ts';
import { leftovers, sweep } from '../../lab/network.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { describeLab } from './describe-lab.ts';

/** Makes a lab in a process of its own and says its id and its PID 1 outside of it; then it waits. */
const PROGRAM = `
import { join } from 'node:path';
import { labNetwork } from '${join(import.meta.dirname, '../../lab/network.ts')}';
import { startBox } from '${join(import.meta.dirname, '../../lab/box.ts')}';
const network = await labNetwork();
const box = await startBox({
  directory: join(network.directory, 'box'),
  lower: process.argv[1],
  namespace: network.centralManager,
  hostName: 'box',
  files: {},
  init: 'sleep 600',
});
process.stdout.write(JSON.stringify({ id: network.id, pid: box.pid }));
setInterval(() => undefined, 1000);
`;

describeLab('a lab whose run is killed', () => {
  test('takes its processes and mounts along, and the next run removes the rest', async () => {
    const lower = await rootfs();
    const maker = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, lower], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(maker.stdout, 'data');
    const { id, pid }: { readonly id: string; readonly pid: number } = JSON.parse(String(said));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    expect(await leftovers(id)).toHaveLength(3);
    // While its maker lives, a sweep leaves it alone.
    await sweep();
    expect(await leftovers(id)).toHaveLength(3);
    maker.kill('SIGKILL');
    await once(maker, 'exit');
    await sweep();
    expect(await leftovers(id)).toEqual([]);
    await until(
      async () => existsSync(`/proc/${pid}`),
      (exists) => !exists,
      5,
    );
  });
});
