import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, nowSeconds, QUEUE, siteScript, type WorkerSite, workerSite } from './worker-site.ts';

const SPOT_SECONDS = 120;
const WELL_WITHIN_SECONDS = 90;
/** The hook's checks are a minute apart. */
const NEXT_CHECK_WITHIN_SECONDS = 180;

const PILOT_SAYS = 'the pilot heard of its end';

/**
 * As ATLAS's: a wrapper that starts a container, in which a wrapper starts the pilot. No wrapper hands a signal on. Files of
 * a folder stay where they are when the job ends.
 */
const TWO_LEVELS = `
mkdir work && cd work
cat >pilot.py <<'PILOT'
import signal, sys, time
def heard(*_):
    print("${PILOT_SAYS}", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, heard)
print("begun", flush=True)
time.sleep(600)
PILOT
cat >inner.sh <<'INNER'
python3 pilot.py -q ${QUEUE} &
wait $!
echo "the inner wrapper saw $?"
INNER
env bash ./inner.sh pilot.py
echo "the outer wrapper saw $?"
`;

/** Each mark of a job in what belongs to its account, and what of them it finds. */
const MARKS = `
cd "$HOME"
for name in .bashrc usercustomize.py .mark; do grep -ls 'of job' "$name"; echo 'of job' >>"$name"; done
grep -lrs 'of job' /tmp /var/tmp
python3 -c 'import ctypes; c = ctypes.CDLL(None); c.shmget(77, 9, 0) < 0 or print("shared"); c.shmget(77, 9, 0o1600)'
echo 'of job' >/tmp/mark; echo 'of job' >/var/tmp/mark
pwd; id -un
chmod 500 "$HOME"
`;

const VALUES = {
  http_proxy: 'http://squid.example.org:3128',
  FRONTIER_SERVER: '(serverurl=http://a.example.org:8000/atlr)(proxyurl=http://squid.example.org:3128)',
  HARD: `it's "so": $(HOME) $HOME \\n #5; 'a' "b"`,
} as const;

/** As condor_q says it. */
const HELD = '5';
const CGROUPS = '/sys/fs/cgroup';
const CONTROLLERS = ['memory', 'freezer', 'cpu', 'cpuacct', 'devices'] as const;

/** A box has no control groups, which belong to this machine; HTCondor keeps its own below a name of this test's. */
const WITH_CGROUPS = `set -e
for one in ${CONTROLLERS.join(' ')}; do
  mkdir -p ${CGROUPS}/$one
  mount -t cgroup -o $one cgroup ${CGROUPS}/$one
done
mkdir ${CGROUPS}/cpu,cpuacct
mount --bind ${CGROUPS}/cpu ${CGROUPS}/cpu,cpuacct`;

const removeCgroups = (path: string): void => {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(join(path, entry.name));
  }
  // One in which something is still ending stays, empty and in nobody's way.
  spawnSync('rmdir', [path]);
};

/** A job that asks for 100 MB and fills so many, once the starter has put it where its memory is counted. */
const holds = (mb: number): string =>
  `until grep -q 'memory:/.*condor_' /proc/self/cgroup; do sleep 0.1; done
python3 -c 'import time; a = b"x" * (${mb} * 2**20); time.sleep(3); print(len(a) // 2**20)'`;

const FACTS = ['InstanceType', 'Zone', 'Market', 'Image', 'DollarsPerHour'].map(
  (name) => `MachineAttrAerie${name}0`,
);

