import { cloudIn, EC2, isOfEc2 } from '../../core/model/clouds.ts';
import type { Instance } from '../../core/model/instance.ts';
import { known, type Snapshot } from '../../core/model/snapshot.ts';
import type { Mutation, Ports } from './handlers.ts';

/** The safeguards of workers on an OpenStack, each taken away, as in mutations.ts. */

/** Another key pair for each ask: a launch that was asked for before is asked for again. */
const keyPair = (ports: Ports): Ports => {
  let asked = 0;
  return {
    ...ports,
    cloud: {
      ...ports.cloud,
      launch(request) {
        if (cloudIn(request.tags) === EC2) return ports.cloud.launch(request);
        asked += 1;
        const clientToken = request.clientToken.replace(/-[0-9]+$/, `-${asked}`);
        return ports.cloud.launch({ ...request, clientToken });
      },
    },
  };
};

/** A launch whose answer is lost has brought nothing. */
const doubtfulLaunch = (ports: Ports): Ports => ({
  ...ports,
  cloud: {
    ...ports.cloud,
    async launch(request) {
      const outcome = await ports.cloud.launch(request);
      if (cloudIn(request.tags) === EC2 || outcome.kind !== 'unclear') return outcome;
      return { kind: 'answered', launched: [], refused: [], noFleet: true };
    },
  },
});

type Answer = Snapshot<readonly Instance[]>;

/** What an OpenStack shows, as something else. */
const seenAs =
  (as: (answer: Answer) => Answer) =>
  (ports: Ports): Ports => ({
    ...ports,
    cloud: {
      ...ports.cloud,
      async list(tags, now) {
        const answer = await ports.cloud.list(tags, now);
        return cloudIn(tags) === EC2 ? answer : as(answer);
      },
      async describe(ids, now) {
        const answer = await ports.cloud.describe(ids, now);
        return ids.every(isOfEc2) ? answer : as(answer);
      },
    },
  });

const states = (change: (one: Instance) => readonly Instance[]) =>
  seenAs((answer) =>
    answer.kind === 'unknown' ? answer : known(answer.value.flatMap(change), answer.observedAt),
  );

/** A cloud that does not answer, or a part of it, has no servers. */
const cloudAway = seenAs((answer) => (answer.kind === 'unknown' ? known([], 0) : answer));

/** Nobody sees what was accepted and could not be made. */
const refusedLater = states((one) => (one.state === 'failed' ? [{ ...one, state: 'pending' }] : [one]));

/** Nobody sees that a server has switched itself off. */
const switchedOff = states((one) => (one.state === 'stopped' ? [{ ...one, state: 'running' }] : [one]));

/** A server in error has no power, whatever it says. */
const errorWithPower: Mutation['way'] = (send) => async (asked) => {
  const outcome = await send(asked);
  if (outcome.kind !== 'answered') return outcome;
  const text = outcome.text.replaceAll('"OS-EXT-STS:power_state":1', '"OS-EXT-STS:power_state":4');
  return { ...outcome, text };
};

/** A token is for ever. */
const newToken: Mutation['way'] = (send) => {
  let first: string | undefined;
  return (asked) => {
    const token = asked.headers?.['x-auth-token'];
    if (token === undefined) return send(asked);
    first ??= token;
    return send({ ...asked, headers: { ...asked.headers, 'x-auth-token': first } });
  };
};

export const SITE_MUTATIONS = {
  'key pair': { ports: keyPair },
  'doubtful launch': { ports: doubtfulLaunch },
  'cloud away': { ports: cloudAway },
  'refused later': { ports: refusedLater },
  'switched off': { ports: switchedOff },
  'error with power': { way: errorWithPower },
  'new token': { way: newToken },
} as const satisfies Record<string, Mutation>;
