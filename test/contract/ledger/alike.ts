import fc from 'fast-check';
import type { Ledger } from '../../../core/ledger.ts';
import type { LedgerView } from '../../../core/model/ledger.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import { cooling, inLedger, NOW, openLaunch, submission } from '../../core/worlds.ts';

/** One call of the ledger, and how it reads in a counterexample. */
interface Call {
  readonly what: string;
  make(ledger: Ledger): Promise<unknown>;
}

const call = (what: string, make: Call['make']): Call => ({ what, make });

const STATES: readonly WorkerState[] = [
  { kind: 'booting' },
  { kind: 'joined', joinedAt: NOW },
  { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'x' } },
  { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'x' }, surplus: true },
  { kind: 'failed', at: NOW - 5, cause: { kind: 'told', words: 'x' } },
];

/** Few of everything, so that calls meet. */
const id = fc.constantFrom('i-00000001', 'i-00000002');
const fence = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined });
const few = fc.constantFrom(NOW - 60, NOW);
const at = fc.integer({ min: NOW - 1000, max: NOW + 1000 });
const state = fc.constantFrom(...STATES);
const fleet = fc.constantFrom('default', 'gpu');
/** What it takes and is for. */
const taking = fc.constantFrom<Partial<WorkerRecord>>(
  {},
  { onlyQueue: 'BNL' },
  { width: 8 },
  { meantFor: '1 2000 10000 0', kept: true, firstWidth: 8 },
);
const worker = fc
  .tuple(id, state, fc.boolean(), fleet, taking)
  .map(([instanceId, of, isPriced, whose, takes]) =>
    inLedger(instanceId, of, {
      ...{ fleet: whose, ...takes },
      ...(isPriced ? { cost: { dollarsPerHour: 1, endsBy: NOW + 3600 } } : {}),
    }),
  );
const launch = fc
  .tuple(fc.constantFrom(NOW - 60, NOW), fence, taking)
  .map(([createdAt, intendedBy, takes]) => {
    const { request, ...rest } = openLaunch(1, createdAt);
    return {
      ...{ ...rest, request: { ...request, ...takes } },
      ...(intendedBy === undefined ? {} : { intendedBy }),
    };
  });

const calls: fc.Arbitrary<Call> = fc.oneof(
  launch.map((of) => call(`open ${of.intendedBy}`, ({ launches }) => launches.open(of))),
  launch.map((of) => call(`ask ${of.intendedBy}`, ({ launches }) => launches.ask(of))),
  launch.map((of) => call(`withdraw ${of.intendedBy}`, ({ launches }) => launches.withdraw(of))),
  fc
    .tuple(launch, fc.option(few), few)
    .map(([of, read, when]) =>
      call('unanswered', (to) =>
        to.launches.unanswered(read === null ? of : { ...of, unansweredAt: read }, when),
      ),
    ),
  fc.tuple(launch, at).map(([of, when]) => call('token known', (to) => to.launches.tokenKnown(of, when))),
  fc
    .tuple(launch, fc.array(worker, { maxLength: 2 }))
    .map(([of, all]) => call('close', ({ launches }) => launches.close(of, all, 'whole', NOW))),
  fc.constant(call('any open', ({ launches }) => launches.isAnyOpen())),
  worker.map((of) => call(`adopt ${of.instanceId}`, ({ workers }) => workers.adopt(of))),
  fc
    .tuple(worker, fc.option(state, { nil: 'gone' as const }), at)
    .map(([of, to, when]) =>
      call(`change ${of.instanceId} ${JSON.stringify(to)}`, ({ workers }) =>
        workers.change({ worker: of, to }, when),
      ),
    ),
  worker.map((of) => call(`protect ${of.instanceId}`, ({ workers }) => workers.protect(of, true))),
  worker.map((of) => call('refuse', (to) => to.workers.refuseEnd(of, { at: NOW, why: 'no' }))),
  worker.map((of) => call(`find ${of.instanceId}`, ({ workers }) => workers.find(of.instanceId))),
  worker.map((of) => call('last state', ({ ends }) => ends.lastState(of.fleet, of.instanceId))),
  fc
    .tuple(worker, at)
    .map(([of, endsBy]) =>
      call(`price ${of.instanceId}`, ({ accounts }) => accounts.price(of, { dollarsPerHour: 2, endsBy })),
    ),
  fc
    .tuple(fleet, fc.integer({ min: 1, max: 3 }))
    .map(([whose, version]) =>
      call(`enter ${whose} ${version}`, ({ accounts }) =>
        accounts.enter({ fleet: whose, dollars: {}, booked: [], version }),
      ),
    ),
  fc.constant(
    call('bury all', async (ledger) => {
      for (const of of (await ledger.view()).ended ?? []) await ledger.accounts.bury(of);
    }),
  ),
  fc
    .tuple(at, fc.option(fc.constant(1), { nil: undefined }))
    .map(([until, halvings]) =>
      call(`cool ${until} ${halvings}`, ({ learned }) =>
        learned.cool([cooling('m6i.large', 'a', { until, ...(halvings === undefined ? {} : { halvings }) })]),
      ),
    ),
  at.map((viewedAt) => call(`submit ${viewedAt}`, (to) => to.submissions.add(submission(1, viewedAt)))),
  fc.tuple(at, fc.option(fc.constantFrom(1000, 5000))).map(([when, pandaRunning]) =>
    call(`take ${when} ${pandaRunning}`, ({ leases }) =>
      leases.take({
        ...{ name: 'workers', at: when, viewedAt: when },
        ...(pandaRunning === null ? {} : { pandaRunning }),
      }),
    ),
  ),
);

const byText = (one: unknown, other: unknown): number =>
  JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;

/** What a ledger holds, in an order that does not depend on where it is kept. */
const held = (view: LedgerView): unknown =>
  Object.fromEntries(
    Object.entries(view).map(([name, part]) => [name, Array.isArray(part) ? part.toSorted(byText) : part]),
  );

/** Sequences of calls. */
export const sequences = fc.array(calls, { minLength: 5, maxLength: 25 });

/** What comes of calls, one after another: each answer, and what is held in the end. */
export const outcomeOf = async (ledger: Ledger, sequence: readonly Call[]): Promise<unknown> => {
  const answers: unknown[] = [];
  for (const { what, make } of sequence) answers.push([what, await make(ledger)]);
  return { answers, held: held(await ledger.view()) };
};
