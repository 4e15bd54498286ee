import { readFileSync } from 'node:fs';
import { POOL } from './central-manager.ts';

/** Where pilots find PanDA: at the central manager, which every worker can reach out of its NAT. */
export const PANDA_PORT = 25080;

export interface PilotQueue {
  readonly name: string;
  readonly resourceType: 'SCORE' | 'MCORE';
}

const PILOT = readFileSync(new URL('./pilot.py', import.meta.url), 'utf8');

/** A queue's pilots as its admin would describe them, but for the wrapper: that one lives on CVMFS. */
const submitFile = ({ name, resourceType }: PilotQueue): string => `
executable   = pilot.py
arguments    = "-s ${name} -r ${name} -q ${name} -j managed -w generic --url http://${POOL}:${PANDA_PORT} --resource-type ${resourceType}"
universe     = vanilla
environment  = "PANDA_JSID=aerie-lab APFCID=$(Cluster).$(Process) PANDA_AUTH_ORIGIN=atlas.pilot PANDA_AUTH_TOKEN=token"
transfer_input_files    = token
should_transfer_files   = YES
when_to_transfer_output = ON_EXIT_OR_EVICT
notification = Never
+MATCH_APF_QUEUE = "${name}"
+MaxWallTime     = 60
output = logs/$(Cluster).$(Process).out
error  = logs/$(Cluster).$(Process).err
log    = logs/$(Cluster).log
periodic_remove = (JobStatus == 5 && (time() - EnteredCurrentStatus) > 3600) || (JobStatus == 1 && (time() - QDate) > 86400) || (JobStatus == 2 && (time() - EnteredCurrentStatus) > 604800)
queue 1
`;

/** A token as PanDA's identity provider would give it; nobody in the lab checks more of it than its end. */
const pilotToken = (expiresAt: number): string => {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encoded({ alg: 'none' })}.${encoded({ sub: 'pilot', exp: Math.floor(expiresAt) })}.lab`;
};

/** What the admin of the lab's pool has in the folder of pilot templates, by file name. */
export const pilotFiles = (
  queues: readonly PilotQueue[],
  tokenExpiresAt: number,
): Readonly<Record<string, string>> => ({
  'pilot.py': PILOT,
  token: `${pilotToken(tokenExpiresAt)}\n`,
  ...Object.fromEntries(queues.map((queue) => [`${queue.name}.sub`, submitFile(queue)])),
});
