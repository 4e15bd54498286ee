import { api } from '../../collector/api.ts';
import { Refused } from '../../collector/serve/refused.ts';
import { admitsSecret } from '../../collector/serve/secrets.ts';
import type { Face } from '../wire/http.ts';
import { type Admission, simulatedEndpoint } from './endpoint.ts';
import { type TurnableViews, turnableViews } from './modes.ts';
import { simulatedNudges } from './nudges.ts';
import type { TemplateQueue } from './orders.ts';
import { type ChangingTemplates, changingTemplates } from './templates.ts';
import type { PoolWorld } from './world.ts';

export interface EndpointOptions {
  readonly secret: string;
  /** Queues for which a pilot template exists; one that is only named has pilots without a credential. */
  readonly queues: readonly (string | TemplateQueue)[];
  /** Whom it says it admits; absent: nobody's workers in particular. */
  readonly admission?: Admission;
  /** Sends a nudge to where a tick has said; absent: none are sent. */
  readonly nudge?: (url: string) => void;
}

const NOBODY_IN_PARTICULAR: Admission = {
  pool: 'cm.example.org',
  sts: { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['aerie-twin-worker'] },
  tokenSeconds: 604_800,
};

export interface EndpointFace
  extends Face,
    Pick<TurnableViews, 'turn'>,
    Pick<ChangingTemplates, 'endCredentials' | 'spoil'> {}

const templateOf = (queue: string | TemplateQueue): TemplateQueue =>
  typeof queue === 'string' ? { name: queue, credentialExpiresAt: null } : queue;

/** The endpoint's API over the simulated pool: its own HTTP, before a pool that is not there. */
export const endpointFace = async (world: PoolWorld, options: EndpointOptions): Promise<EndpointFace> => {
  const {
    templates: queues,
    endCredentials,
    spoil,
  } = changingTemplates(world, options.queues.map(templateOf));
  const views = turnableViews(world, queues);
  const { admission = NOBODY_IN_PARTICULAR, nudge } = options;
  const nudges =
    nudge &&
    simulatedNudges(world, (url) => {
      if (!views.isDown) nudge(url);
    });
  const app = api({
    endpoint: simulatedEndpoint(world, queues, views.view, { admission, nudges }),
    admits: admitsSecret(options.secret),
    admitsToMetrics: async () => false,
    tls: null,
    log: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!views.isDown) return;
    reply.hijack();
    request.raw.socket.destroy();
  });
  app.addHook('onError', async (_request, _reply, error) => {
    // What the framework refuses has a status; all else is a fault of the twin, and nobody keeps a log of it.
    if (error instanceof Refused || 'statusCode' in error) return;
    process.stderr.write(`fault in the twin: ${error.stack}\n`);
  });
  // Between two ticks of a slow run minutes may pass; a connection closed under a caller would look like an outage.
  app.server.keepAliveTimeout = 0;
  app.server.setTimeout(0);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    close: () => app.close(),
    turn: views.turn,
    endCredentials,
    spoil,
  };
};
