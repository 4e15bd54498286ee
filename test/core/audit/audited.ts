import type { AuditInput } from '../../../core/audit/sides.ts';
import type { Instance } from '../../../core/model/instance.ts';
import type { OpenLaunch } from '../../../core/model/launch.ts';
import { TAG } from '../../../core/model/names.ts';
import type { PoolWorker } from '../../../core/model/pool.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { inEc2, inPool, NOW, poolView, STAGE, stageSettings } from '../worlds.ts';

/** The one machine that most audits are about. */
export const ID = 'i-00000001';
export const JOIN_SECONDS = 900;
export const VIEWED_AT = poolView([]).observedAt;

/** What an audit finds; all that is not given is nothing. */
export interface Given {
  readonly instances?: readonly Instance[];
  readonly workers?: readonly WorkerRecord[];
  readonly launches?: readonly OpenLaunch[];
  readonly startds?: readonly PoolWorker[];
  readonly unread?: readonly string[];
}

/** EC2, ledger and pool of a stage with the fleet `HTC`. */
export const world = ({
  instances = [],
  workers = [],
  launches = [],
  startds = [],
  unread = [],
}: Given): AuditInput => ({
  now: NOW,
  stage: STAGE,
  ...stageSettings({ 'join-deadline-seconds': String(JOIN_SECONDS) }, { queue: 'BNL', fleet: 'HTC' }),
  instances,
  ledger: { workers, launches, unread: unread.map((key) => ({ key, why: 'of a newer version' })) },
  pool: poolView([], startds),
});

/** That machine as EC2 shows it, launched for the fleet. */
export const instance = (
  given: Partial<Instance> = {},
  tags: Readonly<Record<string, string>> = {},
): Instance => ({
  ...inEc2(ID, { launchedAt: NOW - 300 }),
  tags: { [TAG.stage]: 'lab', [TAG.fleet]: 'HTC', [TAG.launch]: 'HTC.1.0', ...tags },
  ...given,
});

/** The same, and its tags do not say its fleet. */
export const old = (tags: Readonly<Record<string, string>> = {}): Instance => {
  const { [TAG.fleet]: _, ...others } = instance({}, tags).tags;
  return { ...instance(), tags: others };
};

export const PROTECTED = { [TAG.protected]: 'yes' };
/** Its ad in the collector, as new as the view. */
export const startd = inPool(ID, { lastHeardAt: VIEWED_AT });
