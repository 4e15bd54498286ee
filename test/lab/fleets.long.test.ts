import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/model/names.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { askEndpoint } from '../../lab/ask-endpoint.ts';
import type { BareWorker } from '../../lab/bare-worker.ts';
import { POOL, until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import type { WorkerBox } from '../../lab/worker-box.ts';
import { describeLab } from './describe-lab.ts';
import { fleetPool, machine, ONE, TEMPLATES, TO_END, TWO, WELL_WITHIN_SECONDS } from './fleet-pool.ts';
import { TAKES } from './takes.ts';
import { adsOf, JUDGE } from './takes-ads.ts';
import { type WorkerSite, workerSite } from './worker-site.ts';

const SHARED = 'i-0aaaaaaaaaaaaaaa1';
const WITH_GPUS = 'i-0bbbbbbbbbbbbbbb2';
const SECOND = 'i-0ccccccccccccccc3';
const KEPT_AT_FIRST = 'i-0ddddddddddddddd4';
const GPU_FLEET = 'gpu';
const LIFE_SECONDS = 3600;
const LEASE_SECONDS = 20;
const CORES = 8;

/** More jobs than end while a test looks at them, each of some seconds. */
const STREAM = 2000;
const NARROW = `sleep $((3 + RANDOM % 4))`;
/** So many ends of narrow jobs show that each core has had its next one ten times. */
const ENOUGH_ENDS = 10 * CORES;
/** For so many ends, on a machine with much else to do. */
const STREAM_WITHIN_SECONDS = 600;

/** What the admin of a pool writes so that jobs of its users run in the cloud. */
const TRANSFORM = `JOB_TRANSFORM_NAMES = $(JOB_TRANSFORM_NAMES) Burst
JOB_TRANSFORM_Burst @=end
  REQUIREMENTS AerieFleet is undefined && MATCH_APF_QUEUE is undefined && JobUniverse == 5 && WantsCloud =?= True
  SET AerieFleet "default"
@end
`;

/** A machine that the pool has had before: it names no instance, and takes what no worker of aerie's takes. */
const OF_THE_POOL = `CCB_ADDRESS = $(COLLECTOR_HOST)
STARTD_NAME =
MASTER_NAME =
STARTD_ATTRS =
MASTER_ATTRS =
START = TARGET.AerieFleet =?= "nowhere"
`;

describeLab('a fleet that queues and plain jobs share', () => {
  let site: WorkerSite;
  let shared: WorkerBox;
  let withGpus: WorkerBox;
  let ofThePool: BareWorker;
  const { submit, view, viewUntil, slotsOf, slotsUntil, inState, remove, sleeps, twoCycles, retire, left } =
    fleetPool(() => site);

  /** Lets pilots of a kind end; those that come later run. */
  const end = async (...kinds: readonly string[]) => {
    const files = kinds.map((kind) => `${TO_END}${kind}`);
    await shared.box.exec(['touch', ...files]);
    await slotsUntil(SHARED, []);
    await shared.box.exec(['rm', ...files]);
  };

  beforeAll(async () => {
    site = await workerSite({ templates: TEMPLATES });
    const lives = { [TAG.maxLifeSeconds]: `${LIFE_SECONDS}` };
    [shared, withGpus, ofThePool] = await Promise.all([
      site.launch(SHARED, {}, machine(8), lives),
      site.launch(WITH_GPUS, {}, machine(4, 'MACHINE_RESOURCE_GPUs = CUDA0, CUDA1'), {
        ...lives,
        [TAG.fleet]: GPU_FLEET,
        [TAG.width]: '2',
        [TAG.firstWidth]: '2',
        [TAG.jobWallSeconds]: '1200',
      }),
      site.startOther('machine', OF_THE_POOL),
    ]);
    await viewUntil(({ workers }) => workers.workers.length === 2);
  });
  afterAll(async () => {
    await ofThePool?.remove();
    await site?.remove();
  });

  test('is what its workers say, with the end of their life and their width', async () => {
    const { workers } = (await view()).workers;
    const ends = expect.any(Number);
    expect(workers).toMatchObject([
      { instanceId: SHARED, fleet: 'default', endsAt: ends, total: { cpus: 8, gpus: 0 } },
      {
        instanceId: WITH_GPUS,
        fleet: GPU_FLEET,
        width: 2,
        firstWidth: 2,
        jobWallSeconds: 1200,
        endsAt: ends,
        total: { cpus: 4, gpus: 2 },
      },
    ]);
    expect(workers.map((worker) => 'queue' in worker)).toEqual([false, false]);
  });

  test('has pilots of two queues and a plain job on one worker, each queue a user of its own', async () => {
    const plain = await sleeps({ fleet: 'default' });
    await submit(ONE, 1, 1);
    await submit(TWO, 1, 2, { wallSeconds: 1200 });
    await slotsUntil(SHARED, ['1', '1', '2']);
    const seen = await viewUntil(({ jobs }) => jobs?.fleets[0]?.shapes[0]?.running === 1);
    const running = { idle: 0, running: 1, held: 0, elsewhere: 0, fleet: 'default' };
    expect(seen.pilots.queues.map(({ queue, shapes }) => ({ queue, shapes }))).toMatchObject([
      { queue: ONE, shapes: [{ ...running, shape: { cpus: 1 } }] },
      { queue: TWO, shapes: [{ ...running, shape: { cpus: 2 }, wallSeconds: 1200 }] },
    ]);
    expect(seen.jobs).toMatchObject({
      complete: true,
      fleets: [{ fleet: 'default', shapes: [{ ...running, waitingSince: [] }] }],
    });
    const asked = ['condor_q', '-allusers', '-constraint', 'MATCH_APF_QUEUE isnt undefined'];
    const { stdout } = await site.cm.condor([...asked, '-af', 'AccountingGroup', 'AcctGroup', 'User']);
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual(
      [ONE, TWO].map((queue) => `${queue} undefined aerie@${POOL}`).sort(),
    );
    await remove(plain);
    await end(`${ONE}-1`, `${TWO}-2`);
  });

  test.each([
    ['another queue', TWO],
    ['the same queue', ONE],
  ])('gives back a claim of eight cores instead of running one core of %s on it', async (_, queue) => {
    await submit(ONE, 1, 8);
    await slotsUntil(SHARED, ['8']);
    await submit(queue, 8, 1);
    await shared.box.exec(['touch', `${TO_END}${ONE}-8`]);
    await slotsUntil(
      SHARED,
      Array.from({ length: 8 }, () => '1'),
    );
    await end(`${ONE}-8`, `${queue}-1`);
  });

  test('lets no job begin that it does not take, as the view says it waits', async () => {
    const refused = {
      'of another user, that names nothing': await sleeps({}),
      'of another fleet': await sleeps({ fleet: 'other' }),
      'longer than the life of its workers': await sleeps({
        fleet: 'default',
        lines: [`+AerieWallSeconds = ${LIFE_SECONDS}`],
      }),
      'without a GPU where there are some': await sleeps({ fleet: GPU_FLEET, lines: ['request_cpus = 2'] }),
      'of another width': await sleeps({ fleet: GPU_FLEET, lines: ['request_gpus = 1'] }),
    };
    const taken = {
      'shorter than the life of its workers': await sleeps({
        fleet: 'default',
        lines: [`+AerieWallSeconds = ${LIFE_SECONDS / 3}`],
      }),
      'with a GPU': await sleeps({ fleet: GPU_FLEET, lines: ['request_cpus = 2', 'request_gpus = 1'] }),
      'that is a pilot of old': await sleeps({ queue: 'OLD' }),
    };
    for (const job of Object.values(taken)) await inState(job, '2');
    await twoCycles();
    for (const [what, job] of Object.entries(refused)) {
      expect([what, await job.attribute('JobStatus')]).toEqual([what, '1']);
    }
    const { jobs, pilots } = await view();
    const idleOf = (fleet: string) =>
      jobs?.fleets
        .find((each) => each.fleet === fleet)
        ?.shapes.flatMap(({ shape, wallSeconds, waitingSince }) =>
          waitingSince.map(({ count }) => ({ cpus: shape.cpus, gpus: shape.gpus, wallSeconds, count })),
        );
    expect(idleOf('other')).toEqual([{ cpus: 1, gpus: 0, wallSeconds: undefined, count: 1 }]);
    expect(idleOf('default')).toEqual([{ cpus: 1, gpus: 0, wallSeconds: LIFE_SECONDS, count: 1 }]);
    expect(idleOf(GPU_FLEET)).toHaveLength(2);
    expect(pilots.queues.find(({ queue }) => queue === 'OLD')?.shapes).toMatchObject([
      { fleet: 'default', running: 1 },
    ]);
    for (const job of [...Object.values(refused), ...Object.values(taken)]) await remove(job);
    await slotsUntil(SHARED, []);
  });

  test('takes jobs that the pool’s admin gives to it by a transform, and no others', async () => {
    await site.cm.box.exec(['sh', '-c', 'cat >/etc/condor/config.d/70-burst.conf; condor_reconfig'], {
      input: TRANSFORM,
    });
    const wants = { lines: ['+WantsCloud = True'] };
    // The schedd reads its configuration when it comes to it.
    const given = await until(
      async () => {
        const job = await submitJob(site.cm, { script: 'echo ran', ...wants });
        const fleet = await job.attribute('AerieFleet');
        if (fleet !== 'default') await remove(job);
        return { job, fleet };
      },
      ({ fleet }) => fleet === 'default',
      WELL_WITHIN_SECONDS,
    );
    await given.job.event('005', WELL_WITHIN_SECONDS);
    expect(await given.job.output()).toBe('ran\n');
    const other = await submitJob(site.cm, { script: 'true' });
    expect(await other.attribute('AerieFleet')).toBe('undefined');
    await remove(other);
  });

  test('has its jobs on other machines of the pool counted apart', async () => {
    const job = await sleeps({ fleet: 'nowhere' });
    const isThere = ({ jobs }: PoolView) =>
      jobs?.fleets.find(({ fleet }) => fleet === 'nowhere')?.shapes[0]?.running === 1;
    const { jobs } = await viewUntil(isThere);
    expect(jobs?.fleets.find(({ fleet }) => fleet === 'nowhere')?.shapes).toMatchObject([{ elsewhere: 1 }]);
    expect(await job.attribute('RemoteHost')).toMatch(/^slot1_1@machine\.ec2\.internal$/);
    await remove(job);
  });

  test('has only pilots removed that ask for it', async () => {
    const WIDE = 64;
    await submit(ONE, 2, WIDE, { fleet: 'gone' });
    await submit(ONE, 1, WIDE, { fleet: undefined });
    await submit(ONE, 1, WIDE);
    const removed = async (fleet: string, leave: number) =>
      (await askEndpoint(site.endpoint, '/v1/pilots/remove', { queue: ONE, count: 9, leave, fleet })).answer;
    expect(await removed('gone', 1)).toEqual({ removed: 1 });
    expect(await removed('gone', 0)).toEqual({ removed: 1 });
    expect(await removed('default', 0)).toEqual({ removed: 2 });
  });

  test('takes and refuses as the table says, by the START of a real worker', async () => {
    const ad = await site.cm.condor([
      ...['condor_status', '-l', '-constraint', `PartitionableSlot && EC2InstanceId == "${SHARED}"`],
    ]);
    const input = JSON.stringify({ worker: ad.stdout.trim(), cases: TAKES.map(adsOf) });
    const { stdout, stderr } = await site.cm.condor(['python3', '-B', '-W', 'ignore', '-c', JUDGE], {
      input,
    });
    expect({ stderr, judged: stdout !== '' }).toEqual({ stderr: '', judged: true });
    const judged: readonly boolean[] = JSON.parse(stdout);
    expect(TAKES.map(({ what }, index) => [what, judged[index]])).toEqual(
      TAKES.map(({ what, isTaken }) => [what, isTaken]),
    );
  });

  test('has a job whose worker is lost waiting again, and says so', async () => {
    const lease = `job_lease_duration = ${LEASE_SECONDS}`;
    const lines = ['request_cpus = 2', 'request_gpus = 1', lease];
    const job = await sleeps({ fleet: GPU_FLEET, lines });
    await inState(job, '2');
    await withGpus.box.cutPower();
    await inState(job, '1');
    const isIdle = ({ jobs }: PoolView) =>
      jobs?.fleets.some(({ fleet, shapes }) => fleet === GPU_FLEET && shapes[0]?.idle === 1) === true;
    const { jobs } = await viewUntil(isIdle);
    expect(jobs?.fleets[0]?.shapes).toMatchObject([{ idle: 1, restarting: 1 }]);
    await remove(job);
  });

  test('fills one worker before it begins with the next', async () => {
    const second = await site.launch(SECOND, {}, machine(CORES), {});
    const isWell = (health: string) => health.startsWith('true');
    await until(() => site.health(SECOND), isWell, WELL_WITHIN_SECONDS);
    const jobs = await sleeps({ fleet: 'default', lines: [`queue ${CORES - 1}`] });
    const both = () => Promise.all([SHARED, SECOND].map(slotsOf));
    const seen = await until(both, (slots) => slots.flat().length === CORES, WELL_WITHIN_SECONDS);
    await remove(jobs);
    await until(both, (slots) => slots.flat().length === 0, WELL_WITHIN_SECONDS);
    await retire(second, SECOND);
    expect(seen.map(({ length }) => length).sort()).toEqual([0, CORES]);
  });

  test('at its cap runs a wide job beside an endless stream of narrow ones once a worker was drained', async () => {
    const of = (user: string, ...more: readonly string[]) => [`accounting_group_user = ${user}`, ...more];
    const narrow = await submitJob(site.cm, {
      fleet: 'default',
      script: NARROW,
      lines: of('narrow', `queue ${STREAM - 1}`),
    });
    await slotsUntil(
      SHARED,
      Array.from({ length: CORES }, () => '1'),
    );
    const wide = await sleeps({ fleet: 'default', lines: of('wide', `request_cpus = ${CORES}`) });
    const { ended: before } = await left(narrow, STREAM);
    await until(
      () => left(narrow, STREAM),
      ({ ended }) => ended >= before + ENOUGH_ENDS,
      STREAM_WITHIN_SECONDS,
    );
    expect(await wide.attribute('JobStatus')).toBe('1');

    await retire(shared, SHARED);
    // Nor is it the negotiator's turns that help it.
    await site.cm.box.exec(['condor_userprio', '-setfactor', `wide@${POOL}`, '1000000000']);
    await site.launch(KEPT_AT_FIRST, {}, machine(CORES), { [TAG.firstWidth]: `${CORES}` });
    await slotsUntil(KEPT_AT_FIRST, [`${CORES}`]);
    expect(await wide.attribute('RemoteHost')).toContain(KEPT_AT_FIRST);
    expect((await left(narrow, STREAM)).waiting).toBeGreaterThan(0);
    const asked = [
      '-constraint',
      `ClusterId == ${narrow.cluster} && regexp("${KEPT_AT_FIRST}", LastRemoteHost)`,
    ];
    const { stdout } = await site.cm.condor(['condor_history', ...asked, '-limit', '1', '-af', 'ProcId']);
    expect(stdout).toBe('');
    await remove(narrow);
    await remove(wide);
  });
});
