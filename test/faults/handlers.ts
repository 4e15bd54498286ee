import { ec2 } from '../../adapters/clouds/ec2/ec2.ts';
import type { HttpOutcome, HttpRequest } from '../../adapters/http.ts';
import { ledger } from '../../adapters/ledger/ledger.ts';
import type { Decision } from '../../core/model/decision.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Panda } from '../../core/ports.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { FUNCTIONS } from '../../lib/functions/functions.ts';
import { type AuditPorts, audit, type Look } from '../../runtime/audit.ts';
import { type NamedCloud, routedCloud, routedConsoles } from '../../runtime/connect/route-clouds.ts';
import { parseEc2Event } from '../../runtime/events/ec2-event.ts';
import { type EventsPorts, workerEvent } from '../../runtime/events/worker-events.ts';
import { batch } from '../../runtime/on-queue.ts';
import { type PilotsPorts, pilotsTick } from '../../runtime/pilots-tick.ts';
import { forEach } from '../../runtime/run/parallel.ts';
import type { TimeLeft } from '../../runtime/run/time-left.ts';
import { type Plan, type WorkersPorts, workersTick } from '../../runtime/workers-tick.ts';
import { type OtherCloud, silence } from '../../twin/in-process/other-cloud.ts';
import { dynamoOver, ec2Over, type Pass, timedOut } from '../../twin/in-process/sdk.ts';
import type { Statistics } from '../../twin/panda/tally.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import { TEMPLATE } from '../../twin/stage/world.ts';
import type { Gate, Invocation } from './gate.ts';
import { pandaPort } from './panda-answers.ts';
import { type PoolOptions, poolPort } from './pool-answers.ts';
import { siteThrottled } from './site-answers.ts';
import { STAGE } from './truth.ts';

/** Every port of every handler. */
export type Ports = PilotsPorts & WorkersPorts & EventsPorts & AuditPorts;

/** A safeguard switched off: ports that break their promise, or another planner. */
export interface Mutation {
  readonly ports?: (ports: Ports) => Ports;
  readonly plan?: Plan;
  readonly look?: Look;
  /** What becomes of the requests of a process to the OpenStack. */
  readonly way?: (send: Send) => Send;
}

type Send = (asked: HttpRequest) => Promise<HttpOutcome>;

/** What all processes of all handlers find outside. */
export interface Outside extends PoolOptions {
  readonly gate: Gate;
  readonly pandaViews: () => Statistics;
  readonly settings: () => StageSettings;
  readonly ledgerAnswer: (command: string, input: unknown, by: Invocation) => unknown;
  readonly cloudAnswer: (command: string, input: unknown, by: Invocation) => unknown;
  /** The OpenStack; undefined: there is none. */
  readonly site:
    | {
        readonly cloud: OtherCloud;
        readonly answer: (asked: HttpRequest, by: Invocation) => HttpOutcome;
      }
    | undefined;
  readonly mutation: Mutation;
  readonly tell: (decision: Decision) => void;
}

/** The environment of one Lambda: it lives over many runs, one at a time, and keeps what its code remembers. */
export interface Container {
  /** The version of the launch template that the code was deployed with. */
  readonly template: string;
  run(invocation: Invocation, event: unknown): Promise<unknown>;
}

const TABLE = 'aerie';

/** What comes of one act however often it is tried. */
const once = <T>(act: () => T): (() => T) => {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: act() };
    return done.value;
  };
};

/**
 * The OpenStack as one process of a handler asks it. What changes something and is no deletion comes once: adapters/http.ts sends
 * it once, and nothing on the way repeats it.
 */
const siteOf = (
  site: NonNullable<Outside['site']>,
  pass: Pass,
  current: () => Invocation,
  way: NonNullable<Mutation['way']> = (send) => send,
): NamedCloud =>
  site.cloud.open({
    send: way((asked) => {
      const { method, url } = asked;
      const act = () => site.answer(asked, current());
      const failing = { lost: () => silence(asked), throttled: siteThrottled };
      return pass(`nova ${method} ${new URL(url).pathname}`, method === 'POST' ? once(act) : act, failing);
    }),
  });

const portsOf = (
  outside: Outside,
  pass: Pass,
  current: () => Invocation,
  template: string,
  panda: Panda,
): Ports => {
  const book = ledger(
    TABLE,
    dynamoOver(pass, (command, input) => outside.ledgerAnswer(command, input, current())),
  );
  const pool = poolPort(outside, pass, current);
  const client = ec2Over(pass, (command, input) => outside.cloudAnswer(command, input, current()));
  const own = ec2(client);
  const other = outside.site && siteOf(outside.site, pass, current, outside.mutation.way);
  return {
    settings: {
      all: () => pass('settings', outside.settings, { lost: timedOut, throttled: timedOut }),
    },
    panda,
    pool,
    ledger: book,
    pilots: pool,
    poolWorkers: pool,
    poolUsers: { tellUsers: async () => {} },
    cloud: routedCloud(own.cloud, other),
    consoles: routedConsoles(own.consoles, other),
    image: async (now) => known(undefined, now),
    wait: (seconds, signal) => outside.gate.wait(current(), seconds, signal),
    stage: {
      stage: STAGE,
      template: { id: TEMPLATE.id, version: template },
      placements: PLACEMENTS,
      workerDiskMb: WORKER_DISK_MB,
      ...(outside.site === undefined ? {} : { clouds: outside.site.cloud.sources }),
    },
    tell: outside.tell,
  };
};

/** The events function's own loop over its batch, as runtime/on-queue.ts has it, without a logger. */
const eventsRun =
  (ports: Ports) =>
  async (event: unknown): Promise<unknown> => {
    const failed = await forEach(batch.parse(event).Records, async ({ messageId, body, attributes }) => {
      const parsed = parseEc2Event(body);
      if (parsed === undefined) return [];
      try {
        const outcome = await workerEvent(parsed, attributes.ApproximateReceiveCount, ports);
        return outcome === 'comes again' ? [{ itemIdentifier: messageId }] : [];
      } catch {
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failed.flat() };
  };

/** A cold start. */
export const container = (of: Invocation['of'], template: string, outside: Outside): Container => {
  let running: Invocation | undefined;
  const current = (): Invocation => {
    if (running === undefined) throw new Error(`${of} asks for something between two runs`);
    return running;
  };
  const pass: Pass = (what, act, failing) => outside.gate.pass(current(), what, act, failing);
  const panda = pandaPort(outside.truth, outside.weather, outside.pandaViews, pass, current);
  const own = portsOf(outside, pass, current, template, panda);
  const ports = outside.mutation.ports?.(own) ?? own;
  const ticks: Readonly<Record<Invocation['of'], (event: unknown) => Promise<unknown>>> = {
    pilots: onMoment(pilotsTick(ports), current),
    workers: onMoment(workersTick(ports, outside.mutation.plan), current),
    events: eventsRun(ports),
    audit: onMoment(audit(ports, outside.mutation.look), current),
  };
  return {
    template,
    async run(invocation, event) {
      running = invocation;
      const answer = await ticks[of](event);
      panda.ran();
      return answer;
    },
  };
};

const onMoment =
  (tick: (now: number, timeLeft: TimeLeft) => Promise<unknown>, current: () => Invocation) =>
  (): Promise<unknown> => {
    const { moment, timeLeft } = current();
    return tick(moment, timeLeft);
  };

export const timeoutOf = (of: Invocation['of']): number => FUNCTIONS[of].timeoutSeconds;
