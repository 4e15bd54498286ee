import { join } from 'node:path';
import type { SubmitReply, SubmitRequest } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { rowsOf, type Value } from '../condor/rows.ts';
import { ownBefore } from '../see/ended.ts';
import { noTemplate, otherQueues, outage, Refused } from '../serve/refused.ts';
import { sameAnswers } from '../serve/same-answers.ts';
import { credentialEnd } from '../templates/credential.ts';
import { describe, readTemplate, type Template } from '../templates/template.ts';
import { tryOut } from '../templates/trial.ts';
import type { Turns } from '../turns.ts';

export interface SubmitOptions {
  readonly condor: Condor;
  readonly templatesDirectory: string;
  readonly stateDirectory: string;
  readonly turns: Turns;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

/**
 * How far back the history is searched for a request. A request is repeated within minutes; a function that AWS calls
 * again does so within hours.
 */
const REMEMBERED_SECONDS = 86_400;

/** Requests whose answers are remembered beside the history, of which a clock that was set ahead hides what is new: a KB each. */
const MOST_REQUESTS = 10_000;

/**
 * Arguments that ask the schedd for the pilots of a request that it has, by their queues. To `==`, small and capital
 * letters are the same.
 */
export const queuedArgs = (requestId: string): readonly string[] => [
  '-allusers',
  '-constraint',
  `AerieRequestId =?= ${JSON.stringify(requestId)}`,
  '-af:tV',
  'MATCH_APF_QUEUE',
];

/** Arguments that ask for those it has had. */
export const pastArgs = (requestId: string, since: number): readonly string[] => [
  '-since',
  ownBefore(since),
  ...queuedArgs(requestId).slice(1),
];

/** The queue of each pilot. */
const queuesOf = (stdout: string): readonly Value[] => rowsOf(stdout).map(([queue]) => queue);

/** `-terse` prints the first and the last job of each cluster: `12.0 - 12.9`. */
const submittedOf = (stdout: string): number => {
  let count = 0;
  for (const [, first, last] of stdout.matchAll(/^\d+\.(\d+) - \d+\.(\d+)$/gm)) {
    count += Number(last) - Number(first) + 1;
  }
  return count;
};

const usableTemplate = async (folder: string, queue: string): Promise<Template> => {
  const read = await readTemplate(folder, queue);
  if (!read.ok) throw new Refused(409, `${read.mistake} The pool's admin has to correct it.`);
  if (read.template !== undefined) return read.template;
  throw noTemplate(queue);
};

const checkCredential = async (folder: string, template: Template, now: number) => {
  const end = await credentialEnd(folder, template);
  if (end === null || end > now) return;
  const { queue, credential } = template;
  const how = end === 0 ? 'cannot be read' : `ended at ${new Date(end * 1000).toISOString()}`;
  throw new Refused(
    409,
    `The credential of queue ${queue}'s pilots (${credential?.file}) ${how}; nothing was submitted. Renew it.`,
  );
};

/**
 * Submits the pilots of a request once, however often it is asked: the request's id rides in each job, so the schedd
 * itself knows what it has got, also when the endpoint was killed in between.
 */
export const submitter = (options: SubmitOptions) => {
  const { condor, templatesDirectory, now } = options;
  const lock = join(options.stateDirectory, 'submit.lock');
  let orphansAwaited = false;

  /** A condor_submit that an earlier life of the endpoint has left may still be at it: it holds the lock. */
  const awaitOrphans = async () => {
    if (orphansAwaited) return;
    const waited = await condor('/usr/bin/true', [], { lock: { file: lock, alone: true } });
    if (!waited.ok) throw outage(waited.why);
    orphansAwaited = true;
  };

  const alreadyThere = async ({ requestId, queue }: SubmitRequest): Promise<number> => {
    const [queued, past] = await Promise.all([
      condor('condor_q', queuedArgs(requestId)),
      condor('condor_history', pastArgs(requestId, now() - REMEMBERED_SECONDS)),
    ]);
    if (!queued.ok) throw outage(queued.why);
    if (!past.ok) throw outage(past.why);
    const there = [...queuesOf(queued.stdout), ...queuesOf(past.stdout)];
    const others = there.filter((name) => name !== queue);
    if (others.length === 0) return there.length;
    throw otherQueues(requestId, String(others[0]), queue);
  };

  const submit = async (request: SubmitRequest): Promise<SubmitReply> => {
    const { queue } = request;
    const template = await usableTemplate(templatesDirectory, queue);
    await awaitOrphans();
    const there = await alreadyThere(request);
    if (there > 0) return { submitted: there, repeated: true };
    await checkCredential(templatesDirectory, template, now());
    const trial = await tryOut(condor, templatesDirectory, template, request);
    if (!trial.ok) throw outage(trial.why);
    if (trial.mistake !== undefined) {
      throw new Refused(409, `${trial.mistake} Nothing was submitted; the pool's admin has to correct it.`);
    }
    const answer = await condor('condor_submit', ['-terse', '-'], {
      input: describe(template, request),
      folder: templatesDirectory,
      lock: { file: lock, alone: false },
    });
    if (!answer.ok) {
      // Killed at its time limit, it may have left a child that is still at it.
      orphansAwaited = false;
      throw outage(answer.why);
    }
    return { submitted: submittedOf(answer.stdout), repeated: false };
  };

  const answers = sameAnswers<SubmitReply>({
    seconds: REMEMBERED_SECONDS,
    most: MOST_REQUESTS,
    elapsed: options.elapsed,
  });
  return (request: SubmitRequest): Promise<SubmitReply> =>
    options.turns(`submit ${request.requestId}`, async () => {
      let repeated = true;
      const reply = await answers(`${request.requestId} ${request.queue}`, () => {
        repeated = false;
        return submit(request);
      });
      return repeated ? { ...reply, repeated } : reply;
    });
};
