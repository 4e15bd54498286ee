import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { locateArgs, readLocated } from '../../collector/condor/locate.ts';
import { workerSight } from '../../collector/see/worker-sight.ts';
import { type BareWorker, startBareWorker, WITH_CCB } from '../../lab/bare-worker.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from '../../lab/central-manager.ts';
import { type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { tracesOf } from '../../lab/traces.ts';
import { describeLab } from './describe-lab.ts';

const HOME = 'i-0aaaaaaaaaaaaaaa1';
const OLD = 'i-0ccccccccccccccc3';
const SCOPES = ['ADVERTISE_STARTD', 'ADVERTISE_MASTER'];

describeLab("what a worker's token can do to the pool", () => {
  let network: LabNetwork;
  let cm: CentralManager;
  let home: BareWorker;
  let old: BareWorker;

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, configuration: SHIPPED_COLLECTOR });
    const start = async (instanceId: string) => {
      const token = await cm.token(`${instanceId}@${POOL}`, SCOPES);
      return startBareWorker({ network, lower, instanceId, token, configuration: WITH_CCB });
    };
    home = await start(HOME);
    old = await start(OLD);
    await until(
      () => slots('EC2InstanceId'),
      (ids) => [HOME, OLD].every((id) => ids.includes(id)),
      30,
    );
  });

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

  /** A question that hangs is not waited for any longer than the endpoint would. */
  const tools: Condor = async (tool, args) => {
    const { code, stdout, stderr } = await cm.condor(['timeout', '20', tool, ...args]);
    return code === 0 ? { ok: true, stdout } : { ok: false, why: `${tool}: ${code}`, stdout, stderr };
  };
  const seen = async () => {
    const found = await workerSight(tools, () => 0)();
    if (!found.ok) throw new Error(found.why);
    return found;
  };

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

  test.each([
    [
      'whose instance is its own now and another later',
      { Name: `"slot2@${OLD}@t"`, EC2InstanceId: `ifThenElse(time() > 0, "${OLD}", "${HOME}")` },
    ],
    [
      'whose instance, under the name of E, is its own now and nobody later',
      {
        Name: `"slot2@${OLD}@e"`,
        EC2InstanceId: 'E',
        E: `ifThenElse(time() > 0, "${OLD}", undefined)`,
        COLLECTOR_StartTime: '99999999999',
      },
    ],
    [
      'whose name is its own now and another later',
      { Name: `ifThenElse(time() > 0, "slot2@${OLD}@u", "${HERS}")`, EC2InstanceId: `"${OLD}"` },
    ],
  ])('a slot %s is taken by the collector, and is nobody for the endpoint', async (_what, forged) => {
    const before = await seen();
    expect(before.workers.map(({ instanceId }) => instanceId)).toContain(HOME);
    await advertise(old, 'UPDATE_STARTD_AD', {
      MyType: '"Machine"',
      Machine: `"${OLD}.ec2.internal"`,
      SlotType: '"Partitionable"',
      AerieFleet: '"FORGED"',
      AerieWorker: 'true',
      DaemonStartTime: '1',
      MyAddress: `"<${old.place.address}:9618>"`,
      ...forged,
    });
    const isNamed = ({ unreadable }: typeof before) =>
      unreadable.some(({ instanceId }) => instanceId === OLD);
    const after = await until(seen, isNamed, 5);
    const home = (found: typeof before) => found.workers.find(({ instanceId }) => instanceId === HOME);
    expect(home(after)?.fleet).toBe(home(before)?.fleet);
    expect(after.workers.map(({ fleet }) => fleet)).not.toContain('FORGED');
    const located = readLocated((await cm.condor(['condor_status', ...locateArgs([HOME, OLD])])).stdout);
    expect(located.get(HOME)?.slot).toBe(HERS);
    expect([MINE, undefined]).toContain(located.get(OLD)?.slot);
  });

  /** Each is the sum of the one before with itself: as long as 2^40 additions. */
  const EXPONENTIAL = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`C${index + 1}`, index === 0 ? '1' : `C${index} + C${index}`]),
  );

  test.each([
    ['a number that takes for ever', { ...EXPONENTIAL, Cpus: 'C40' }],
    ['a number that takes for ever, by the name of E', { ...EXPONENTIAL, E: 'C40', Cpus: 'E' }],
    ['a name that takes for ever', { ...EXPONENTIAL, AerieFleet: 'C40' }],
    ['requirements that take for ever', { ...EXPONENTIAL, Requirements: 'C40 > 1', Cpus: '{ "x" }' }],
    ['a text of several lines', { L: '{ 1, 2 }', AerieFleet: 'unparse(L)' }],
    ['a negative start', { DaemonStartTime: '-1' }],
    ['no cores', { TotalSlotCpus: 'undefined' }],
  ])('a slot with %s makes its own worker unknown, and no other', async (_what, odd) => {
    const slot = {
      MyType: '"Machine"',
      Name: `"slot5@${OLD}@v"`,
      Machine: `"${OLD}.ec2.internal"`,
      EC2InstanceId: `"${OLD}"`,
      SlotType: '"Partitionable"',
      MyAddress: `"<${old.place.address}:9618>"`,
      ...{
        AerieFleet: '"by-hand"',
        AerieWorker: 'true',
        TotalSlotCpus: '4',
        TotalSlotMemory: '4000',
        TotalSlotDisk: '1000000',
      },
      ...{ Cpus: '4', Memory: '4000', Disk: '1000000', NumDynamicSlots: '0', DaemonStartTime: '5' },
      ...odd,
    };
    expect((await advertise(old, 'UPDATE_STARTD_AD', slot)).stdout).toContain('Sent 1 of 1 ad');
    const found = await until(
      seen,
      ({ unreadable }) => unreadable.some(({ instanceId }) => instanceId === OLD),
      5,
    );
    expect(found.workers.map(({ instanceId }) => instanceId)).toEqual([HOME]);
    expect(readLocated((await tools('condor_status', locateArgs([HOME]))).stdout).get(HOME)?.slot).toBe(HERS);
  });

  test('an ad of a worker does not say when the collector started', async () => {
    const { collectorStartedAt } = await seen();
    await advertise(old, 'UPDATE_MASTER_AD', {
      MyType: '"DaemonMaster"',
      Name: `"${OLD}@w"`,
      EC2InstanceId: `ifThenElse(CurrentTime < 0, undefined, "${OLD}")`,
      COLLECTOR_StartTime: 'time()',
      MyAddress: `"<${old.place.address}:9618>"`,
    });
    await until(
      () => ads(['-master', '-af', 'Name']),
      (names) => names.includes(`${OLD}@w`),
      5,
    );
    expect((await seen()).collectorStartedAt).toBe(collectorStartedAt);
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

  test('an identity that is denied is shut out at once, and no other', async () => {
    const ban = `DENY_ADVERTISE_STARTD = $(DENY_ADVERTISE_STARTD) ${OLD}@${POOL}
DENY_ADVERTISE_MASTER = $(DENY_ADVERTISE_MASTER) ${OLD}@${POOL}
`;
    await cm.box.exec(['sh', '-c', 'cat >/etc/condor/config.d/99-ban.conf; condor_reconfig'], { input: ban });
    const send = async (worker: BareWorker, id: string) => {
      const sent = await advertise(worker, 'UPDATE_STARTD_AD', {
        MyType: '"Machine"',
        Name: `"slot8@${id}@ban"`,
        Machine: `"${id}.ec2.internal"`,
        EC2InstanceId: `"${id}"`,
        MyAddress: `"<${worker.place.address}:9618>"`,
      });
      return sent.code;
    };
    await until(
      () => send(old, OLD),
      (code) => code !== 0,
      10,
    );
    expect(await send(home, HOME)).toBe(0);
    const names = await until(
      () => slots('Name'),
      (found) => found.includes(`slot8@${HOME}@ban`),
      5,
    );
    expect(names.filter((name) => name.includes(HOME))).toContain(HERS);
    const all = `MyType = "Query"
TargetType = "Machine"
Requirements = AuthenticatedIdentity == "${OLD}@${POOL}"
`;
    await cm.box.exec(['condor_advertise', '-tcp', 'INVALIDATE_STARTD_ADS', '-'], { input: all });
    await until(
      () => slots('Name'),
      (left) => left.includes(HERS) && !left.some((name) => name.includes(OLD)),
      5,
    );
  });

  test('nothing of it is left when it has been removed', async () => {
    await Promise.all([home, old].map((worker) => worker.remove()));
    await cm.remove();
    await network.remove();
    expect(await tracesOf(network)).toEqual({ namespacesAndDirectories: 0, mounts: 0, processes: 0 });
  });
});
