import type { Verb } from '../command/verb.ts';

/** A command that is loaded when it is asked for. */
type Loaded = () => Promise<Verb>;

/** The commands that look at a stage, and those that change its settings, by name. */
export const VERBS: Readonly<Record<string, Loaded>> = {
  status: async () => (await import('./status.ts')).status,
  top: async () => (await import('./top.ts')).top,
  why: async () => (await import('./why.ts')).why,
  workers: async () => (await import('./workers.ts')).workers,
  worker: async () => (await import('./worker.ts')).worker,
  history: async () => (await import('./history.ts')).history,
  holds: async () => (await import('./holds.ts')).holds,
  alarms: async () => (await import('./alarms.ts')).alarms,
};
