import type { WorkersReply } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { anyOf } from '../condor/locate.ts';
import { replyOf } from './drain.ts';

/** What a worker's daemons advertise: its slots, the startd itself, and the master. */
type AdType = 'Machine' | 'StartD' | 'DaemonMaster';

/** The ads that take out of the collector what these instances have advertised under these types. */
const invalidation = (types: readonly AdType[], instanceIds: readonly string[]): string =>
  types
    .map((type) => `MyType = "Query"\nTargetType = "${type}"\nRequirements = ${anyOf(instanceIds)}\n`)
    .join('\n');

const advertiseArgs = (command: 'INVALIDATE_STARTD_ADS' | 'INVALIDATE_MASTER_ADS'): readonly string[] => [
  '-tcp',
  '-multiple',
  command,
  '-',
];

/**
 * Takes the ads of ended workers out of the collector: until it forgets them by itself, 15 minutes later, the
 * negotiator gives jobs to machines that are not there. An instance without an ad is forgotten already.
 */
export const forgetter =
  (condor: Condor) =>
  async (instanceIds: readonly string[]): Promise<WorkersReply> => {
    const ids = [...new Set(instanceIds)];
    const startds = await condor('condor_advertise', advertiseArgs('INVALIDATE_STARTD_ADS'), {
      input: invalidation(['Machine', 'StartD'], ids),
    });
    const masters = await condor('condor_advertise', advertiseArgs('INVALIDATE_MASTER_ADS'), {
      input: invalidation(['DaemonMaster'], ids),
    });
    const why = !startds.ok ? startds.why : !masters.ok ? masters.why : undefined;
    return replyOf(ids.map((instanceId) => (why === undefined ? { instanceId } : { instanceId, why })));
  };
