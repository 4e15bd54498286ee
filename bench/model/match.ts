import type { Clock } from '../../twin/clock/clock.ts';
import type { Load } from '../load/load.ts';
import { endAware } from './find.ts';
import type { Machine } from './machine.ts';
import { negotiate } from './negotiator.ts';
import type { Kind, Policy } from './policy.ts';
import type { Pool } from './pool.ts';
import { ORDER } from './turns.ts';

interface Parts {
  readonly load: Load;
  readonly kinds: readonly Kind[];
  readonly policy: Policy;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly starts: Float64Array;
  readonly ended: (kind: number) => void;
}

/** A job on a machine, unless that was taken away under it. */
interface Run {
  readonly index: number;
  readonly kind: number;
  isLost: boolean;
}

/**
 * Jobs onto machines: by a cycle of the negotiator, or by a claim that comes free. `lose`: a machine is taken back, and
 * its jobs wait again, from their beginning.
 */
export const matchmaker = ({ load, kinds, policy, clock, pool, starts, ended }: Parts) => {
  const { jobs } = load;
  const runs = new Map<Machine, Set<Run>>();
  const leave = (machine: Machine, run: Run) => {
    const on = runs.get(machine);
    on?.delete(run);
    if (on?.size === 0) runs.delete(machine);
  };
  const begin = (machine: Machine, kind: number) => {
    const index = pool.lines[kind]?.shift();
    const job = index === undefined ? undefined : jobs[index];
    if (index === undefined || job === undefined) return;
    // Who begins anew has waited once.
    if (Number.isNaN(starts[index])) starts[index] = clock.now;
    const run: Run = { index, kind, isLost: false };
    const on = runs.get(machine) ?? new Set();
    runs.set(machine, on.add(run));
    const end = clock.now + job.runSeconds;
    machine.lastEnd = machine.jobs === 0 ? end : Math.max(machine.lastEnd, end);
    pool.begin(machine, kind, clock.now);
    clock.at(end, () => finish(machine, run), ORDER.end);
  };
  const finish = (machine: Machine, run: Run) => {
    if (run.isLost) return;
    const { kind } = run;
    leave(machine, run);
    ended(kind);
    pool.finish(machine, kind, clock.now);
    // The schedd gives a claim that comes free to the next job of the same kind, without the negotiator.
    if (machine.state === 'ready') begin(machine, kind);
  };
  const laneOf = (kind: number) => (policy.lanes === true ? kind : 0);
  const find = (index: number, cores: number, lane: number) =>
    policy.ideal?.knowsEnds === true
      ? endAware(pool.rooms(lane), cores, clock.now, clock.now + (jobs[index]?.runSeconds ?? 0))
      : pool.rooms(lane).tightest(cores);
  const submittedAt = (index: number) => jobs[index]?.submitSeconds ?? 0;
  return {
    negotiate: () => negotiate(pool, kinds, { laneOf, find, submittedAt, begin }),
    lose(machine: Machine) {
      for (const run of [...(runs.get(machine) ?? [])]) {
        run.isLost = true;
        leave(machine, run);
        pool.finish(machine, run.kind, clock.now);
        pool.lines[run.kind]?.push(run.index);
      }
      pool.end(machine, clock.now);
    },
  };
};
