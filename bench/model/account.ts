import type { Machine } from './machine.ts';

/** Core-seconds by what they were paid for, and what was launched. */
export interface Bill {
  paid: number;
  /** Of it, on spot. */
  paidOnSpot: number;
  boot: number;
  empty: number;
  fragment: number;
  drain: number;
  /** Disks of machines asleep, as core-seconds; those of machines awake are in no figure. */
  disk: number;
  launched: number;
  /** Starts of sleeping machines, and how often machines fell asleep. */
  woken: number;
  slept: number;
  /** Starts, cold or woken, that ran no job until the machine ended or fell asleep. */
  useless: number;
  machineSeconds: number;
  calls: number;
  launchCalls: number;
}

export const newBill = (): Bill => ({
  paid: 0,
  paidOnSpot: 0,
  boot: 0,
  empty: 0,
  fragment: 0,
  drain: 0,
  disk: 0,
  launched: 0,
  woken: 0,
  slept: 0,
  useless: 0,
  machineSeconds: 0,
  calls: 0,
  launchCalls: 0,
});

/** EC2 bills by the second, a minute at least for each start. */
const LEAST_SECONDS = 60;

/** The disk of every machine. */
export const DISK_GB = 20;

/** What it costs, in cores: gp3 is $0.08 a GB and month at list price, and a core $0.05 an hour. */
export const DISK_CORES = 0.0438;

/** Books what a machine's unused cores have cost since it was last looked at; to be called before it changes. */
export const book = (bill: Bill, machine: Machine, now: number): void => {
  const since = now - machine.countedUntil;
  if (machine.state === 'asleep') bill.disk += since * DISK_CORES;
  else if (machine.state === 'booting' || machine.state === 'waking') bill.boot += since * machine.cores;
  else if (machine.state !== 'ready') bill.drain += since * machine.free;
  else if (machine.jobs === 0) bill.empty += since * machine.cores;
  else bill.fragment += since * machine.free;
  machine.countedUntil = now;
};

/** Books a machine that ends now, or falls asleep: what it was since its last start. */
export const bookEnd = (bill: Bill, machine: Machine, now: number): void => {
  book(bill, machine, now);
  const seconds = Math.max(LEAST_SECONDS, now - machine.startedAt);
  bill.paid += seconds * machine.cores;
  if (machine.market === 'spot') bill.paidOnSpot += seconds * machine.cores;
  bill.machineSeconds += seconds;
  if (!machine.hasRun) bill.useless += 1;
};
