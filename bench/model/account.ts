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
  launched: number;
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
  launched: 0,
  useless: 0,
  machineSeconds: 0,
  calls: 0,
  launchCalls: 0,
});

/** EC2 bills by the second, a minute at least. */
const LEAST_SECONDS = 60;

/** Books what a machine's unused cores have cost since it was last looked at; to be called before it changes. */
export const book = (bill: Bill, machine: Machine, now: number): void => {
  const since = now - machine.countedUntil;
  if (machine.state === 'booting') bill.boot += since * machine.cores;
  else if (machine.state !== 'ready') bill.drain += since * machine.free;
  else if (machine.jobs === 0) bill.empty += since * machine.cores;
  else bill.fragment += since * machine.free;
  machine.countedUntil = now;
};

/** Books a machine that ends now. */
export const bookEnd = (bill: Bill, machine: Machine, now: number): void => {
  book(bill, machine, now);
  const seconds = Math.max(LEAST_SECONDS, now - machine.launchedAt);
  bill.paid += seconds * machine.cores;
  if (machine.market === 'spot') bill.paidOnSpot += seconds * machine.cores;
  bill.machineSeconds += seconds;
  if (!machine.hasRun) bill.useless += 1;
};
