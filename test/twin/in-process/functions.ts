import type { LambdaName } from '../../../lib/bundling.ts';
import { audit } from '../../../runtime/audit.ts';
import type { Wear } from '../../../runtime/clouds.ts';
import { countedCloud } from '../../../runtime/count-launches.ts';
import { onTimer } from '../../../runtime/handler.ts';
import { newestImage } from '../../../runtime/newest-image.ts';
import { onAudit } from '../../../runtime/on-audit.ts';
import { onQueue } from '../../../runtime/on-queue.ts';
import { onSettings } from '../../../runtime/on-settings.ts';
import { pilotsTick } from '../../../runtime/pilots-tick.ts';
import { routedCloud, routedConsoles } from '../../../runtime/route-clouds.ts';
import { settingsSource } from '../../../runtime/settings-source.ts';
import { toldCloud } from '../../../runtime/tell-refusals.ts';
import { workerEvent } from '../../../runtime/worker-events.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import { TWIN_PLACE, WORKER_DISK_MB } from '../../../twin/scenario/place.ts';
import { PLACEMENTS } from '../../../twin/scenario/placements.ts';
import { STAGE } from '../../../twin/stage/parameters.ts';
import { TEMPLATE } from '../../../twin/stage/world.ts';
import { CONTEXT } from '../../runtime/invocation.ts';
import type { OtherCloud } from './other-cloud.ts';
import type { awsOf, endpointIn, pandaIn, parametersIn } from './ports.ts';

/** What the functions find outside. */
interface Outside {
  readonly aws: ReturnType<typeof awsOf>;
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
  { aws, panda, pool, sight, parameters, elsewhere }: Outside,
  templateVersion: string,
): Readonly<Record<LambdaName, Handler>> => {
  const stage = {
    stage: STAGE,
    template: { id: TEMPLATE.id, version: templateVersion },
    placements: PLACEMENTS,
    workerDiskMb: WORKER_DISK_MB,
    ...(elsewhere === undefined ? {} : { clouds: elsewhere.sources }),
  };
  const place = { ...TWIN_PLACE, clouds: Object.keys(elsewhere?.sources ?? {}) };
  const connected = () => {
    const book = aws.ledger();
    const settings = settingsSource(aws.settingsStore(), place);
    return { book, settings, sources: { settings, panda: panda(), pool, ledger: book } };
  };
  const clouds = (wear: Wear) => {
    const ec2 = aws.ec2();
    const named = elsewhere?.open();
    const other = named && { ...named, cloud: wear(named.cloud, named.name) };
    return {
      cloud: routedCloud(wear(ec2.cloud, 'EC2'), other),
      consoles: routedConsoles(ec2.consoles, other),
    };
  };
  const pilots = () => {
    const { sources } = connected();
    return onTimer('pilots', STAGE, ({ tell }) =>
      pilotsTick({ ...sources, pilots: pool, poolUsers: NOBODY, tell }),
    );
  };
  const workers = () => {
    const { sources } = connected();
    return onTimer('workers', STAGE, ({ tell, count, tellRefusal }) =>
      workersTick({
        ...sources,
        pool: sight,
        ...clouds((cloud, name) => toldCloud(countedCloud(cloud, count), tellRefusal, name)),
        poolWorkers: pool,
        poolUsers: NOBODY,
        tell,
        stage,
        image: newestImage(undefined, async () => undefined),
      }),
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
  const keeper = () => onSettings(STAGE, { parameters, book: aws.settingsStore(), place });
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
