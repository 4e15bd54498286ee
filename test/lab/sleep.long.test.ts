import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/model/names.ts';
import { until } from '../../lab/central-manager.ts';
import { type LabJob, submitJob } from '../../lab/jobs.ts';
import type { WorkerBox } from '../../lab/worker-box.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, FLEET, nowSeconds, QUEUE, type WorkerSite, workerSite } from './worker-site.ts';

const ID = 'i-0aaaaaaaaaaaaaaa0';
const LINGER_SECONDS = 20;

describeLab('a worker that sleeps', () => {
  let site: WorkerSite;
  let worker: WorkerBox;

  const tell = (what: string, seconds: number) =>
    process.stderr.write(`${what} after ${seconds.toFixed(1)} s\n`);
  const lines = (found: WorkerBox, text: string) =>
    found.box
      .console()
      .split('\n')
      .filter((line) => line.includes(text));
  const isWell = async (began: number, what: string) => {
    await until(
      () => site.health(ID),
      (text) => text.startsWith('true'),
      60,
    ).catch((error: unknown) => {
      throw new Error(worker.box.console(), { cause: error });
    });
    tell(what, nowSeconds() - began);
    process.stderr.write(`${lines(worker, 'takes jobs').join('\n')}\n`);
  };
  const jobThat = (script: string): Promise<LabJob> =>
    submitJob(site.cm, { queue: QUEUE, instanceId: ID, script });
  const endsAt = async () => Number((await worker.box.exec(['cat', '/var/lib/aerie/ends-at'])).stdout);
  const attribute = async (name: string) =>
    (
      await site.cm.condor(['condor_status', '-constraint', `EC2InstanceId == "${ID}"`, '-af', name])
    ).stdout.trim();

  beforeAll(async () => {
    site = await workerSite();
  });

  afterAll(() => site?.remove());

  test('runs a job', async () => {
    const began = nowSeconds();
    worker = await site.launch(ID, { os: 'baked' }, bakedPrograms(), {
      [TAG.lingerSeconds]: `${LINGER_SECONDS}`,
    });
    await isWell(began, 'cold: a slot');
    const job = await jobThat('touch "$HOME/mine"; echo "$HOME"');
    await job.event('005');
    expect(await job.output()).toBe('/home/slot1_1\n');
  });

  test('falls asleep', async () => {
    const ended = worker.ended;
    await until(
      () => site.health(ID),
      (text) => text === '',
      60,
    );
    const began = nowSeconds();
    expect(await ended).toEqual({ how: 'power-off' });
    tell('asleep, from its slot gone', nowSeconds() - began);
    process.stderr.write(`${worker.box.console()}\n`);
  });

  test('wakes', async () => {
    const began = nowSeconds();
    worker = await worker.wake({});
    await isWell(began, 'woken: a slot');
    process.stderr.write(
      `${worker.box.console()} ${await endsAt()} ${await attribute('AerieEndsAt')} ${FLEET}\n`,
    );
    for (const f of ['MasterLog', 'StartLog'])
      process.stderr.write((await worker.box.exec(['cat', `/var/log/condor/${f}`])).stdout);
  });
});
