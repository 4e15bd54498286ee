import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/model/names.ts';
import { getPool } from '../../lab/ask-endpoint.ts';
import { POOL, until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import type { WorkerBox } from '../../lab/worker-box.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, FLEET, nowSeconds, QUEUE, type WorkerSite, workerSite } from './worker-site.ts';

const ID = 'i-0aaaaaaaaaaaaaaa0';
const LINGER_SECONDS = 20;
const LONG_LINGER_SECONDS = 600;
const AFTER_JOB_SECONDS = 5;
const TOKEN = '/etc/condor/tokens.d/aerie';
const SIZE = '/etc/condor/config.d/90-lab.conf';

/** A machine of so many cores, as far as HTCondor is concerned. */
const sizeOf = (cpus: number) => ({
  [SIZE]: `NUM_CPUS = ${cpus}\nMEMORY = ${cpus * 1000}\nUPDATE_INTERVAL = 15\nMASTER_UPDATE_INTERVAL = 10\nALL_DEBUG = D_SUB_SECOND\n`,
});

const tagsOf = (lingerSeconds: number) => ({
  [TAG.fleet]: FLEET,
  [TAG.lingerSeconds]: `${lingerSeconds}`,
  [TAG.maxLifeSeconds]: '3600',
});

/** The same, as of a machine that is woken. */
const wakeTagsOf = (lingerSeconds: number) => ({
  ...tagsOf(lingerSeconds),
  [TAG.lingerAfterJobSeconds]: `${AFTER_JOB_SECONDS}`,
});

/** How long each thing took is told and not demanded: it depends on what else this machine does. */
const tell = (what: string, seconds: number) => process.stderr.write(`${what}: ${seconds.toFixed(1)} s\n`);

describeLab('a worker that sleeps', () => {
  let site: WorkerSite;
  let worker: WorkerBox;
  let launchEnds: string;
  let token: string;

  const inside = async (...argv: readonly string[]) => (await worker.box.exec(argv)).stdout.trim();
  const attributes = async (...names: readonly string[]) => {
    const asked = ['-constraint', `EC2InstanceId == "${ID}" && PartitionableSlot`];
    return (await site.cm.condor(['condor_status', ...asked, '-af', ...names])).stdout.trim();
  };
  const hasSlot = async (what: string, began: number) => {
    await until(
      () => site.health(ID),
      (text) => text.startsWith('true'),
      60,
    ).catch((error: unknown) => {
      throw new Error(worker.box.console(), { cause: error });
    });
    tell(`${what}, start of userland to a slot that takes jobs`, nowSeconds() - began);
    process.stderr.write(`${/aerie: .* takes jobs .*/.exec(worker.box.console())?.[0]}\n`);
  };
  const runs = async (script: string): Promise<string> => {
    const job = await submitJob(site.cm, { queue: QUEUE, instanceId: ID, script });
    await job.event('005');
    return job.output();
  };
  const fallsAsleep = async () => {
    expect(await worker.ended).toEqual({ how: 'power-off' });
    return nowSeconds();
  };
  const startLog = () => inside('cat', '/var/log/condor/StartLog');
  /** How often the startd has read its configuration again. */
  const timesTold = async () => (await startLog()).split('Got SIGHUP').length - 1;
  /** After how many seconds, and when, the startd began its last power-off because nothing had claimed it; its log outlives that. */
  const lastLinger = async () => {
    const log = await startLog();
    const line = /(\d\d:\d\d:\d\d\.\d+) No resources have been claimed for (\d+) seconds/g;
    const [, at = '', seconds] = [...log.matchAll(line)].at(-1) ?? [];
    return {
      lingerSeconds: Number(seconds),
      began: Date.parse(`${new Date().toISOString().slice(0, 11)}${at}Z`) / 1000,
    };
  };

  beforeAll(async () => {
    site = await workerSite();
  });

  afterAll(() => site?.remove());

  test('runs a job, and is asleep soon after its linger', async () => {
    const began = nowSeconds();
    worker = await site.launch(
      ID,
      { os: 'baked' },
      { ...bakedPrograms(), ...sizeOf(2) },
      tagsOf(LINGER_SECONDS),
    );
    await hasSlot('cold', began);
    launchEnds = await inside('cat', '/var/lib/aerie/ends-at');
    token = await inside('cat', TOKEN);
    expect(await runs('touch "$HOME/mine"; echo "$HOME"')).toBe('/home/slot1_1\n');
    const ended = await fallsAsleep();
    expect(await site.health(ID)).toBe('');
    const woken = nowSeconds();
    worker = await worker.wake({
      instanceType: 'c6a.xlarge',
      tags: { ...wakeTagsOf(LONG_LINGER_SECONDS), [TAG.firstWidth]: '1', [TAG.width]: '1' },
      files: { ...sizeOf(4), '/var/lib/condor/execute/dir_99/left': 'by a job that its power-off ended' },
    });
    await hasSlot('woken', woken);
    const { lingerSeconds, began: powerOffBegan } = await lastLinger();
    expect(lingerSeconds).toBe(LINGER_SECONDS);
    tell('power-off, its beginning to the end of all processes', ended - powerOffBegan);
  });

  test('is another size when it wakes, with the tags of then and the end of its launch', async () => {
    expect(await attributes('TotalSlotCpus', 'TotalSlotMemory', 'AerieInstanceType')).toBe(
      '4 4000 c6a.xlarge',
    );
    expect(await attributes('AerieWidth', 'AerieFirstWidth', 'AerieEndsAt')).toBe(`1 1 ${launchEnds}`);
    expect(await inside('condor_config_val', 'STARTD_NOCLAIM_SHUTDOWN')).toBe(`${LONG_LINGER_SECONDS}`);
    expect(await inside('sh', '-c', 'ls -d /home/slot1_*')).toMatch(/slot1_4$/);
  });

  test('has the token that it had', async () => {
    expect(await inside('cat', TOKEN)).toBe(token);
  });

  test('has nothing of the jobs before when it runs another one, and is asleep soon after that', async () => {
    const look = 'ls -A "$HOME"; echo "$HOME"; ls "$_CONDOR_SCRATCH_DIR/.." | wc -l';
    expect(await runs(look)).toBe('/home/slot1_1\n1\n');
    const done = nowSeconds();
    const ended = await fallsAsleep();
    tell('woken, the end of a short job to the end of all processes', ended - done);
  });

  test('waits for a first job as long as any other when it is woken again', async () => {
    const woken = nowSeconds();
    worker = await worker.wake({ tags: wakeTagsOf(LINGER_SECONDS) });
    await hasSlot('woken again', woken);
    expect(await lastLinger()).toMatchObject({ lingerSeconds: AFTER_JOB_SECONDS });
    expect(await inside('condor_config_val', 'STARTD_NOCLAIM_SHUTDOWN')).toBe(`${LINGER_SECONDS}`);
    await fallsAsleep();
  });

  test('has the job that waits for it soon after its slot, because the endpoint asks for a cycle', async () => {
    const slow = 'echo NEGOTIATOR_INTERVAL = 600 >/etc/condor/config.d/95-slow.conf; condor_reconfig';
    await site.cm.box.exec(['sh', '-c', slow]);
    const job = await submitJob(site.cm, { queue: QUEUE, instanceId: ID, script: 'sleep 20; echo well' });
    // As a tick does before it wakes anything.
    await getPool(site.endpoint);
    worker = await worker.wake({ tags: wakeTagsOf(LONG_LINGER_SECONDS) });
    await until(() => attributes('Name'), Boolean, 60);
    const seen = nowSeconds();
    expect(await lastLinger()).toMatchObject({ lingerSeconds: LINGER_SECONDS });
    await job.event('001');
    tell('a waiting job, slot in the collector to its start', nowSeconds() - seen);
    const matched = Number(await job.attribute('LastMatchTime'));
    const [, start] = (await attributes('Name', 'DaemonStartTime')).split(' ');
    tell('the same, start of the startd to the match', matched - Number(start));
    // The startd is told in mid-job how long it lingers after it, and stays what it was in all else.
    const hook = await inside('pgrep', '-of', 'hook.py');
    // Once for the job of the wake before, and once for this one.
    await until(timesTold, (times) => times === 2, 60);
    expect(await inside('condor_config_val', 'STARTD_NOCLAIM_SHUTDOWN')).toBe(`${AFTER_JOB_SECONDS}`);
    expect(await inside('pgrep', '-of', 'hook.py')).toBe(hook);
    expect(await site.health(ID)).toMatch(/^true/);
    await job.event('005');
    expect(await job.output()).toBe('well\n');
    expect(await timesTold()).toBe(2);
    const done = nowSeconds();
    tell('woken, the end of a job of 20 s to the end of all processes', (await fallsAsleep()) - done);
  });

  test('joins anew when its token has ended while it slept', async () => {
    const ended = await site.cm.token(`${ID}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER'], 1);
    // As it is after two days: by the clock, and by no uptime of this machine.
    const taken = `/home/aerie/state/joined/${ID}`;
    await site.cm.box.exec(['sed', '-i', '2d', taken]);
    await site.cm.box.exec(['touch', '-d', '2 days ago', taken]);
    const began = nowSeconds();
    worker = await worker.wake({ files: { [TOKEN]: { text: `${ended}\n`, mode: 0o600 } } });
    await hasSlot('woken with a token that has ended', began);
    expect(await inside('cat', TOKEN)).not.toBe(ended);
    expect(await attributes('AerieEndsAt')).toBe(launchEnds);
    expect(await runs('echo well')).toBe('well\n');
  });

  test('that is refused another token ends itself again and says why', async () => {
    const ended = await site.cm.token(`${ID}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER'], 1);
    await fallsAsleep();
    worker = await worker.wake({ files: { [TOKEN]: { text: `${ended}\n`, mode: 0o600 } } });
    await fallsAsleep();
    expect(worker.box.console()).toMatch(/aerie: boot failed: joining was refused: .*409/);
  });
});
