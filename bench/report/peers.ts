import type { Load } from '../load/load.ts';
import type { Policy } from '../model/policy.ts';
import { condorAnnex, fixedPool } from '../policies/annex.ts';
import { autoPyFactory } from '../policies/autopyfactory.ts';
import {
  clairvoyant,
  clairvoyantWidth,
  plainResidual,
  reactiveIdeal,
  smallResidual,
} from '../policies/candidate.ts';
import { cloudscheduler } from '../policies/cloudscheduler.ts';
import { elastiq } from '../policies/elastiq.ts';
import { glideinWms } from '../policies/glideinwms.ts';
import { harvester } from '../policies/harvester.ts';
import { karpenter, karpenterDefault, karpenterWidths, parallelCluster } from '../policies/karpenter.ts';
import { tardis } from '../policies/tardis.ts';

/** A policy with the one size that its machines have, if it has one. */
export interface Entrant {
  readonly policy: Policy;
  readonly size?: number;
}

const SAMPLE_SECONDS = 600;

/** The 95th percentile of the demand of a load, cores, as if every job began at once. */
const busyDayCores = ({ jobs }: Load): number => {
  const events = jobs
    .flatMap(({ submitSeconds, runSeconds, cores }) => [
      { at: submitSeconds, cores },
      { at: submitSeconds + runSeconds, cores: -cores },
    ])
    .sort((a, b) => a.at - b.at || a.cores - b.cores);
  const end = events.at(-1)?.at ?? 0;
  const demand: number[] = [];
  let cores = 0;
  let next = 0;
  for (let at = 0; at <= end; at += SAMPLE_SECONDS) {
    for (; (events[next]?.at ?? Number.POSITIVE_INFINITY) <= at; next += 1) cores += events[next]?.cores ?? 0;
    demand.push(cores);
  }
  return demand.sort((a, b) => a - b)[Math.floor(0.95 * demand.length)] ?? 0;
};

/** Peers that launch one size, with that size. */
const ofSize: readonly ((size: number) => Policy)[] = [
  autoPyFactory,
  (size) => autoPyFactory(size, true),
  elastiq,
  tardis,
  cloudscheduler,
  glideinWms,
  harvester,
  (size) => harvester(size, true),
  karpenterDefault,
  karpenter,
  parallelCluster,
  plainResidual,
];

/** Every peer, with the size of its machines; where a load is narrow, with the smaller sizes that fit it as well. */
export const peersOn = (load: Load, sizes: readonly number[]): readonly Entrant[] => {
  const busyDay = busyDayCores(load);
  return sizes.flatMap((size, index) => [
    ...(index === 0
      ? [fixedPool, condorAnnex].map((of) => ({ policy: of(Math.ceil(busyDay / size), size), size }))
      : []),
    ...ofSize.map((of) => ({ policy: of(size), size })),
  ]);
};

/** Rules that take a size for each width. */
export const byWidth = (): readonly Entrant[] =>
  [karpenterWidths(1), karpenterWidths(2), smallResidual(1), smallResidual(2)].map((policy) => ({ policy }));

/** The machines of the clairvoyant rule. */
const CLAIRVOYANT_CORES = 8;

/** What nobody can have, for scale; one whose machines are too small for the load's jobs is left out. */
export const ideals = ({ jobs }: Load): readonly Entrant[] => {
  const fits = jobs.every(({ cores }) => cores <= CLAIRVOYANT_CORES);
  return [reactiveIdeal(), ...(fits ? [clairvoyant()] : []), clairvoyantWidth()].map((policy) => ({
    policy,
  }));
};
