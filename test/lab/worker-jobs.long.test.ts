import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../lab/central-manager.ts';
import { submitJob } from '../../lab/jobs.ts';
import { describeLab } from './describe-lab.ts';
import { bakedPrograms, nowSeconds, QUEUE, type WorkerSite, workerSite } from './worker-site.ts';

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
echo 'of job' >/tmp/mark; echo 'of job' >/var/tmp/mark
pwd; id -un
chmod 500 "$HOME"
`;

const VALUES = {
  http_proxy: 'http://squid.example.org:3128',
  FRONTIER_SERVER: '(serverurl=http://a.example.org:8000/atlr)(proxyurl=http://squid.example.org:3128)',
  HARD: `it's "so": $(HOME) $HOME \\n #5; 'a' "b"`,
} as const;

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
    const checks = bakedPrograms()['/usr/local/libexec/aerie/checks.py']?.text ?? '';
    const worker = await site.launch(
      id,
      { os: 'baked', cvmfs: { repositories: ['atlas.cern.ch'] } },
      {
        ...bakedPrograms(),
        // The check is to outlast everything here, however slow this machine is.
        '/usr/local/libexec/aerie/checks.py': {
          text: checks.replace('CVMFS_SECONDS = 30', 'CVMFS_SECONDS = 3000'),
          mode: 0o755,
        },
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
});
