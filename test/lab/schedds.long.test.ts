import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { poolMistakes } from '../../collector/pool-check.ts';
import { endedPilots } from '../../collector/see/ended.ts';
import { idleSince } from '../../collector/see/idle-since.ts';
import { seesNewElsewhere } from '../../collector/see/new.ts';
import { otherSchedds } from '../../collector/see/other-schedds.ts';
import { takeSnapshot } from '../../collector/see/snapshot.ts';
import { unmatchedSince } from '../../collector/see/unmatched.ts';
import { workerSight } from '../../collector/see/worker-sight.ts';
import { type CentralManager, POOL, startCentralManager, until } from '../../lab/central-manager.ts';
import { type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { describeLab } from './describe-lab.ts';

const OTHER = `ap2@${POOL}`;

/** A schedd beside the first: with a queue, a log and an address of its own, in a folder that is there. */
const SECOND_SCHEDD = `
DAEMON_LIST = $(DAEMON_LIST), SCHEDD2
DC_DAEMON_LIST = +SCHEDD2
SCHEDD2 = $(SCHEDD)
SCHEDD2_ARGS = -local-name schedd2
SCHEDD2.SCHEDD_NAME = ${OTHER}
SCHEDD2.SCHEDD_LOG = $(LOG)/Schedd2Log
SCHEDD2.SPOOL = /var/lib/condor
SCHEDD2.HISTORY = $(SCHEDD2.SPOOL)/history
SCHEDD2.JOB_QUEUE_LOG = $(SCHEDD2.SPOOL)/job_queue.log
SCHEDD2.SCHEDD_ADDRESS_FILE = $(SCHEDD2.SPOOL)/.schedd_address
SCHEDD2.SCHEDD_DAEMON_AD_FILE = $(SCHEDD2.SPOOL)/.schedd_classad
`;

describeLab('the endpoint in a pool with two schedds', () => {
  let network: LabNetwork;
  let cm: CentralManager;

  const tools: Condor = async (tool, args) => {
    const { code, stdout, stderr } = await cm.condor([tool, ...args], { user: 'aerie' });
    return code === 0 ? { ok: true, stdout } : { ok: false, why: `${tool}: ${stderr}`, stdout, stderr };
  };
  const now = () => Math.floor(Date.now() / 1_000);

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({
      network,
      lower,
      files: { '/etc/condor/config.d/70-schedd2.conf': SECOND_SCHEDD },
    });
    const schedds = async () => (await cm.condor(['condor_status', '-schedd', '-af', 'Name'])).stdout;
    await until(schedds, (names) => names.includes(OTHER), 60);
  });
  afterAll(async () => {
    await network?.remove();
  });

  const view = () => {
    const others = otherSchedds([OTHER], {
      patient: tools,
      later: (seconds, act) => void setTimeout(act, seconds * 1_000).unref(),
    });
    const sources = {
      ...{ condor: tools, others, workers: workerSight(tools, now), ended: endedPilots(tools, 300) },
      ...{ idleSince: idleSince(now), unmatched: unmatchedSince(), shortSeconds: 300 },
      credentials: async () => new Map(),
    };
    return takeSnapshot(sources, now());
  };
  const submit = async (schedd: readonly string[], attributes: string, count: number) => {
    const input = `executable = /bin/true\nrequest_memory = 100\n${attributes}\nqueue ${count}\n`;
    const ran = await cm.condor(['condor_submit', '-terse', ...schedd, '-'], { input });
    expect(ran).toMatchObject({ code: 0 });
  };

  test('counts plain jobs of both, and pilots of its own alone', async () => {
    await submit([], '+AerieFleet = "default"', 2);
    await submit(['-name', OTHER], '+AerieFleet = "default"', 3);
    await submit(['-name', OTHER], '+MATCH_APF_QUEUE = "BNL"', 4);
    const { jobs, pilots } = await view();
    expect(jobs).toMatchObject({ complete: true, fleets: [{ fleet: 'default', shapes: [{ idle: 5 }] }] });
    expect(pilots).toMatchObject({ complete: true, queues: [] });
    expect(await poolMistakes(tools, { pool: POOL, schedds: [OTHER] })).toEqual([]);
  });

  test('sees a plain job that has just begun to wait in the other, and no pilot there', async () => {
    const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    // A look goes up to two seconds further back: jobs that are there already are older than that.
    await pause(4);
    const began = Date.now() / 1_000;
    const sees = seesNewElsewhere([OTHER], {
      patient: tools,
      now: () => Date.now() / 1_000,
      elapsed: () => performance.now() / 1_000,
    });
    const looks = async (times: number) => {
      for (let look = 0; look < times; look += 1) {
        if (await sees(began)) return true;
        await pause(1);
      }
      return false;
    };
    await submit(['-name', OTHER], '+MATCH_APF_QUEUE = "BNL"', 1);
    expect(await looks(5)).toBe(false);
    await submit(['-name', OTHER], '+AerieFleet = "default"', 1);
    expect(await looks(60)).toBe(true);
  });

  test('goes on with its own where the other is away, and says which that is', async () => {
    await cm.box.exec(['condor_off', '-fast', '-daemon', 'schedd2']);
    const away = await until(view, ({ jobs }) => jobs?.complete === false, 60);
    expect(away.jobs).toMatchObject({ fleets: [{ fleet: 'default', shapes: [{ idle: 2 }] }] });
    expect(away.jobs?.why).toMatch(new RegExp(`^${OTHER}: `));
    expect(away.pilots).toMatchObject({ complete: true });
    expect(await poolMistakes(tools, { pool: POOL, schedds: [OTHER] })).toEqual([
      expect.stringMatching(new RegExp(`^schedds names "${OTHER}", which does not answer: `)),
    ]);
  });
});
