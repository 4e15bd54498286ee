import type { Reason } from '../model/reason.ts';
import type { LaunchReason } from '../model/reason-launches.ts';
import type { Template } from '../model/templates.ts';
import { endInWords } from './ends.ts';

type Of<K extends Reason['kind']> = Extract<Reason, { kind: K }>;

const inDollars = (dollars: number): string => `$${dollars.toFixed(2)}`;

const ofBudget = ({ dollars, limitDollars }: Of<'hour-budget' | 'month-budget'>): string =>
  `${inDollars(dollars)} of ${inDollars(limitDollars)}`;

const jobsOf = ({
  pilots,
  cpus,
  memoryMb,
}: Of<'offers-cooling' | 'fits-no-flavour' | 'offers-unsupported' | 'jobs-outlast-workers'>) =>
  `${pilots} jobs of ${cpus} cores and ${memoryMb} MB`;

const waitingInWords = ({ pilots, plainJobs }: Of<'jobs-waiting'>): string => {
  const withJobs = `${pilots} waiting pilots have jobs`;
  if (plainJobs === 0) return withJobs;
  return pilots === 0 ? `${plainJobs} jobs wait` : `${withJobs}, and ${plainJobs} other jobs wait`;
};

const launchInWords = ({ workers, flavours, market, trialOffers }: Of<'launch'>): string => {
  const launch = `launch ${workers} of ${flavours.join('/')} ${market}`;
  return trialOffers === undefined
    ? launch
    : `${launch} in ${trialOffers} offers alone: EC2 refuses one of more and does not say which`;
};

const unclaimedInWords = ({ workers, jobs, canary }: Of<'workers-unclaimed'>): string => {
  const found = `the last ${workers} workers for jobs of ${jobs} stayed empty while such jobs waited: their requirements may refuse these machines`;
  return canary === true ? `${found}; one more is tried` : `${found}; none is launched for them now`;
};

const breakerInWords = ({ breaker, failures, orMore, canary }: Of<'breaker-open'>): string => {
  const failed = `the last ${failures}${orMore === true ? ' or more' : ''} workers of ${breaker} never joined`;
  return canary === 'launched'
    ? `${failed}: only a canary is launched`
    : `${failed}: a canary is on its way, nothing else is launched`;
};

const endedInWords = ({ workers, instanceId, reason }: Of<'boots-ended'>): string =>
  instanceId === undefined
    ? `${workers} workers ended before they joined: ${endInWords(reason)}`
    : `${instanceId} ended before it joined: ${endInWords(reason)}`;

const templateText = ({ version, imageId }: Template): string =>
  `version ${version} of the template${imageId === undefined ? '' : ` with ${imageId}`}`;

const olderInWords = ({ template, newest, canary }: Of<'older-template'>): string =>
  `workers are launched from ${templateText(template)}: none of ${templateText(newest)} has joined lately${canary === true ? '; one canary is tried' : ''}`;

const shadowInWords = ({ launches, dollarsPerHour, isListed, ...reason }: Of<'fleet-in-shadow'>): string => {
  const some = (count: number, words: (count: number) => string) => (count > 0 ? [words(count)] : []);
  const would = [
    ...launches.map(
      ({ workers, flavours, market }) => `launch ${workers} of ${flavours.join('/')} ${market}`,
    ),
    ...some(reason.wake, (n) => `wake ${n}`),
    ...some(reason.letSleep, (n) => `let ${n} sleep`),
    ...some(reason.undrain, (n) => `take ${n} drain${n === 1 ? '' : 's'} back`),
    ...some(reason.drain, (n) => `drain ${n}`),
    ...some(reason.terminate, (n) => `end ${n}`),
  ];
  if (would.length === 0) return 'the fleet is in shadow: it would do nothing now, and does nothing';
  const cost =
    dollarsPerHour === undefined
      ? ''
      : `, for at most ${inDollars(dollarsPerHour)} an hour${isListed === true ? ' at list prices' : ''}`;
  return `the fleet is in shadow: it would ${would.join(', ')} now${cost}, and does nothing`;
};