describeLab('jobs on a worker', () => {
  let site: WorkerSite;

  const isWell = (id: string) =>
    until(
      () => site.health(id),
      (text) => text.startsWith('true'),
      WELL_WITHIN_SECONDS,
    );

  const outputOf = async (instanceId: string, script: string): Promise<string> => {
    const job = await submitJob(site.cm, { queue: QUEUE, instanceId, script });
    await job.event('005');
    return job.output();
  };

  beforeAll(async () => {
    site = await workerSite();
  });

  afterAll(() => site?.remove());

  test('find nothing of the job before, in a home that each may do with as it likes', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa1';
    await site.launch(id, { environment: VALUES, listPrices: { c6a: 0.25 } });
    await isWell(id);
    const alone = '/home/slot1_1\nslot1_1\n';
    expect(await outputOf(id, MARKS)).toBe(alone);
    expect(await outputOf(id, MARKS)).toBe(alone);
    expect(await site.health(id)).toMatch(/^true/);
  });

  test('have each variable as the site has written it', async () => {
    const asked = Object.keys(VALUES).map((name) => `printf '%s\\n' "$${name}"`);
    expect(await outputOf('i-0aaaaaaaaaaaaaaa1', asked.join('\n'))).toBe(
      `${Object.values(VALUES).join('\n')}\n`,
    );
  });

  test('leave in their history what they ran on and what that costs', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa1';
    const job = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script: 'true' });
    await job.event('005');
    const history = await until(
      () =>
        site.cm.condor([
          'condor_history',
          job.cluster,
          '-limit',
          '1',
          '-af',
          ...FACTS,
          'MachineAttrEC2InstanceId0',
        ]),
      ({ stdout }) => stdout !== '',
      30,
    );
    expect(history.stdout).toMatch(
      new RegExp(`^c6a\\.large us-east-1a spot ami-0ae21e00000000001 \\d[\\d.]* ${id}\n$`),
    );
  });

  test('of two levels hear of a spot notice: the pilot does, and its wrappers see it end', async () => {
    const id = 'i-0bbbbbbbbbbbbbbb2';
    const worker = await site.launch(id);
    const job = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script: TWO_LEVELS });
    await until(
      () => worker.box.exec(['pgrep', '-f', 'python3 pilot.py']),
      ({ code }) => code === 0,
      WELL_WITHIN_SECONDS,
    );
    worker.announceSpotEnd(nowSeconds() + SPOT_SECONDS);
    await job.event('005', SPOT_SECONDS);
    expect(await job.output()).toBe(
      `begun\n${PILOT_SAYS}\nthe inner wrapper saw 0\nthe outer wrapper saw 0\n`,
    );
  });

  test('are kept away by a notice that comes while a check hangs', async () => {
    const id = 'i-0ccccccccccccccc3';
    const hang = '[ -e /hang ] && exec sleep 3333';
    const ls = `#!/bin/sh\ncase "$*" in /cvmfs/*) ${hang} || exit 0 ;; *) exec /usr/bin/ls "$@" ;; esac\n`;
    // The check is to outlast everything here, however slow this machine is; the hook begins after the script.
    const longer =
      "#!/bin/sh\nsed -i 's/^CVMFS_SECONDS *= *30$/CVMFS_SECONDS = 3000/' /usr/local/libexec/aerie/checks.py\n";
    const worker = await site.launch(
      id,
      { os: 'baked', cvmfs: { repositories: ['atlas.cern.ch'] }, site: siteScript(longer) },
      {
        ...bakedPrograms(),
        '/usr/sbin/ls': { text: ls, mode: 0o755 },
        '/usr/sbin/cvmfs_config': { text: '#!/bin/sh\n', mode: 0o755 },
        '/etc/cvmfs/.keep': '',
        '/etc/condor/config.d/95-often.conf': 'UPDATE_INTERVAL = 1\n',
      },
    );
    await isWell(id);
    await worker.box.exec(['touch', '/hang']);
    const hanging = () => worker.box.exec(['pgrep', '-f', 'sleep 3333']);
    await until(hanging, ({ code }) => code === 0, NEXT_CHECK_WITHIN_SECONDS);
    const began = nowSeconds();
    worker.announceSpotEnd(began + SPOT_SECONDS);
    const told = await until(
      () => site.health(id),
      (text) => text.startsWith('false'),
      WELL_WITHIN_SECONDS,
    );
    process.stderr.write(`the notice was in the collector after ${(nowSeconds() - began).toFixed(1)} s\n`);
    expect(told).toContain('EC2 will terminate this machine');
    expect((await hanging()).code).toBe(0);
  });

  test('can be looked into, and their logs fetched, though nothing connects in to their worker', async () => {
    const id = 'i-0ddddddddddddddd4';
    await site.launch(id);
    const job = await submitJob(site.cm, {
      queue: QUEUE,
      instanceId: id,
      script: 'touch ~/.mine; sleep 600',
    });
    await job.event('001', WELL_WITHIN_SECONDS);
    const inside = await site.cm.box.exec(
      ['condor_ssh_to_job', '-auto-retry', `${job.cluster}.0`, 'id -un; echo $HOME; ls -A ~'],
      { user: 'alice', env: { HOME: '/home/alice' }, timeoutSeconds: WELL_WITHIN_SECONDS },
    );
    expect(inside.stdout).toBe('slot1_1\n/home/slot1_1\n.mine\n');
    const name = await site.cm.condor([
      'condor_status',
      '-constraint',
      `EC2InstanceId == "${id}"`,
      '-af',
      'Machine',
    ]);
    const fetch = ['condor_fetchlog', '-startd', name.stdout.split('\n')[0] ?? ''];
    expect((await site.cm.box.exec([...fetch, 'STARTD'])).stdout).toContain('Remote job ID is');
    expect((await site.cm.box.exec([...fetch, 'STARTER.slot1_1'])).stdout).toContain(
      'Running job as user slot1_1',
    );
    expect((await site.cm.condor([...fetch, 'STARTD'])).code).not.toBe(0);
    await site.cm.condor(['condor_rm', job.cluster]);
  });

  test.skipIf(!existsSync(`${CGROUPS}/memory/cgroup.procs`))(
    'may have twice the memory that they ask for, and are held beyond that',
    async () => {
      const id = 'i-0eeeeeeeeeeeeeee5';
      const base = `aerie-lab-${process.pid}`;
      const worker = await site.launch(
        id,
        { memory: 2 },
        { '/etc/condor/config.d/95-base.conf': `BASE_CGROUP = ${base}\n` },
      );
      onTestFinished(() => {
        for (const one of CONTROLLERS) removeCgroups(join(CGROUPS, one, base));
      });
      await isWell(id);
      expect(await worker.box.exec(['sh', '-c', WITH_CGROUPS])).toMatchObject({ code: 0 });
      expect(await outputOf(id, holds(150))).toBe('150\n');
      const greedy = await submitJob(site.cm, { queue: QUEUE, instanceId: id, script: holds(300) });
      await until(
        () => greedy.attribute('JobStatus'),
        (status) => status === HELD,
        WELL_WITHIN_SECONDS,
      );
      expect(await greedy.attribute('HoldReason')).toMatch(/memory/);
    },
  );
});
