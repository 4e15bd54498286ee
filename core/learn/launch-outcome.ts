import type { LaunchOutcome, OfCanary, RefusalClass } from '../model/launch.ts';

/** Whether a refusal of this class may be for what a launch is launched from, as well as for the offer it names. */
export const mayBeTemplates = (kind: RefusalClass): boolean =>
  kind === 'configuration' || kind === 'unsupported';

/** Whether EC2 refused a canary for nothing but what may be its template's fault: the template has been tried. */
export const isCanaryRefused = ({ isCanary }: OfCanary, outcome: LaunchOutcome): boolean => {
  if (isCanary !== true) return false;
  if (outcome.kind !== 'answered') return outcome.kind === 'rejected';
  const { launched, refused } = outcome;
  return launched.length === 0 && refused.length > 0 && refused.every((of) => mayBeTemplates(of.class));
};

/** Whether EC2 wants fewer launches: it throttled the call, or some of its instances inside an answer. */
export const isThrottled = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'throttled' ||
  (outcome.kind === 'answered' && outcome.refused.some((refusal) => refusal.class === 'throttled'));

/** These are said of the call or its caller, and of no offer. */
const OF_THE_CALL: ReadonlySet<RefusalClass> = new Set(['throttled', 'caller']);

/**
 * Whether an answer says nothing of an earlier call under the same token. Before EC2 looks at the token it checks rights,
 * signature, throttling and limits; a fleet without an instance that was throttled in all of its offers is one that EC2
 * made just now, or did not make at all.
 */
export const provesNothing = (outcome: LaunchOutcome): boolean => {
  if (outcome.kind !== 'answered') return outcome.kind === 'throttled' || outcome.kind === 'rejected';
  if (outcome.noFleet === true) return true;
  const { launched, refused } = outcome;
  return launched.length === 0 && refused.length > 0 && refused.every((of) => OF_THE_CALL.has(of.class));
};

/** Whether nobody knows what a call has brought forth: the launch stays open, and is asked for again under its token. */
export const isOpen = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'unclear' || outcome.kind === 'unheard';
