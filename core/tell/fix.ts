import type { Reason } from '../model/reason.ts';
import { NOTICE_SECONDS } from '../model/takes.ts';
import { isComing, type WorkerRecord } from '../model/worker.ts';
import { FLEET_KNOBS } from '../settings/fleet-knobs.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { Owner } from '../settings/settings-record.ts';
import { sentence } from './sentence.ts';

/** What mends a limit: a command, where there is one, and a few words. */
export interface Fix {
  readonly command?: string;
  readonly text: string;
}

/** What a fix is for: whose limit it is, on which stage, and the fleet's cap that is reached, if one is. */
export interface FixFor {
  readonly owner: Owner;
  readonly stage: string;
  readonly cap?: Cap | undefined;
}

/** One of a fleet's caps. */
export interface Cap {
  readonly knob: 'max-workers' | 'max-cores' | 'max-booting' | 'max-launch-per-tick';
  readonly value: number;
}

/** What of a fleet counts against its caps. */
export interface Counted {
  readonly workers: number;
  readonly cores: number;
  readonly booting: number;
}

/** What of a fleet's workers counts: those that have power, or are to get it. */
export const countedOf = (workers: readonly WorkerRecord[], fleet: string): Counted => {
  const awake = workers.filter(
    ({ fleet: of, state }) => of === fleet && state.kind !== 'asleep' && state.kind !== 'failed',
  );
  return {
    workers: awake.length,
    cores: awake.reduce((sum, { offers }) => sum + offers.cpus, 0),
    booting: awake.filter(({ state }) => isComing(state)).length,
  };
};

/** Which cap keeps workers back, where one does: the first that is reached, or how many one tick may launch. */
export const capReached = (settings: FleetSettings, { workers, cores, booting }: Counted): Cap => {
  const { maxWorkers, maxCores, maxBooting, maxLaunchPerTick, flavours } = settings;
  // A core that is left is no room for a worker of two.
  const least = Math.min(...flavours.map(({ cpus }) => cpus));
  if (workers >= maxWorkers) return { knob: 'max-workers', value: maxWorkers };
  if (cores + least > maxCores) return { knob: 'max-cores', value: maxCores };
  if (booting >= maxBooting) return { knob: 'max-booting', value: maxBooting };
  return { knob: 'max-launch-per-tick', value: maxLaunchPerTick };
};

/** What limits, in a sentence: of a fleet's caps it names the one that does, where that is known. */
export const limitText = (by: Reason, cap: Cap | undefined): string =>
  by.kind === 'capped-by-fleet' && cap !== undefined
    ? `${by.workers} more ${by.workers === 1 ? 'is' : 'are'} kept back by ${cap.knob}, which is ${cap.value}`
    : sentence(by);

const PASSES: Fix = { text: 'it passes by itself' };

const elsewhere = (text: string): Fix => ({ text });

/** How to mend what limits; undefined: nobody has to. */
export const fixOf = (reason: Reason, { owner, stage, cap }: FixFor): Fix | undefined => {
  const whose = `${owner.of}/${owner.name}`;
  const run = (command: string, text: string): Fix => ({
    command: `aerie ${command} --stage ${stage}`,
    text,
  });
  const set = (knob: string, value: string, text: string, of = whose): Fix =>
    run(`set ${of} ${knob}=${value}`, text);
  switch (reason.kind) {
    case 'queue-paused':
    case 'queue-drained':
    case 'fleet-paused':
    case 'fleet-drained':
      return run(`resume ${whose}`, 'somebody has stopped it');
    case 'queue-in-shadow':
    case 'fleet-in-shadow':
      return run(`mode live ${whose}`, 'somebody has put it in shadow: it only says what it would do');
    case 'site-shut':
    case 'site-status-strange':
      return elsewhere("ask the site's people: its status is set in CRIC");
    case 'bad-settings': {
      const [first] = reason.problems;
      return first === undefined ? undefined : mended(first.knob, { set, run, whose });
    }
    case 'source-unknown':
    case 'source-stale':
    case 'source-ahead':
    case 'pool-incomplete':
    case 'collector-ahead':
    case 'site-unreadable':
    case 'instances-unknown':
    case 'cloud-unknown':
    case 'workers-unwell':
      return run('doctor', 'it looks at each server on the way, and says what mends it');
    case 'item-unread':
      return run('doctor', 'a newer version has written it: deploy that one again');
    case 'credential-ends':
      return elsewhere('renew it on the central manager');
    case 'tokens-end-first':
      return elsewhere('raise joining.tokenSeconds of the endpoint');
    case 'chain-stuck':
    case 'chain-moved':
    case 'chain-by-status':
      return set('chain', "'…'", "the queue's chain says so");
    case 'pilots-empty-handed':
      return elsewhere(
        'read the log of one of its pilots: a proxy, the wrapper, or PanDA has no jobs for them',
      );
    case 'submissions-unshown':
      return elsewhere("see the queue's template on the central manager");
    case 'image-unknown':
      return run('doctor', 'the parameter of the image pipeline cannot be read');
    case 'workers-doubted':
      return run(`workers ${owner.name}`, 'machines in the pool are not as aerie made them');
    case 'breaker-open':
      return run(`workers ${owner.name} --lost`, 'the consoles of those that never joined say why');
    case 'offers-unsupported':
      return set('flavours', "'…'", 'name types that the zones have');
    case 'fits-no-flavour':
      return reason.lack === undefined || reason.lack.knob in FLEET_KNOBS
        ? set('flavours', "'…'", 'add a flavour that is large enough')
        : set(reason.lack.knob, 'N', 'or add a flavour that is large enough', 'QUEUE');
    case 'jobs-outlast-workers':
      return set(
        'max-life-seconds',
        String(reason.wallSeconds + NOTICE_SECONDS + 1),
        'workers have to live longer than their jobs',
      );
    case 'offers-cooling':
      return set('flavours', "'…'", 'it is asked for again within minutes; other families help sooner');
    case 'workers-unclaimed':
      return {
        command: 'condor_q -better-analyze JOB',
        text: 'which clause of the jobs’ Requirements refuses these machines',
      };
    case 'capped-by-budget':
      return set('budget-dollars-per-month', 'N', 'raise the budget, or wait for the next month');
    case 'capped-by-fleet':
      return set(
        cap?.knob ?? 'max-workers',
        'N',
        cap === undefined ? 'raise the cap' : `it is ${cap.value} now`,
      );
    case 'count-impossible':
    case 'short-impossible':
      return elsewhere('the endpoint counts what cannot be: see its log');
    case 'pool-contradictory':
    case 'running-jumped':
    case 'collector-young':
    case 'workers-vanished':
    case 'tick-overtaken':
    case 'view-overtaken':
    case 'lease-held':
    case 'lease-contested':
    case 'launches-throttled':
    case 'launches-paced':
      return PASSES;
    default:
      return undefined;
  }
};

/** What mends one setting that cannot be used. */
const mended = (
  knob: string,
  {
    set,
    run,
    whose,
  }: {
    readonly set: (knob: string, value: string, text: string) => Fix;
    readonly run: (command: string, text: string) => Fix;
    readonly whose: string;
  },
): Fix =>
  knob === '(all)' || knob === '(name)'
    ? run('doctor', 'the settings are not read')
    : set(knob, '…', `what is there: aerie get ${whose}`);
