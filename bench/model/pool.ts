import { type Bill, book, bookEnd, newBill } from './account.ts';
import { newLine } from './line.ts';
import { type Ask, type Machine, newMachine } from './machine.ts';
import type { Kind, Member, PoolSight } from './policy.ts';
import { newRooms } from './rooms.ts';

/** The pool of the model: its machines, its waiting jobs, and what has been paid. */
export type Pool = ReturnType<typeof newPool>;

/** Called when something has happened on a machine. */
interface Told {
  idle(machine: Machine): void;
  ended?(machine: Machine): void;
}

export const newPool = (kinds: readonly Kind[], mostCores: number, lanes: number, told: Told) => {
  const bill: Bill = newBill();
  const machines = new Set<Machine>();
  const booting = new Set<Machine>();
  const idle = new Set<Machine>();
  const lines = kinds.map(newLine);
  const running = kinds.map(() => 0);
  const rooms = Array.from({ length: lanes }, () => newRooms(mostCores));
  const members = new Map<Machine, Member>();
  const cores = { live: 0, booting: 0, ready: 0, busy: 0, free: 0 };
  let ready = 0;
  let serial = 0;

  const roomsOf = (lane: number) => rooms[lane] ?? newRooms(0);
  const remember = (machine: Machine) => {
    const { free, jobs, idleSince } = machine;
    members.set(machine, { machine, free, jobs, idleSince, closed: machine.state !== 'ready' });
  };
  const leaveService = (machine: Machine) => {
    if (machine.state === 'booting') {
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
  const end = (machine: Machine, now: number) => {
    if (machine.state === 'gone') return;
    leaveService(machine);
    bookEnd(bill, machine, now);
    machine.state = 'gone';
    machine.endedAt = now;
    machines.delete(machine);
    members.delete(machine);
    cores.live -= machine.cores;
    told.ended?.(machine);
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
    lines,
    rooms: roomsOf,
    cores,
    launch(ask: Ask, now: number): Machine {
      serial += 1;
      bill.launched += 1;
      const machine = newMachine(serial, ask, now);
      machines.add(machine);
      booting.add(machine);
      cores.live += machine.cores;
      cores.booting += machine.cores;
      return machine;
    },
    register(machine: Machine, now: number) {
      if (machine.state !== 'booting') return false;
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
      if (as === 'draining' && machine.jobs === 0) return end(machine, now);
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
