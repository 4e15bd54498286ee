import { FLEET, WITH_CCB } from '../bare-worker.ts';
import { until } from '../central-manager.ts';
import { submitJob } from '../jobs.ts';
import { joinWith, type ProofOfIdentity } from '../join-with.ts';
import { endWorker, hasJoined, launchWorker } from '../launch.ts';
import { forget, type Proof, withBareWorker } from './proof.ts';

const THIEF = 'i-0e00000000000001';
const VICTIM = 'i-0e00000000000002';
const CURL = ['curl', '-s', '-m', '3', '-o', '/dev/null', '-w', '%{http_code}'];
const METADATA = 'http://169.254.169.254/latest/meta-data/';

/** A job reads neither the worker's token nor anything of the metadata service, which root can reach. */
export const closedToJobs: Proof = async ({ site }) => {
  const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
  await hasJoined(site, instanceId);
  const script = `cat /etc/condor/tokens.d/* 2>/dev/null && echo "has the token"\n${CURL.join(' ')} ${METADATA}`;
  const job = await submitJob(site.cm, { fleet: FLEET, instanceId, script });
  await job.event('005');
  const asJob = await job.output();
  const { box } = (await site.machines.box(instanceId)) ?? {};
  const asRoot = (await box?.exec([...CURL, METADATA]))?.stdout ?? '';
  const tokenFiles = (await box?.exec(['sh', '-c', 'ls /etc/condor/tokens.d | wc -l']))?.stdout.trim();
  await endWorker(site, instanceId);
  await forget(site, [instanceId]);
  return {
    holds: asJob === '000' && asRoot === '401' && tokenFiles === '1',
    metadataStatusForJob: asJob,
    metadataStatusForRoot: asRoot,
  };
};

const REFUSED: readonly (readonly [string, ProofOfIdentity, status: number])[] = [
  ['asSecondJoin', {}, 409],
  ['asAnotherAccount', { account: '210987654321' }, 403],
  ['asAnotherRole', { role: 'admin' }, 403],
  ['asAnotherInstance', { session: 'i-0bbbbbbbbbbbbbbb2' }, 403],
  ['sixMinutesOld', { ageSeconds: 360 }, 403],
  ['forAnotherPool', { pool: 'cm.example.com' }, 403],
];

/** A worker joins once; nobody else joins in its name, nor it with a proof that is old or for another pool. */
export const joinedOnce: Proof = async ({ site }) => {
  const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
  await hasJoined(site, instanceId);
  const statuses: Record<string, number> = {};
  for (const [name, proof] of REFUSED) {
    statuses[name] = (await joinWith(site, instanceId, proof)).status;
  }
  await endWorker(site, instanceId);
  await forget(site, [instanceId]);
  return { holds: REFUSED.every(([name, , status]) => statuses[name] === status), ...statuses };
};

/** An ad as a worker of another name would send it, marked so that it can be found. */
const adOf = (instanceId: string, mark: string): string => `MyType = "Machine"
Name = "slot9@${instanceId}@${instanceId}.ec2.internal"
Machine = "${instanceId}.ec2.internal"
EC2InstanceId = "${instanceId}"
State = "Unclaimed"
Activity = "Idle"
Mark = "${mark}"
`;

/** With a worker's token nothing can be registered in another instance's name, but in its own. */
export const ownAdsOnly: Proof = ({ site }) =>
  withBareWorker(site, { instanceId: THIEF, configuration: WITH_CCB }, async ({ box }) => {
    const advertise = (instanceId: string, mark: string) =>
      box.exec(['sh', '-c', 'cat >/tmp/ad; condor_advertise -tcp UPDATE_STARTD_AD /tmp/ad'], {
        input: adOf(instanceId, mark),
      });
    const marks = async () => (await site.cm.condor(['condor_status', '-af', 'Mark'])).stdout;
    // The collector does not say whether it has taken an ad. The later of the two shows that it has seen both.
    await advertise(VICTIM, 'stolen');
    await advertise(THIEF, 'own');
    const found = await until(marks, (text) => text.includes('own'), 10);
    return { holds: !found.includes('stolen'), takesForeignAd: found.includes('stolen'), takesOwnAd: true };
  });