/** Why workers of a fleet are launched, or are not, in a sentence. */
export const launchSentence = (reason: LaunchReason): string => {
  switch (reason.kind) {
    case 'fleet-paused':
      return 'the fleet is paused';
    case 'fleet-in-shadow':
      return shadowInWords(reason);
    case 'jobs-waiting':
      return `${waitingInWords(reason)}; ${reason.onJoined} of them fit on joined workers, ${reason.onBooting} on booting ones`;
    case 'pilots-asked-for':
      return `${reason.pilots} of them have no job behind them, and the chain asks for them`;
    case 'jobs-landing':
      return `${reason.jobs} jobs land before a worker launched now takes pilots; ${reason.unplaced} of them fit on no worker`;
    case 'landings-untold':
      return 'nothing is launched ahead, landings are not known: the endpoint has no landingsFile';
    case 'landings-incomplete':
      if (reason.unreadable !== undefined) {
        return `landings that cannot be read and do not count: ${reason.unreadable}; the first: ${reason.words ?? 'no reason given'}`;
      }
      return `nothing is launched ahead, landings are not known: ${reason.words ?? 'no reason given'}`;
    case 'launch':
      return launchInWords(reason);
    case 'wake':
      return `wake ${reason.workers} as ${reason.flavours.join('/')}`;
    case 'fits-no-flavour': {
      if (reason.canary === true) {
        return `${jobsOf(reason)} fit on no worker that was seen, and should by its type: one is launched to see`;
      }
      const lack = reason.lack === undefined ? '' : `: ${reason.lack.knob} ${reason.lack.why}`;
      return `${jobsOf(reason)} fit on none of the fleet's flavours${lack}`;
    }
    case 'jobs-outlast-workers':
      return `${jobsOf(reason)} may run for ${reason.wallSeconds} s, and no worker lives as long: max-life-seconds is ${reason.maxLifeSeconds}`;
    case 'offers-cooling':
      return `every offer for ${jobsOf(reason)} was refused lately`;
    case 'offers-unsupported':
      return `no zone of the stage has a type for ${jobsOf(reason)}: EC2 supports none of them there`;
    case 'workers-kept':
      return `${reason.workers} workers are kept whatever waits; ${reason.missing} of them are missing`;
    case 'jobs-restarting':
      return `${reason.jobs} jobs lost their spot machine: theirs is on demand now`;
    case 'workers-unclaimed':
      return unclaimedInWords(reason);
    case 'capped-by-fleet':
      return `${reason.workers} more are kept back by max-workers, max-cores, max-booting or max-launch-per-tick`;
    case 'capped-by-budget':
      return `${reason.workers} more are kept back by the fleet's budget`;
    case 'hour-budget':
      return `workers cost, in an hour, ${ofBudget(reason)}`;
    case 'month-budget':
      return `spent and committed in ${reason.month}: ${ofBudget(reason)}`;
    case 'older-template':
      return olderInWords(reason);
    case 'image-unknown': {
      const { instead, words } = reason;
      const from =
        instead === undefined ? 'nothing is launched' : `workers are launched from ${templateText(instead)}`;
      return `the newest image is unknown, so ${from}: ${words}`;
    }
    case 'launches-throttled':
      return `EC2 throttled the last launch: the next one in ${reason.leftSeconds} s`;
    case 'launches-paced':
      return `EC2 throttled launches lately: at most ${reason.mostWorkers} workers in this tick`;
    case 'breaker-open':
      return breakerInWords(reason);
    case 'offers-left-out':
      return `${reason.offers} offers are left out, whose workers never joined`;
    case 'boots-ended':
      return endedInWords(reason);
    default:
      return reason satisfies never;
  }
};
