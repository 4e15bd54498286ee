import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { LabCloudName } from '../../lab/run-lab.ts';

const ROOT = new URL('../..', import.meta.url);

/** The main job with servers of an OpenStack, as the command does it. */
export const openStackJob = (cloud: LabCloudName, minutes: string): void => {
  test('PanDA, pilots, servers that join by a challenge, payloads, power-off, deleted: nothing is left', async () => {
    const argv = ['bin/aerie.ts', 'lab', '--cloud', cloud, '--minutes', minutes, '--no-web', '--json'];
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    expect(stdout, stderr).not.toBe('');
    const summary = JSON.parse(stdout);
    process.stderr.write(stdout);
    expect(summary, stderr).toMatchObject({
      jobsDone: summary.jobsArrived,
      workersAsleep: 0,
      workersAtEnd: 0,
      workersEndedFromOutside: 0,
      ticksFailed: 0,
      leftInProject: { servers: 0, ports: 0, keypairs: 0 },
      leftBehind: { namespacesAndDirectories: 0, mounts: 0, processes: 0 },
    });
    expect([summary.jobsArrived > 2, summary.workersLaunched > 0, code]).toEqual([true, true, 0]);
  });
};
