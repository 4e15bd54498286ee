import type { Reason } from '../model/reason.ts';
import { isServing } from '../model/worker.ts';
import type { Fleet, Member } from './fleet.ts';

/** The fewest that can have something in common. One alone is replaced, which costs one machine and shows whether it was that one. */
const FEW_WORKERS = 2;

/**
 * The share of workers that a cause has struck is the best guess of whether it strikes a new one. Up to a half a new machine
 * is as likely to be well as not, and worth its boot; beyond that most of what is bought would be unwell as well.
 */
const MOST_SHARE = 1 / 2;

/** In service: one that EC2 takes back, or that was told to go, is unwell for a cause of its own. */
const isInService = ({ record: { state }, pool, doubt }: Member): boolean =>
  pool !== undefined && doubt === undefined && isServing(state);

/** Numbers, and addresses of IPv6, which may have letters alone. */
const NUMBERS = /[\da-f]*(?::[\da-f]*){2,}|\d+/gi;

/** A cause without its numbers: one outage is told with other addresses, times and shares on every machine. */
const kindOf = (cause: string): string => cause.replace(NUMBERS, '#');

/** What a worker says of itself, cause by cause; each once. */
const causesOf = ({ pool }: Member): readonly string[] => [
  ...new Map((pool?.unwell?.split('; ') ?? []).map((cause) => [kindOf(cause), cause])).values(),
];

/**
 * Why the workers of a fleet are neither replaced nor ended, if most of them are unwell for one cause: a service that they
 * all need is away, and new machines would be as unwell as these.
 */
export const unwellTogether = ({ members }: Fleet): Reason | undefined => {
  if (members.every(({ pool }) => pool?.unwell === undefined)) return undefined;
  const serving = members.filter(isInService);
  const alike = [...Map.groupBy(serving.flatMap(causesOf), kindOf).values()];
  const [most = []] = alike.sort((a, b) => b.length - a.length);
  const [words] = most;
  if (words === undefined || most.length < FEW_WORKERS) return undefined;
  if (most.length <= serving.length * MOST_SHARE) return undefined;
  return { kind: 'workers-unwell', workers: most.length, joined: serving.length, words };
};
