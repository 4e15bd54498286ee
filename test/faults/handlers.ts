import { ec2 } from '../../adapters/clouds/ec2/ec2.ts';
import { ledger } from '../../adapters/ledger/ledger.ts';
import type { Decision } from '../../core/model/decision.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Panda } from '../../core/ports.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { FUNCTIONS } from '../../lib/functions/functions.ts';
import { type AuditPorts, audit, type Look } from '../../runtime/audit.ts';
import { parseEc2Event } from '../../runtime/ec2-event.ts';
import { batch } from '../../runtime/on-queue.ts';
import { forEach } from '../../runtime/parallel.ts';
import { type PilotsPorts, pilotsTick } from '../../runtime/pilots-tick.ts';
import type { TimeLeft } from '../../runtime/time-left.ts';
import { type EventsPorts, workerEvent } from '../../runtime/worker-events.ts';
import { type Plan, type WorkersPorts, workersTick } from '../../runtime/workers-tick.ts';
import { dynamoOver, ec2Over, type Pass, timedOut } from '../../twin/in-process/sdk.ts';
import type { Statistics } from '../../twin/panda/tally.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import { TEMPLATE } from '../../twin/stage/world.ts';
import type { Gate, Invocation } from './gate.ts';
import { pandaPort } from './panda-answers.ts';
import { type PoolOptions, poolPort } from './pool-answers.ts';
import { STAGE } from './truth.ts';

/** Every port of every handler. */
export type Ports = PilotsPorts & WorkersPorts & EventsPorts & AuditPorts;

/** A safeguard switched off: ports that break their promise, or another planner. */
export interface Mutation {
  readonly ports?: (ports: Ports) => Ports;
  readonly plan?: Plan;
  readonly look?: Look;
}

/** What all processes of all handlers find outside. */
export interface Outside extends PoolOptions {
  readonly gate: Gate;
  readonly pandaViews: () => Statistics;
  readonly settings: () => StageSettings;
  readonly ledgerAnswer: (command: string, input: unknown, by: Invocation) => unknown;
  readonly cloudAnswer: (command: string, input: unknown, by: Invocation) => unknown;
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
    ...ec2(client),
    image: async (now) => known(undefined, now),
    stage: {
      stage: STAGE,
      template: { id: TEMPLATE.id, version: template },
      placements: PLACEMENTS,
      workerDiskMb: WORKER_DISK_MB,
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
