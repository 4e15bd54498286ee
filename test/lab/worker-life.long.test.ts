import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import { CENTRAL_MANAGER_ADDRESS } from '../../lab/network.ts';
import type { WorkerBox } from '../../lab/worker-box.ts';
import { userData } from '../../worker/user-data.ts';
import { LONG } from '../worker/options.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, FLEET, nowSeconds, QUEUE, type WorkerSite, workerSite } from './worker-site.ts';

const SPOT_SECONDS = 120;

/** A worker without this hears of a dead master three minutes later, which is too long for a test. */
const SOONER = "sed -i 's/^WITHOUT_CONDOR_SECONDS *= *.*/WITHOUT_CONDOR_SECONDS = 3/'";

describeLab('the life of a worker', () => {
  let site: WorkerSite;
  let first: WorkerBox;

  const health = (instanceId: string) => site.health(instanceId);

  beforeAll(async () => {
    site = await workerSite();
  });

  afterAll(() => site?.remove());

  test('begins sooner from an image that has its programs, which needs nothing more than the facts', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa0';
    first = await site.launch(id, { os: 'baked' }, bakedPrograms());
    await until(
      () => health(id),
      (text) => text.startsWith('true'),
      30,
    );
    expect(first.box.console()).toContain(`aerie: ${id} takes jobs of ${FLEET}`);
  });

  test.each(['el9', 'debian', 'baked'] as const)(
    "begins with user-data that is valid in cloud-init's own eyes, for %s",
    async (os) => {
      const text = userData({ ...LONG, os });
      const check = ['sh', '-c', 'cat >/tmp/given; cloud-init schema --config-file /tmp/given'];
      expect(await first.box.exec(check, { input: text })).toMatchObject({ code: 0 });
    },
  );

  test('a spot notice lets no new job in, and running jobs are told in time to say goodbye', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa1';
    const worker = await site.launch(id);
    const running = await submitJob(site.cm, {
      queue: QUEUE,
      instanceId: id,
      script:
        'trap "cat $AERIE_NOTICE; exit 3" TERM\necho begun\nfor i in $(seq 600); do sleep 0.1; done\necho in vain',
    });
    await running.event('001');
    worker.announceSpotEnd(nowSeconds() + SPOT_SECONDS);
    await running.event('005', 20);
    const [begun, notice = ''] = (await running.output()).split('\n');
    expect(begun).toBe('begun');
    expect(JSON.parse(notice)).toMatchObject({
      ends: true,
      why: expect.stringContaining('EC2 will terminate'),
    });
    const late = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script: 'true' });
    expect(
      await until(
        () => health(id),
        (text) => text.startsWith('false'),
        20,
      ),
    ).toContain('EC2 will terminate');
    await site.cm.condor(['condor_reschedule']);
    expect(await late.attribute('JobStatus')).toBe('1');
    expect(worker.box.console()).toContain('aerie: EC2 will terminate this machine at ');
  });

  test('a rebalance recommendation lets no new job in, and leaves the running ones alone', async () => {
    const id = 'i-0bbbbbbbbbbbbbbb2';
    const worker = await site.launch(id);
    const script = 'until [ -e "$AERIE_NOTICE" ]; do sleep 0.1; done\nsleep 2\necho to the end';
    const running = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script });
    await running.event('001');
    worker.recommendRebalance(nowSeconds());
    await until(
      () => health(id),
      (text) => text.startsWith('false EC2 recommended'),
      20,
    );
    await running.event('005', 20);
    expect(await running.output()).toBe('to the end\n');
  });

  test.each([
    [
      'i-0ccccccccccccccc3',
      'a required host resolves and does not answer',
      {
        pins: { 'lfc.example.org': CENTRAL_MANAGER_ADDRESS },
        requiredHosts: ['lfc.example.org:5010'],
      },
      `lfc.example.org:5010, which is ${CENTRAL_MANAGER_ADDRESS}, does not answer`,
    ],
    [
      'i-0ddddddddddddddd4',
      'a required host does not resolve',
      { requiredHosts: ['rucio.example.org:443'] },
      'rucio.example.org does not resolve',
    ],
    ['i-0eeeeeeeeeeeeeee5', 'the disk is too small', { minScratchMb: 9_000_000 }, 'expected 9000000'],
  ])('%s takes no job, says so on its console and is gone, because %s', async (id, _, options, sentence) => {
    const worker = await site.launch(id, options);
    expect(await worker.ended).toEqual({ how: 'power-off' });
    expect(worker.box.console()).toMatch(new RegExp(`aerie: boot failed: .*${sentence}`));
    expect(await health(id)).toBe('');
  });

  test('a worker whose HTCondor has died ends itself', async () => {
    const id = 'i-0fffffffffffffff6';
    const worker = await site.launch(id);
    await until(
      () => health(id),
      (text) => text.startsWith('true'),
      30,
    );
    const watch = '/usr/local/libexec/aerie/watch.py';
    await worker.box.exec(['sh', '-c', `${SOONER} ${watch}; setsid ${watch} >/dev/null 2>&1 </dev/null &`]);
    await worker.box.exec(['pkill', '-KILL', 'condor_master']);
    expect(await worker.ended).toEqual({ how: 'power-off' });
    expect(worker.box.console()).toContain('aerie: power-off: HTCondor has not run for 3 s');
  });
});
