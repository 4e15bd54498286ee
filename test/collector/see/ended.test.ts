import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { Condor } from '../../../collector/condor/condor.ts';
import { endedPilots, NEWEST_ARGS, ownBefore } from '../../../collector/see/ended.ts';
import { type AdPool, adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

const NOW = 1_795_411_000;
const SHORT = 300;

/** A history that answers what it is told to, and what it was asked; `newest` is the record that was written last. */
const history = () => {
  const said = { rows: '', newest: '', fails: false };
  const asked: (readonly string[])[] = [];
  const condor: Condor = async (_tool, args) => {
    if (said.fails) return { ok: false, why: 'condor_history: exit status 1', stdout: '', stderr: '' };
    if (args === NEWEST_ARGS) return { ok: true, stdout: said.newest };
    asked.push(args);
    return { ok: true, stdout: said.rows };
  };
  return { said, asked, ended: endedPilots(condor, SHORT) };
};
const row = (
  id: string,
  queue: string,
  startedAt: number | string,
  endedAt: number | string,
  slot = 'undefined',
  isOurs = true,
) => `${id.replace('.', '\t')}\t${queue}\t${startedAt}\t${endedAt}\t${slot}\t${isOurs}\n`;

describe('pilots that have ended', () => {
  it('are counted by queue, and are short if they ran less than the limit', async () => {
    const { said, ended } = history();
    said.rows =
      row('7.0', '"A"', NOW - 400, NOW - 100) +
      row('7.1', '"A"', NOW - 399, NOW - 100) +
      row('7.2', '"A"', NOW - 101, NOW - 100) +
      row('8.0', '"B"', NOW - 500, NOW - 100);
    await ended.refresh(NOW);
    expect([ended.of('A'), ended.of('B'), ended.of('C')]).toEqual([
      { count: 3, short: 2 },
      { count: 1, short: 0 },
      { count: 0, short: 0 },
    ]);
  });

  it('are counted by the worker that they ran on, as the name of its slot says', async () => {
    const { said, ended } = history();
    const on = (slot: string, seconds: number, proc: number) =>
      row(`7.${proc}`, '"A"', NOW - seconds, NOW, slot);
    said.rows = [
      on('"slot1_1@i-0abc123def4567890@ip-10-0-0-1"', 20, 0),
      on('"slot1_12@i-0abc123def4567890@ip-10-0-0-1"', 400, 1),
      on('"slot1_1@i-0abc123def4567891"', 20, 2),
      on('"slot1@node17.example.org"', 20, 3),
      on('undefined', 20, 4),
      // Somebody else's job may name a queue and a machine that it never ran on.
      row('8.0', '"A"', NOW - 20, NOW, '"slot1_1@i-0abc123def4567892"', false),
    ].join('');
    await ended.refresh(NOW);
    expect([...ended.byWorker()]).toEqual([
      ['i-0abc123def4567890', { count: 2, short: 1 }],
      ['i-0abc123def4567891', { count: 1, short: 1 }],
    ]);
  });

  it('count once, however often the history shows them, and again if they ran again', async () => {
    const { said, ended } = history();
    said.rows = row('7.0', '"A"', NOW - 400, NOW - 100);
    await ended.refresh(NOW);
    await ended.refresh(NOW + 1);
    expect(ended.of('A').count).toBe(1);
    said.rows = row('7.0', '"A"', NOW - 90, NOW) + row('7.1', '"A"', NOW - 400, NOW - 100);
    await ended.refresh(NOW + 2);
    expect(ended.of('A').count).toBe(3);
  });

  it('are forgotten an hour after their end', async () => {
    const { said, ended } = history();
    said.rows = row('7.0', '"A"', NOW - 400, NOW) + row('7.1', '"A"', NOW - 400, NOW + 1);
    await ended.refresh(NOW + 1);
    said.rows = '';
    await ended.refresh(NOW + 3_600);
    expect(ended.of('A').count).toBe(2);
    await ended.refresh(NOW + 3_601);
    expect(ended.of('A').count).toBe(1);
  });

  it.each([
    ['no queue', row('7.0', 'undefined', NOW - 400, NOW)],
    ['no start', row('7.0', '"A"', 'undefined', NOW)],
    ['no end', row('7.0', '"A"', NOW - 400, 'undefined')],
  ])('are left out if the history has %s of them', async (_, rows) => {
    const { said, ended } = history();
    said.rows = rows + row('7.1', '"A"', NOW - 400, NOW);
    expect(await ended.refresh(NOW)).toBeUndefined();
    expect(ended.of('A').count).toBe(1);
  });

  it('are those that have completed, and those that were removed while they ran or were held', async () => {
    const { asked, ended } = history();
    await ended.refresh(NOW);
    const [args = []] = asked;
    const constraint = args[args.indexOf('-constraint') + 1];
    expect(constraint).toContain(
      'JobUniverse == 5 && (JobStatus == 4 || JobStatus == 3 && LastJobStatus != 1)',
    );
    expect(args.slice(-7)).toEqual([
      ...['ClusterId', 'ProcId', 'MATCH_APF_QUEUE'],
      // How long a pilot was held before it was removed is no part of its run.
      'LastJobStatus == 5 ? int(EnteredCurrentStatus) - int(LastRemoteWallClockTime ?: RemoteWallClockTime) : int(JobCurrentStartDate)',
      ...['int(EnteredCurrentStatus)', 'LastRemoteHost'],
      `unparse(Owner) =?= ${JSON.stringify(JSON.stringify(userInfo().username))}`,
    ]);
  });

  it('are read up to the record that was the newest before, whoever’s it was', async () => {
    const { said, asked, ended } = history();
    said.newest = '12\t3\n';
    await ended.refresh(NOW);
    said.newest = '';
    await ended.refresh(NOW + 60);
    await ended.refresh(NOW + 120);
    const until = asked.map(([, since]) => since);
    expect(until).toEqual([ownBefore(NOW - 3_600), '12.3', ownBefore(NOW - 3_480)]);
    expect(asked.every((args) => args.includes('-scanlimit'))).toBe(true);
  });

  it('are read again up to the same record after an answer that did not come', async () => {
    const { said, asked, ended } = history();
    said.newest = '12\t3\n';
    await ended.refresh(NOW);
    said.fails = true;
    said.newest = '15\t0\n';
    expect(await ended.refresh(NOW + 60)).toBe('condor_history: exit status 1');
    said.fails = false;
    await ended.refresh(NOW + 120);
    expect(asked.map(([, since]) => since)).toEqual([ownBefore(NOW - 3_600), '12.3']);
  });

  it.each(['12\tundefined\n', 'undefined\t3\n', '"12"\t3\n'])(
    'are read back an hour where the newest record has no id: %j',
    async (newest) => {
      const { said, asked, ended } = history();
      said.newest = newest;
      await ended.refresh(NOW);
      await ended.refresh(NOW + 60);
      expect(asked.map(([, since]) => since)).toEqual([ownBefore(NOW - 3_600), ownBefore(NOW - 3_540)]);
    },
  );

  it('are never cut off by a record of somebody else, nor by a job that stayed after its end or its removal', () => {
    expect(ownBefore(NOW)).toBe(
      `unparse(AerieRequestId) != "" && unparse(Owner) =?= "\\"${userInfo().username}\\"" && unparse(LeaveJobInQueue) =?= "false" && (JobStatus == 4 || LastJobStatus == 1) && EnteredCurrentStatus < ${NOW}`,
    );
  });
});

describe('what is asked of the history', () => {
  let cluster = 0;
  /** A pilot of ours that ran for ten minutes on a worker and has ended just now, as its last record has it. */
  const record = (changes: Ad = {}): Ad => {
    cluster += 1;
    return {
      ...{ ClusterId: String(cluster), ProcId: '0', Owner: JSON.stringify(userInfo().username) },
      ...{ MATCH_APF_QUEUE: '"A"', AerieRequestId: '"A.1"', LeaveJobInQueue: 'false' },
      ...{ JobUniverse: '5', JobStatus: '4', LastJobStatus: '2' },
      ...{ JobCurrentStartDate: String(NOW - 600), EnteredCurrentStatus: String(NOW) },
      RemoteWallClockTime: '600.0',
      LastRemoteHost: '"slot1_1@i-0abc123def4567890@ip-10-0-0-1"',
      ...changes,
    };
  };
  const counted = async (...history: readonly Ad[]) => {
    const ended = endedPilots(adTools({ history }), SHORT);
    const why = await ended.refresh(NOW);
    if (why !== undefined) throw new Error(why);
    return { queue: ended.of('A').count, worker: [...ended.byWorker().values()].map(({ count }) => count) };
  };

  it.each<[string, Ad]>([
    ['has completed', {}],
    ['was removed while it ran', { JobStatus: '3' }],
    ['was removed while it was held', { JobStatus: '3', LastJobStatus: '5' }],
  ])('shows a pilot that %s', async (_, changes) => {
    expect(await counted(record(changes))).toEqual({ queue: 1, worker: [1] });
  });

  it.each<[string, Ad]>([
    ['was removed while it waited', { JobStatus: '3', LastJobStatus: '1' }],
    ['runs', { JobStatus: '2' }],
    ['is of another universe', { JobUniverse: '7' }],
    ['names its queue by an expression', { MATCH_APF_QUEUE: 'strcat("A", "")' }],
    ['says by an expression when it began', { JobCurrentStartDate: 'time() - 5' }],
    ['says by an expression where it ran', { LastRemoteHost: 'strcat("slot1_1@", "i-0abc123def4567890")' }],
    ['has ended more than an hour ago', { EnteredCurrentStatus: String(NOW - 3_601) }],
  ])('shows none that %s', async (_, changes) => {
    expect(await counted(record(changes))).toEqual({ queue: 0, worker: [] });
  });

  it('counts a pilot of somebody else for its queue, and not against the machine', async () => {
    expect(await counted(record({ Owner: '"somebody"' }))).toEqual({ queue: 1, worker: [] });
  });

  it('goes back to the first pilot of ours that ended an hour ago, and the next time to what was new then', async () => {
    const old = (changes: Ad = {}) => record({ EnteredCurrentStatus: String(NOW - 3_700), ...changes });
    // What stayed in the queue for long is written late: what stands before it may be younger.
    const stayed = old({ LeaveJobInQueue: 'true' });
    const pool: Pick<AdPool, 'history'> = { history: [record(), old(), record(), stayed, record()] };
    const asked: string[] = [];
    const tools = adTools(pool);
    const ended = endedPilots(async (tool, args) => {
      const answer = await tools(tool, args);
      if (args !== NEWEST_ARGS) asked.push(answer.stdout);
      return answer;
    }, SHORT);
    await ended.refresh(NOW);
    expect(ended.of('A').count).toBe(2);
    pool.history = [...pool.history, record(), record({ MATCH_APF_QUEUE: '"B"' })];
    await ended.refresh(NOW);
    expect([ended.of('A').count, ended.of('B').count]).toEqual([3, 1]);
    expect(asked.map((stdout) => stdout.split('\n').length - 1)).toEqual([3, 2]);
  });
});
