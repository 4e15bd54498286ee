import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BareWorker, QUEUE, ROOTS_HOME, SLOT_HOMES, startBareWorker, WITH_CCB } from './bare-worker.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from './central-manager.ts';
import { describeLab } from './describe-lab.ts';
import { submitJob } from './jobs.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, labNetwork, leftovers, sweep } from './network.ts';
import { rootfs } from './rootfs.ts';

const HOME = 'i-0aaaaaaaaaaaaaaa1';
const MUTE = 'i-0bbbbbbbbbbbbbbb2';
const OLD = 'i-0ccccccccccccccc3';
const SCOPES = ['ADVERTISE_STARTD', 'ADVERTISE_MASTER'];

const CHANGE_HOME = 'echo "HOME=$HOME"; cd "$HOME" && touch .mine && pwd';

describeLab('a pool behind a NAT', () => {
  let network: LabNetwork;
  let cm: CentralManager;
  let home: BareWorker;
  let mute: BareWorker;
  let old: BareWorker;

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, configuration: SHIPPED_COLLECTOR });
    const start = async (instanceId: string, more: { configuration?: string; before?: string }) =>
      startBareWorker({
        network,
        lower,
        instanceId,
        token: await cm.token(`${instanceId}@${POOL}`, SCOPES),
        ...more,
      });
    home = await start(HOME, {
      before: SLOT_HOMES.before,
      configuration: WITH_CCB + SLOT_HOMES.configuration,
    });
    mute = await start(MUTE, { before: SLOT_HOMES.before, configuration: SLOT_HOMES.configuration });
    old = await start(OLD, { configuration: WITH_CCB + ROOTS_HOME });
    await until(
      () => slots('EC2InstanceId'),
      (ids) => [HOME, MUTE, OLD].every((id) => ids.includes(id)),
      30,
    );
  }, 900_000);

  afterAll(async () => {
    await network?.remove();
  });

  const ads = async (argv: readonly string[]): Promise<readonly string[]> =>
    (await cm.condor(['condor_status', ...argv])).stdout.split('\n').filter(Boolean).sort();
  const slots = (attribute: string) => ads(['-af', attribute]);

  /** What a worker with its own token sends to the collector. */
  const advertise = (worker: BareWorker, command: string, ad: Readonly<Record<string, string>>) =>
    worker.box.exec(['sh', '-c', 'cat >/tmp/ad; condor_advertise -tcp "$0" /tmp/ad', command], {
      input: Object.entries(ad)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    });

  test('the central manager cannot open a connection to a worker, and a worker can open one to it', async () => {
    const reaches = async (from: BareWorker['box'], to: string) =>
      (await from.exec(['nc', '-z', '-w', '2', to, '9618'])).code === 0;
    expect(await reaches(cm.box, home.place.address)).toBe(false);
    expect(await reaches(home.box, CENTRAL_MANAGER_ADDRESS)).toBe(true);
  });

  test('without CCB a slot is there and its job does not start; with CCB it does', async () => {
    const waits = await submitJob(cm, { queue: QUEUE, instanceId: MUTE, script: 'true' });
    const runs = await submitJob(cm, { queue: QUEUE, instanceId: HOME, script: 'echo ran' });
    await runs.event('005');
    expect(await runs.output()).toBe('ran\n');
    expect(await waits.attribute('JobStatus')).toBe('1');
    const matched = await cm.box.exec([
      'grep',
      '-c',
      `Matched ${waits.cluster}\\.`,
      '/var/log/condor/MatchLog',
    ]);
    expect(Number(matched.stdout)).toBeGreaterThan(0);
    expect(await ads(['-constraint', `EC2InstanceId == "${MUTE}"`, '-af', 'State', 'Activity'])).toEqual([
      'Unclaimed Idle',
    ]);
    const reachable = (id: string) =>
      ads(['-constraint', `EC2InstanceId == "${id}" && SlotType == "Partitionable"`, '-af', 'MyAddress']);
    expect(await reachable(MUTE)).toEqual([expect.not.stringContaining('CCBID=')]);
    expect(await reachable(HOME)).toEqual([expect.stringContaining('CCBID=')]);
    await cm.condor(['condor_rm', waits.cluster]);
  });

  test("a job's $HOME exists, is writable and is its slot's own", async () => {
    const job = await submitJob(cm, { queue: QUEUE, instanceId: HOME, script: `id -un; ${CHANGE_HOME}` });
    await job.event('005');
    expect(await job.output()).toBe('slot1_1\nHOME=/home/slot1_1\n/home/slot1_1\n');
  });

  test('with the environment of whoever started HTCondor, a job has a $HOME that it cannot enter', async () => {
    const job = await submitJob(cm, { queue: QUEUE, instanceId: OLD, script: CHANGE_HOME });
    await job.event('005');
    expect(await job.output()).toMatch(/^HOME=\/root\n.*cd: \/root: Permission denied\n$/);
  });

  const MINE = `slot1@${OLD}@${OLD}.ec2.internal`;
  const HERS = `slot1@${HOME}@${HOME}.ec2.internal`;
  test.each([
    ['its own slot', { Name: MINE, EC2InstanceId: OLD }, true],
    ['a second slot of its own', { Name: `slot2@${OLD}@x`, EC2InstanceId: OLD }, true],
    ['a new slot that names another instance', { Name: `slot2@${OLD}@y`, EC2InstanceId: HOME }, false],
    ['a slot of its own instance under the name of another', { Name: HERS, EC2InstanceId: OLD }, false],
    ['a slot of another instance under its name', { Name: HERS, EC2InstanceId: HOME }, false],
    ['a slot that hides another name in its own', { Name: `slot2@x@${OLD}@z`, EC2InstanceId: OLD }, false],
    ['a slot without an instance', { Name: `slot2@${OLD}@none`, EC2InstanceId: 'undefined' }, false],
    [
      'a slot without an instance under the name of another',
      { Name: HERS, EC2InstanceId: 'undefined' },
      false,
    ],
  ] as const)("what a worker's token registers: %s", async (_what, { Name, EC2InstanceId }, taken) => {
    const send = (name: string, instance: string, mark: string) =>
      advertise(old, 'UPDATE_STARTD_AD', {
        MyType: '"Machine"',
        Name: `"${name}"`,
        Machine: `"${OLD}.ec2.internal"`,
        EC2InstanceId: instance === 'undefined' ? instance : `"${instance}"`,
        MyAddress: `"<${old.place.address}:9618>"`,
        State: '"Unclaimed"',
        Activity: '"Idle"',
        Mark: `"${mark}"`,
      });
    const mark = `${Name} ${EC2InstanceId}`;
    const { stdout } = await send(Name, EC2InstanceId, mark);
    // The collector says that it has received an ad, not whether it has taken it. A later one that it takes shows it.
    expect(stdout).toContain('Sent 1 of 1 ad');
    await send(`slot9@${OLD}@later`, OLD, `after ${mark}`);
    const marks = await until(
      () => slots('Mark'),
      (found) => found.includes(`after ${mark}`),
      5,
    );
    expect(marks.includes(mark)).toBe(taken);
  });

  test.each(['UPDATE_SCHEDD_AD', 'UPDATE_NEGOTIATOR_AD', 'UPDATE_AD_GENERIC', 'INVALIDATE_SCHEDD_ADS'])(
    "a worker's token is no use for %s",
    async (command) => {
      const { code } = await advertise(old, command, {
        MyType: '"Scheduler"',
        Name: '"false"',
        MyAddress: `"<${old.place.address}:9618>"`,
      });
      expect(code).not.toBe(0);
    },
  );

  test("a worker's token cannot be exchanged for one that is signed with the pool's own key", async () => {
    const { code, stdout } = await old.box.exec(['condor_token_fetch', '-name', POOL, '-type', 'SCHEDD']);
    expect(stdout).not.toContain('eyJ');
    expect(code).not.toBe(0);
  });

  // HTCondor 23.9 asks COLLECTOR_REQUIREMENTS for updates only. docs/lab.md says what else was tried.
  test("a worker's token can take away another's slot until that one's next update", async () => {
    const { stdout } = await advertise(old, 'INVALIDATE_STARTD_ADS', {
      MyType: '"Query"',
      TargetType: '"Machine"',
      Requirements: `EC2InstanceId == "${HOME}"`,
    });
    expect(stdout).toContain('Sent 1 of 1 ad');
    const log = () =>
      cm.box.exec(['grep', '-A', '3', 'Got INVALIDATE_STARTD_ADS', '/var/log/condor/CollectorLog']);
    await until(log, (found) => found.stdout.includes(`Removing invalidated ad: "< ${HERS} >"`), 5);
    await until(
      () => slots('Name'),
      (names) => names.includes(HERS),
      20,
    );
  });

  test('nothing of it is left when it has been removed', async () => {
    await Promise.all([home, mute, old].map((worker) => worker.remove()));
    await cm.remove();
    await network.remove();
    expect(await leftovers(network.id)).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(network.directory);
    expect(commandLines().filter((line) => line.includes(network.directory))).toEqual([]);
  });
});

const commandLines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
