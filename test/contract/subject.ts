import type { Resources } from '../../core/model/resources.ts';

/** A worker as the contract wants one. */
interface ContractWorker {
  readonly instanceId: string;
  readonly queue: string;
  readonly cpus: number;
  readonly memoryMb: number;
  /** False: its startd has no CCB contact, so nothing can reach it. */
  readonly reachable?: boolean;
}

/** How long things may take, in the subject's own seconds. The allowances of the contract are sums of these. */
export interface Paces {
  /** For programs, processes and packets; simulated ones need none. */
  readonly machineSeconds: number;
  /** NEGOTIATOR_INTERVAL. */
  readonly negotiatorSeconds: number;
  /** UPDATE_INTERVAL of a startd. */
  readonly updateSeconds: number;
  /** job_lease_duration of the pilots: so long the schedd waits for a worker that has gone silent. */
  readonly leaseSeconds: number;
}

/** An endpoint with a pool behind it, and what only somebody beside the pool can do to it. */
export interface Subject {
  readonly url: string;
  /** Who has signed its certificate; undefined if it speaks plain HTTP on loopback. */
  readonly ca?: string;
  readonly secret: string;
  readonly paces: Paces;
  /** Switches a machine on; its worker joins by itself. */
  addWorker(worker: ContractWorker): Promise<void>;
  /** The pilots that run on this worker now come to their end, each by itself. */
  endPilots(instanceId: string): Promise<void>;
  /** Without a word to anybody. */
  cutPower(instanceId: string): Promise<void>;
  restartCollector(): Promise<void>;
  /** Lets time pass until an answer is as wanted; throws with the last one when the allowance is used up. */
  until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, withinSeconds: number): Promise<T>;
  close(): Promise<void>;
}

/** A queue that has a pilot template. */
interface ContractQueue {
  readonly name: string;
  /** When the credential of its pilots ends, in seconds since 1970; null if its template names none. */
  readonly credentialExpiresAt: number | null;
}

/** Whole and even, so that HTCondor has nothing to round. */
export const SHAPE: Resources = { cpus: 1, memoryMb: 512, diskMb: 10, gpus: 0 };

export const ONE = 'CONTRACT_ONE';
export const TWO = 'CONTRACT_TWO';
/** The same letters as ONE: another queue all the same. */
export const LOWER_ONE = 'contract_one';
/** Its pilots' credential has ended. */
export const SPENT = 'CONTRACT_SPENT';

/** The queues that every subject has to have. */
export const QUEUES: readonly ContractQueue[] = [
  { name: ONE, credentialExpiresAt: 4_102_444_800 },
  { name: TWO, credentialExpiresAt: null },
  { name: LOWER_ONE, credentialExpiresAt: null },
  { name: SPENT, credentialExpiresAt: 1_000_000_000 },
];
