import { flavoursOf } from '../aerie/settings.ts';
import { type Load, workOf } from '../load/load.ts';
import { newBill } from '../model/account.ts';
import { fairStarts } from '../model/fair-shares.ts';
import { FAULTS } from '../model/faults.ts';
import type { Policy } from '../model/policy.ts';
import type { Options } from '../model/run.ts';
import { autoPyFactory } from '../policies/autopyfactory.ts';
import { plainResidual, smallResidual } from '../policies/candidate.ts';
import { cloudscheduler } from '../policies/cloudscheduler.ts';
import { glideinWms } from '../policies/glideinwms.ts';
import { karpenter, karpenterWidths, parallelCluster } from '../policies/karpenter.ts';
import { figuresOf, waitsByWidth } from './figures.ts';
import type { Entrant } from './peers.ts';
import { compare, deployed, type Row, SMALL, type Table } from './suite.ts';

/** What may be live at once: less than the load asks for on average, so that most of the time all of it is in use. */
const CAP_CORES = 1000;

/** Of the load that is played at the cap. */
const WIDTHS = 2;

const rules = (): readonly Policy[] => [
  autoPyFactory(),
  cloudscheduler(),
  glideinWms(),
  karpenter(),
  parallelCluster(),
  plainResidual(),
  karpenterWidths(2),
  smallResidual(2),
];

/** aerie knows its cap; fleets apart, one for each width, have equal parts of it. */
const own = (): readonly Policy[] => {
  const knobs = { flavours: flavoursOf(SMALL), 'linger-seconds': '120' };
  const capped = { ...knobs, 'max-cores': String(CAP_CORES) };
  return [
    deployed('aerie', SMALL, { knobs: () => capped }),
    deployed('aerie, widths apart', SMALL, { knobs: () => ({ ...capped, widths: 'apart' }) }),
    deployed('aerie, a fleet for each width', SMALL, {
      apart: true,
      knobs: () => ({ ...knobs, 'max-cores': String(CAP_CORES / WIDTHS) }),
    }),
  ];
};

/** What fair sharing would give, as if cores needed no machines. */
const fair = (load: Load, bound: number): Row => {
  const starts = fairStarts(load, CAP_CORES);
  const bill = { ...newBill(), paid: workOf(load) };
  return {
    policy: 'ideal: equal shares, without machines',
    fault: FAULTS.exact.name,
    figures: figuresOf(load, { bill, starts, samples: [], seconds: 0 }, bound),
    byWidth: waitsByWidth(load, starts),
  };
};

/** Everyone at a cap that all widths of a load have to share. EC2 gives no machine beyond it. */
export const atCap = (
  load: Load,
  always: Options,
  peer: (name: string, entrant: Entrant, run: () => Row) => Row,
): Table => {
  const name = `${load.name}, ${CAP_CORES} cores at most`;
  const of = compare(load, { ...always, capCores: CAP_CORES });
  const run = (policy: Policy): Row => of.run(policy, FAULTS.exact).row;
  const others = rules().map((policy) => peer(name, { policy }, () => run(policy)));
  const table = of.table([...own().map(run), ...others, fair(load, of.bound)]);
  return { ...table, load: name };
};
