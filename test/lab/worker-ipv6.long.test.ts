import { afterAll, beforeAll, expect, test } from 'vitest';
import { ONLY_IPV6_TO_THE_COLLECTOR } from '../../lab/ipv6.ts';
import { submitJob } from '../../lab/jobs.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, QUEUE, siteScript, type WorkerSite, workerSite } from './worker-site.ts';

const RUNS_WITHIN_SECONDS = 180;

describeLab(
  "a worker whose collector's name has an address of each family, and only the newer one answers",
  () => {
    let site: WorkerSite;

    beforeAll(async () => {
      site = await workerSite({ hasIpv6: true });
    });

    afterAll(() => site?.remove());

    test('goes the way that answers, and runs a job', async () => {
      const id = 'i-0aaaaaaaaaaaaaaa1';
      const script = `#!/bin/sh\n${ONLY_IPV6_TO_THE_COLLECTOR}`;
      const worker = await site.launch(id, { os: 'baked', site: siteScript(script) }, bakedPrograms());
      const job = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script: 'echo ran' });
      await job.event('005', RUNS_WITHIN_SECONDS).catch(async (error: unknown) => {
        const log = await worker.box.exec(['tail', '-n', '20', '/var/log/condor/StartLog']);
        throw new Error(`${worker.box.console()}\n${log.stdout}`, { cause: error });
      });
      expect(await job.output()).toBe('ran\n');
      const facts = await worker.box.exec(['cat', '/etc/condor/config.d/20-aerie-facts.conf']);
      expect(facts.stdout).toContain('\nPREFER_IPV4 = False\n');
    });
  },
);
