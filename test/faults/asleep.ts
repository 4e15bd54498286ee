import { keepSeconds } from '../../core/decide/workers/sizing/keep-asleep.ts';
import type { CurveOf } from '../../core/learn/joins.ts';
import { NOTICE_SECONDS } from '../../core/model/takes.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { isLive, startedAt, type TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { FleetName } from './queues.ts';
import { fleetSettingsOf, shortestWallOn } from './queues.ts';

/** How aerie and EC2 see one worker. */
interface Sides {
  readonly instance: TwinInstance;
  readonly record: WorkerRecord | undefined;
  readonly fleet: FleetName;
  readonly curveOf: CurveOf;
}

/** Longer than this nothing is kept: it would live for no job any more. */
const lastUseOf = ({ launchedAt }: TwinInstance, fleet: FleetName): number =>
  launchedAt + fleetSettingsOf(fleet).maxLifeSeconds - NOTICE_SECONDS - shortestWallOn(fleet);

/** Until when one that sleeps may be kept, at most. */
const keptUntil = ({ instance, record, fleet, curveOf }: Sides): number => {
  const last = lastUseOf(instance, fleet);
  if (record?.state.kind !== 'asleep') return last;
  const keep = keepSeconds(record, fleetSettingsOf(fleet), curveOf) ?? 0;
  return Math.min(last, record.state.since + keep);
};

/** A wrong that began at a moment. */
export interface Wrong {
  readonly since: number;
  readonly what: string;
}

/** Law 4 of machines that sleep, or slept: what is wrong with one now. */
export const wrongAsleep = (sides: Sides): readonly Wrong[] => {
  const { instance, record } = sides;
  const { instanceId, life } = instance;
  if (isLive(instance)) {
    return record?.state.kind === 'asleep'
      ? [{ since: startedAt(instance), what: `${instanceId} has power and is asleep in the ledger` }]
      : [];
  }
  const since = life.kind === 'stopped' || life.kind === 'stopping' ? life.since : 0;
  if (record === undefined) return [{ since, what: `${instanceId} sleeps and is not in the ledger` }];
  const { kind } = record.state;
  return [
    ...(kind === 'asleep' ? [] : [{ since, what: `${instanceId} sleeps and is ${kind} in the ledger` }]),
    { since: keptUntil(sides), what: `${instanceId} sleeps, and nothing wakes it any more` },
  ];
};
