import { ec2 } from '../../adapters/clouds/ec2/ec2.ts';
import { EndpointOutage, EndpointRefusal } from '../../adapters/endpoint-answer.ts';
import type { HttpOutcome, HttpRequest } from '../../adapters/http.ts';
import { panda } from '../../adapters/panda.ts';
import { Refused } from '../../collector/serve/refused.ts';
import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { Parameters, PoolPilots, PoolSight, PoolWorkers } from '../../core/ports.ts';
import type { OwnedParameters, Owner } from '../../core/settings/settings-record.ts';
import type { ParameterStore } from '../aws/ssm/store.ts';
import { answers } from '../panda/answers.ts';
import type { PandaWorld } from '../panda/world.ts';
import { type TurnableViews, turnableViews } from '../pool/modes.ts';
import { simulatedNudges } from '../pool/nudges.ts';
import { type SimulatedOrders, simulatedOrders } from '../pool/orders.ts';
import { changingTemplates } from '../pool/templates.ts';
import { STAGE } from '../stage/parameters.ts';
import type { World } from '../stage/world.ts';
import type { Outage } from './books.ts';
import { ec2Answer } from './ec2-answers.ts';
import { ec2Over, type Pass } from './sdk.ts';

/** Carries a call at once, and only once: nothing is lost between a function and what it asks. */
export const atOnce: Pass = async (_, act) => act();

/** One way to EC2 for the functions of a whole run; the client is the SDK's own. */
export const ec2In = ({ ec2: world }: World) => {
  const ec2Calls = new Map<string, number>();
  const client = ec2Over(atOnce, (command, input) => {
    const action = command.replace(/Command$/, '');
    ec2Calls.set(action, (ec2Calls.get(action) ?? 0) + 1);
    return ec2Answer(world, command, input, { shows: () => true, added: () => ({}) });
  });
  return { ec2Calls, ec2: () => ec2(client) };
};

const OVERLOADED = '<!DOCTYPE HTML><title>503 Service Unavailable</title>';

/** PanDA without a network: what it answers is read as if it had come over one. */
export const pandaIn = (world: PandaWorld, timeoutSeconds: number) => {
  const answer = answers(world);
  const send = async ({ url, method, headers }: HttpRequest): Promise<HttpOutcome> => {
    const address = '127.0.0.1';
    const failed = { kind: 'failed', address } as const;
    if (world.mode === 'silent') {
      return { ...failed, cause: 'timeout', why: `did not answer within ${timeoutSeconds} s` };
    }
    if (world.mode === 'hangs up') {
      return { ...failed, cause: 'connection', why: 'broke off in the middle of its answer: aborted' };
    }
    if (world.mode === 'html-503') return { kind: 'answered', address, status: 503, text: OVERLOADED };
    const asked = { verb: method, url: new URL(url), accept: headers?.accept, contentType: undefined };
    return { kind: 'answered', address, ...answer({ ...asked, body: '' }) };
  };
  // What is drawn is only how long a second try waits, in real time.
  return () => panda({ baseUrl: 'http://127.0.0.1/api/v1', timeoutSeconds, random: () => 0, send });
};

/** The simulated pool's endpoint without a network, and what can be done to it. `nudge`: absent, nobody is nudged. */
export const endpointIn = (
  { pool }: World,
  queues: readonly string[],
  nudge?: { readonly tickSeconds: number; readonly onNudge: () => void },
) => {
  const named = queues.map((name) => ({ name, credentialExpiresAt: null }));
  const { templates, endCredentials, spoil } = changingTemplates(pool, named);
  const views = turnableViews(pool, templates);
  const port = endpointPort(views, simulatedOrders(pool, templates));
  const nudges =
    nudge &&
    simulatedNudges(pool, () => {
      if (!views.isDown) nudge.onNudge();
    });
  /** As the workers tick asks. */
  const sight: PoolSight = {
    async view() {
      const seen = await port.view();
      if (seen.kind === 'known') {
        nudges?.asked({ url: '', tickSeconds: nudge?.tickSeconds ?? 0 }, seen.value.observedAt);
      }
      return seen;
    },
  };
  return { views, endCredentials, spoil, port, sight };
};

const endpointPort = (
  views: TurnableViews,
  orders: SimulatedOrders,
): PoolSight & PoolPilots & PoolWorkers => {
  const ordered = async <T>(give: () => T): Promise<T> => {
    if (views.isDown) throw new EndpointOutage('the endpoint could not be reached: socket hang up');
    try {
      return give();
    } catch (error) {
      throw error instanceof Refused ? new EndpointRefusal(error.message) : error;
    }
  };
  return {
    async view() {
      if (views.isDown) return unknown('the endpoint could not be reached: socket hang up');
      const view = views.view();
      return known(view, view.observedAt);
    },
    submit: (request) => ordered(() => orders.submit(request)),
    remove: (request) => ordered(() => orders.remove(request).removed),
    drain: (instanceIds) => ordered(() => orders.drain(instanceIds)),
    undrain: (instanceIds) => ordered(() => orders.undrain(instanceIds)),
    forget: (instanceIds) => ordered(() => orders.forget(instanceIds)),
  };
};

/** The parameters of all queues and fleets, from the store that SSM would read. */
export const parametersIn = (store: ParameterStore, outage: Outage): Parameters => {
  const ofKind = (of: Owner['of'], path: string): readonly OwnedParameters[] => {
    const byName = new Map<string, Record<string, string>>();
    for (const { name, value } of store.under(`${path}/`, true)) {
      const [owner = '', ...knob] = name.slice(path.length + 1).split('/');
      byName.set(owner, { ...byName.get(owner), [knob.join('/')]: value });
    }
    return [...byName].map(([name, raw]) => ({ owner: { of, name }, raw }));
  };
  const all = async () => {
    if (outage.isOn) throw new Error('Parameter Store does not answer');
    return [...ofKind('queue', queuesPath(STAGE)), ...ofKind('fleet', fleetsPath(STAGE))];
  };
  return {
    all,
    of: async ({ of, name }) =>
      (await all()).find(({ owner }) => owner.of === of && owner.name === name)?.raw ?? {},
  };
};
