import type { Reason } from '../model/reason.ts';
import { type FactReason, factReason } from '../model/reason-facts.ts';
import { type LaunchReason, launchReason } from '../model/reason-launches.ts';
import { type PilotReason, pilotReason } from '../model/reason-pilots.ts';
import { type WorkerReason, workerReason } from '../model/reason-workers.ts';
import { factSentence } from './fact-sentence.ts';
import { launchSentence } from './launch-sentence.ts';
import { leavingSentence } from './leaving-sentence.ts';
import { pilotSentence } from './pilot-sentence.ts';
import { workerSentence } from './worker-sentence.ts';

interface Union {
  readonly options: readonly { readonly shape: { readonly kind: { readonly value: string } } }[];
}

/** Tells the reasons of one subject from all others. */
const isAbout = <R extends Reason>({ options }: Union): ((reason: Reason) => reason is R) => {
  const kinds = new Set(options.map(({ shape }) => shape.kind.value));
  return (reason): reason is R => kinds.has(reason.kind);
};

const isOfFacts = isAbout<FactReason>(factReason);
const isOfPilots = isAbout<PilotReason>(pilotReason);
const isOfWorkers = isAbout<WorkerReason>(workerReason);
const isOfLaunches = isAbout<LaunchReason>(launchReason);

/** A reason in a sentence: the only place, with the files of its subjects, where one is made. Nothing reads it back. */
export const sentence = (reason: Reason): string => {
  if (isOfFacts(reason)) return factSentence(reason);
  if (isOfPilots(reason)) return pilotSentence(reason);
  if (isOfWorkers(reason)) return workerSentence(reason);
  return isOfLaunches(reason) ? launchSentence(reason) : leavingSentence(reason);
};
