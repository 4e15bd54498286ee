import { type Bill, book, bookEnd, newBill } from './account.ts';
import { newLine } from './line.ts';
import { type Ask, type Machine, newMachine, type WakeAs } from './machine.ts';
import type { Kind, Member, PoolSight } from './policy.ts';
import { newRooms } from './rooms.ts';

/** The pool of the model: its machines, its waiting jobs, and what has been paid. */
export type Pool = ReturnType<typeof newPool>;

const isStarting = ({ state }: Machine): boolean => state === 'booting' || state === 'waking';

/** Called when something has happened on a machine. */
interface Told {
  idle(machine: Machine): void;
  /** What it was since its last start is paid for: it ends, or falls asleep. */
  paid?(machine: Machine, until: number): void;
}

export const newPool = (kinds: readonly Kind[], mostCores: number, lanes: number, told: Told) => {
  const bill: Bill = newBill();
  const machines = new Set<Machine>();
  const booting = new Set<Machine>();
  const idle = new Set<Machine>();
  const asleep = new Set<Machine>();
  const lines = kinds.map(newLine);
  const running = kinds.map(() => 0);
  const rooms = Array.from({ length: lanes }, () => newRooms(mostCores));
  const members = new Map<Machine, Member>();
  const cores = { live: 0, booting: 0, ready: 0, busy: 0, free: 0 };
  let ready = 0;
  let serial = 0;

  const roomsOf = (lane: number) => rooms[lane] ?? newRooms(0);
  const remember = (machine: Machine) => {
    const { registeredAt, free, jobs, idleSince } = machine;
    members.set(machine, { machine, registeredAt, free, jobs, idleSince, closed: machine.state !== 'ready' });
  };
  const leaveService = (machine: Machine) => {
    if (isStarting(machine)) {
      booting.delete(machine);
      cores.booting -= machine.cores;
    } else if (machine.state === 'ready') {
      roomsOf(machine.lane).take(machine);
      idle.delete(machine);
      ready -= 1;
      cores.ready -= machine.cores;
      cores.free -= machine.free;
    }
  };
  const powerOff = (machine: Machine, now: number) => {
    leaveService(machine);
    bookEnd(bill, machine, now);
    members.delete(machine);
    cores.live -= machine.cores;
    told.paid?.(machine, now);
  };
  const start = (machine: Machine) => {
    booting.add(machine);
    cores.live += machine.cores;
    cores.booting += machine.cores;
  };
  const end = (machine: Machine, now: number) => {
    if (machine.state === 'gone') return;
    if (machine.state === 'asleep') {
      book(bill, machine, now);
      asleep.delete(machine);
    } else powerOff(machine, now);
    machine.state = 'gone';
    machine.endedAt = now;
    machines.delete(machine);
  };
  const change = (machine: Machine, jobs: number, width: number, now: number) => {
    book(bill, machine, now);
    const inService = machine.state === 'ready';
    if (inService) roomsOf(machine.lane).take(machine);
    machine.jobs += jobs;
    machine.free -= jobs * width;
    if (inService) roomsOf(machine.lane).put(machine);
    if (inService) cores.free -= jobs * width;
    cores.busy += jobs * width;
  };
  return {
    bill,
    machines,
    booting,
    idle,
    asleep,
    lines,
    rooms: roomsOf,
    cores,
    launch(ask: Ask, now: number): Machine {
      serial += 1;
      bill.launched += 1;
      const machine = newMachine(serial, ask, now);
      machines.add(machine);
      start(machine);
      return machine;
    },
    /** An idle machine powers itself off: it falls asleep, or ends. */
    powerOff(machine: Machine, now: number) {
      if (!machine.mayStop) return end(machine, now);
      powerOff(machine, now);
      bill.slept += 1;
      machine.state = 'asleep';
      machine.asleepSince = now;
      asleep.add(machine);
    },
    wake(machine: Machine, { cores: as, width, firstWidth }: WakeAs, now: number) {
      if (machine.state !== 'asleep')
        throw new Error(`only a machine that sleeps can be woken, and it is ${machine.state}`);
      book(bill, machine, now);
      bill.woken += 1;
      asleep.delete(machine);
      const promised = {
        ...(width === undefined ? {} : { width }),
        ...(firstWidth === undefined ? {} : { firstWidth }),
      };
      delete machine.width;
      delete machine.firstWidth;
      Object.assign(machine, promised, {
        cores: as,
        free: as,
        state: 'waking',
        startedAt: now,
        hasRun: false,
      });
      start(machine);
    },
    register(machine: Machine, now: number) {
      if (!isStarting(machine)) return false;
      book(bill, machine, now);
      leaveService(machine);
      machine.state = 'ready';
      machine.registeredAt = now;
      machine.idleSince = now;
      roomsOf(machine.lane).put(machine);
      idle.add(machine);
      ready += 1;
      cores.ready += machine.cores;
      cores.free += machine.cores;
      remember(machine);
      told.idle(machine);
      return true;
    },
    begin(machine: Machine, kind: number, now: number) {
      change(machine, 1, kinds[kind]?.cores ?? 0, now);
      machine.hasRun = true;
      idle.delete(machine);
      running[kind] = (running[kind] ?? 0) + 1;
      remember(machine);
    },
    finish(machine: Machine, kind: number, now: number) {
      change(machine, -1, kinds[kind]?.cores ?? 0, now);
      running[kind] = (running[kind] ?? 0) - 1;
      if (machine.jobs > 0) return remember(machine);
      machine.idleSince = now;
      if (machine.state === 'draining') return end(machine, now);
      remember(machine);
      if (machine.state !== 'ready') return;
      idle.add(machine);
      told.idle(machine);
    },
    /** Takes a machine out of service; `draining` ends now if it is empty, else with its last job. */
    retire(machine: Machine, as: 'draining' | 'closed', now: number) {
      if (machine.state === 'gone') return;
      if (machine.state === 'asleep' || (as === 'draining' && machine.jobs === 0)) return end(machine, now);
      book(bill, machine, now);
      leaveService(machine);
      machine.state = as;
      remember(machine);
    },
    end,
    sight(now: number, withMembers: boolean): PoolSight {
      const list = Array.from({ length: mostCores + 1 }, (_, free) =>
        rooms.reduce((n, of) => n + of.count(free), 0),
      );
      return {
        at: now,
        queued: lines.map(({ length }) => length),
        waits: lines.map((line) => line.waits()),
        running: [...running],
        rooms: list,
        ready,
        idle: idle.size,
        busyCores: cores.busy,
        freeCores: cores.free,
        members: withMembers ? [...members.values()] : [],
      };
    },
  };
};
