import type { LambdaName } from '../../lib/functions/bundling.ts';
import { audit } from '../../runtime/audit.ts';
import type { Wear } from '../../runtime/connect/clouds.ts';
import { routedCloud, routedConsoles } from '../../runtime/connect/route-clouds.ts';
import { settingsSource } from '../../runtime/connect/settings-source.ts';
import { workerEvent } from '../../runtime/events/worker-events.ts';
import { onTimer } from '../../runtime/handler.ts';
import type { InputsPorts } from '../../runtime/observe/keep-inputs.ts';
import { newestImage } from '../../runtime/observe/newest-image.ts';
import { onAudit } from '../../runtime/on-audit.ts';
import { onQueue } from '../../runtime/on-queue.ts';
import { onSettings } from '../../runtime/on-settings.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { countedCloud } from '../../runtime/tell/count-launches.ts';
import { toldCloud } from '../../runtime/tell/tell-refusals.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { TWIN_PLACE, WORKER_DISK_MB } from '../scenario/place.ts';
import { PLACEMENTS } from '../scenario/placements.ts';
import { STAGE } from '../stage/parameters.ts';
import { TEMPLATE } from '../stage/world.ts';
import type { Books } from './books.ts';
import { CONTEXT } from './context.ts';
import type { OtherCloud } from './other-cloud.ts';
import type { ec2In, endpointIn, pandaIn, parametersIn } from './ports.ts';

/** What the functions find outside. */
interface Outside {
  readonly books: Books;
  readonly ec2: ReturnType<typeof ec2In>['ec2'];
  readonly panda: ReturnType<typeof pandaIn>;
  readonly pool: ReturnType<typeof endpointIn>['port'];
  /** The pool as the workers tick asks for it. */
  readonly sight: ReturnType<typeof endpointIn>['sight'];
  readonly parameters: ReturnType<typeof parametersIn>;
  /** The cloud beside EC2, as a cold start has it; absent: there is none. */
  readonly elsewhere?: OtherCloud | undefined;
}

type Handler = (event: unknown) => Promise<unknown>;

/** Without wires there is no collector that anybody could ask. */
const NOBODY = { tellUsers: async () => {} };

/**
 * A cold start of every function: what `lambdas/` joins, joined in this process. A test plays one scenario on both and
 * finds the same decisions.
 */
export const coldStart = (
  { books, ec2, panda, pool, sight, parameters, elsewhere }: Outside,
  templateVersion: string,
  how: 'aloud' | 'quietly',
): Readonly<Record<LambdaName, Handler>> => {
  const stage = {
    stage: STAGE,
    template: { id: TEMPLATE.id, version: templateVersion },
    placements: PLACEMENTS,
    workerDiskMb: WORKER_DISK_MB,
    ...(elsewhere === undefined ? {} : { clouds: elsewhere.sources }),
  };
  const telling = how === 'quietly' ? 'nothing' : 'on';
  const place = { ...TWIN_PLACE, clouds: Object.keys(elsewhere?.sources ?? {}) };
  const connected = () => {
    const book = books.ledger();
    const settings = settingsSource(books.settingsStore(), place);
    return { book, settings, sources: { settings, panda: panda(), pool, ledger: book } };
  };
  const clouds = (wear: Wear) => {
    const own = ec2();
    const named = elsewhere?.open();
    const other = named && { ...named, cloud: wear(named.cloud, named.name) };
    return {
      cloud: routedCloud(wear(own.cloud, 'EC2'), other),
      consoles: routedConsoles(own.consoles, other),
    };
  };
  const keeping = (missed: InputsPorts['missed']) =>
    books.inputs === undefined ? {} : { inputs: { book: books.inputs, missed } };
  const pilots = () => {
    const { sources } = connected();
    return onTimer(
      'pilots',
      STAGE,
      ({ tell, missed }) =>
        pilotsTick({ ...sources, pilots: pool, poolUsers: NOBODY, tell, ...keeping(missed) }),
      telling,
    );
  };
  const workers = () => {
    const { sources } = connected();
    return onTimer(
      'workers',
      STAGE,
      ({ tell, count, tellRefusal, missed }) =>
        workersTick({
          ...sources,
          pool: sight,
          ...clouds((cloud, name) => toldCloud(countedCloud(cloud, count), tellRefusal, name)),
          poolWorkers: pool,
          poolUsers: NOBODY,
          tell,
          ...keeping(missed),
          stage,
          image: newestImage(undefined, async () => undefined),
        }),
      telling,
    );
  };
  const events = () => {
    const { book, settings } = connected();
    return onQueue('events', (event, tries) =>
      workerEvent(event, tries, { ledger: book, settings, poolWorkers: pool }),
    );
  };
  const audits = () => {
    const { book, settings } = connected();
    return onAudit(STAGE, (tellRefusal) =>
      audit({
        cloud: clouds((cloud, name) => toldCloud(cloud, tellRefusal, name)).cloud,
        settings,
        pool,
        ledger: book,
        poolWorkers: pool,
        stage,
      }),
    );
  };
  const keeper = () => onSettings(STAGE, { parameters, book: books.settingsStore(), place });
  const called =
    (handler: (event: unknown, context: typeof CONTEXT) => Promise<unknown>): Handler =>
    (event) =>
      handler(event, CONTEXT);
  return {
    pilots: called(pilots()),
    workers: called(workers()),
    events: called(events()),
    audit: called(audits()),
    settings: called(keeper()),
  };
};
