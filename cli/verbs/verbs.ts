import type { Verb } from '../command/verb.ts';

/** A command that is loaded when it is asked for. */
type Loaded = () => Promise<Verb>;

/** The commands that look at a stage, and those that change its settings, by name. */
const LOOKING: Readonly<Record<string, Loaded>> = {
  status: async () => (await import('./status.ts')).status,
  top: async () => (await import('./top.ts')).top,
  why: async () => (await import('./why.ts')).why,
  workers: async () => (await import('./workers.ts')).workers,
  worker: async () => (await import('./worker.ts')).worker,
  history: async () => (await import('./history.ts')).history,
  try: async () => (await import('./try.ts')).tryVerb,
  simulate: async () => (await import('./simulate.ts')).simulate,
  replay: async () => (await import('./replay.ts')).replay,
  accounting: async () => (await import('./accounting.ts')).accounting,
  holds: async () => (await import('./holds.ts')).holds,
  alarms: async () => (await import('./alarms.ts')).alarms,
  get: async () => (await import('./get.ts')).get,
  set: async () => (await import('./set.ts')).set,
  pause: async () => (await import('./states.ts')).pause,
  resume: async () => (await import('./states.ts')).resume,
  drain: async () => (await import('./states.ts')).drain,
  mode: async () => (await import('./mode.ts')).mode,
  stop: async () => (await import('./states.ts')).stop,
  import: async () => (await import('./import.ts')).importVerb,
  'new-stage': async () => (await import('./new-stage.ts')).newStage,
  plan: async () => (await import('./plan.ts')).plan,
  rights: async () => (await import('./rights.ts')).rights,
};

/** All commands of the grammar. */
export const VERBS: Readonly<Record<string, Loaded>> = {
  ...LOOKING,
  completion: async () => {
    const { completionOf } = await import('./completion.ts');
    return completionOf(() => Promise.all(Object.values(LOOKING).map((load) => load())));
  },
};
