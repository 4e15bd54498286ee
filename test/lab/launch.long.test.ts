import { afterAll, beforeAll, expect, test } from 'vitest';
import { FLEET } from '../../lab/bare-worker.ts';
import { until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import { hasJoined, launchWorker } from '../../lab/launch.ts';
import { type LabSite, labSite } from '../../lab/site.ts';
import { tracesOf } from '../../lab/traces.ts';
import { describeLab } from './describe-lab.ts';

describeLab('an EC2 whose instances are worker boxes', () => {
  let site: LabSite;

  beforeAll(async () => {
    site = await labSite();
  });

  afterAll(async () => {
    await site?.remove();
  });

  const lifeOf = (instanceId: string) => site.ec2.instances.get(instanceId)?.life;

  test('launches a worker that joins, runs a job, powers itself off and so is terminated', async () => {
    const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 10 });
    const job = await submitJob(site.cm, { fleet: FLEET, script: 'echo ran' });
    await job.event('005');
    expect(await job.output()).toBe('ran\n');
    await until(
      async () => lifeOf(instanceId),
      (life) => life?.kind === 'terminated',
      60,
    );
    expect(lifeOf(instanceId)).toMatchObject({ cause: 'Client.InstanceInitiatedShutdown' });
    expect((await site.machines.box(instanceId))?.box.console()).toContain('power off');
  });

  test('warns a spot worker through its metadata service, and it takes no more jobs', async () => {
    const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 600, market: 'spot' });
    await hasJoined(site, instanceId);
    site.ec2.faults.interrupt(instanceId);
    const health = await until(
      () =>
        site.cm.condor([
          ...['condor_status', '-constraint', `EC2InstanceId == "${instanceId}"`],
          ...['-af', 'NODE_HEALTHY', 'NODE_REASON'],
        ]),
      ({ stdout }) => stdout.startsWith('false'),
      45,
    );
    expect(health.stdout).toMatch(/EC2 will terminate this machine/);
    expect((await site.machines.box(instanceId))?.box.console()).toMatch(
      /aerie: EC2 will terminate this machine/,
    );
  });

  test('nothing of it is left when it has been removed', async () => {
    await site.remove();
    expect(await tracesOf(site.network)).toEqual({ namespacesAndDirectories: 0, mounts: 0, processes: 0 });
  });
});
