import { mostAsleep } from '../../core/observe/keep-asleep.ts';
import type { Server } from '../../twin/openstack/server.ts';
import { FLEET_NAMES, type FleetName, fleetSettingsOf, isOnSite } from './queues.ts';
import { BY_HAND, fleetOf, type Truth } from './truth.ts';

/**
 * A server that is off or in error takes its part of the quota until it is deleted. So it may not wait for two audits as others do: ticks
 * see it and end it. One that was protected has to be seen by one audit first, and an end that was refused is asked for again after
 * 600 s.
 */
const MOST_SECONDS = 900;

/** One that has never run is not even looked for in the pool: the next tick ends it. */
const NEVER_RAN_SECONDS = 300;

/** One that somebody else has launched is none of a tick's: two steps of the audit find it, and a tick ends what it has adopted. */
const BY_HAND_SECONDS = 25 * 60;

/** A law that servers break, and since when they do. */
interface Wrong {
  readonly law: 1 | 4;
  readonly what: string;
  readonly since: number;
  readonly mostSeconds: number;
}

const hasPower = ({ runs }: Server): boolean => runs.length > 0 && runs.at(-1)?.until === undefined;

const offSince = ({ runs, createdAt }: Server): number => runs.at(-1)?.until ?? createdAt;

const patienceWith = (server: Server): number => {
  if (server.name === BY_HAND) return BY_HAND_SECONDS;
  return server.runs.length === 0 ? NEVER_RAN_SECONDS : MOST_SECONDS;
};

const inError = ({ site }: Truth): readonly Wrong[] =>
  [...(site?.openstack.servers.values() ?? [])]
    .filter((server) => server.status === 'ERROR' && !hasPower(server))
    .map((server) => ({
      ...{ law: 4, since: offSince(server) },
      mostSeconds: patienceWith(server),
      what: `os-${server.id} is in error and takes its part of the quota`,
    }));

/** More than may sleep: since the first one too many fell asleep. */
const tooMany = ({ site }: Truth, fleet: FleetName): readonly Wrong[] => {
  const settings = fleetSettingsOf(fleet);
  const isKept = settings.dollarsPerCoreHour !== undefined;
  const most = isKept ? mostAsleep(settings) : 0;
  const asleep = (site?.sleeping() ?? [])
    .filter((server) => fleetOf(server) === fleet)
    .flatMap(({ life }) => (life.kind === 'stopped' ? [life.since] : []))
    .sort((a, b) => a - b);
  const since = asleep[most];
  const what = `fleet ${fleet} has ${asleep.length} servers that are off, ${most} are allowed`;
  return since === undefined ? [] : [{ law: 1, since, what, mostSeconds: MOST_SECONDS }];
};

/** What servers take of the quota without a use, looked at once a minute, in the calm after the storm. */
export const siteWatch = (truth: Truth, calmSince: number) => (): readonly Wrong[] =>
  [...inError(truth), ...FLEET_NAMES.filter(isOnSite).flatMap((fleet) => tooMany(truth, fleet))].filter(
    ({ since, mostSeconds }) => truth.clock.now - Math.max(since, calmSince) > mostSeconds,
  );
