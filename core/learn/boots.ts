import { offerKey } from '../model/flavours.ts';
import type { OpenLaunch } from '../model/launch.ts';
import type { Boot, Boots } from '../model/learned.ts';
import type { Template } from '../model/templates.ts';
import { type BootOutcome, type WorkerRecord, wokenAt } from '../model/worker.ts';

/** So many in a row that never joined open the breaker: at 5 % of bad boots, a chance of one in three million. */
const IN_A_ROW = 5;

const REMEMBERED = 2 * IN_A_ROW;

/** The kinds that a breaker knows. */
export const templateKind = ({ id, version, imageId }: Template): string =>
  `template ${id} version ${version}${imageId === undefined ? '' : ` image ${imageId}`}`;

export const offerKind = (key: string): string => `offer ${key}`;

/** What a worker's boot says something about, with nothing known of it yet. */
const kindsOf = ({ template, offer }: WorkerRecord): readonly Boots[] => [
  ...(template === undefined ? [] : [{ kind: templateKind(template), template, boots: [] }]),
  { kind: offerKind(offerKey(offer)), boots: [] },
];

const inOrder = (a: Boot, b: Boot): number =>
  a.launchedAt - b.launchedAt || (a.instanceId < b.instanceId ? -1 : 1);

/** With one more, in the order of launches; the same if it is there, or too old to be remembered. */
export const added = (boots: readonly Boot[], one: Boot): readonly Boot[] =>
  boots.some(({ instanceId }) => instanceId === one.instanceId) ||
  (boots.length === REMEMBERED && boots.every((boot) => inOrder(one, boot) < 0))
    ? boots
    : [...boots, one].sort(inOrder).slice(-REMEMBERED);

/**
 * The records that outcomes change, each as it is then. An outcome that was counted already changes nothing; nor does that of
 * a wake: its image has booted once, and its offer gave the machine.
 */
export const countBoots = (known: readonly Boots[], outcomes: readonly BootOutcome[]): readonly Boots[] => {
  const before = new Map(known.map(({ kind, boots }) => [kind, boots]));
  const after = new Map<string, Boots>();
  for (const outcome of outcomes) {
    if (wokenAt(outcome.worker) !== undefined) continue;
    for (const of of kindsOf(outcome.worker)) {
      const boots = after.get(of.kind)?.boots ?? before.get(of.kind) ?? of.boots;
      const { instanceId, launchedAt } = outcome.worker;
      const counted = added(boots, { instanceId, launchedAt, joined: outcome.joined });
      if (counted !== boots) after.set(of.kind, { ...of, boots: counted });
    }
  }
  return [...after.values()];
};

/**
 * The records that canaries change which EC2 refused. A template of which no instance can be launched has failed a try as
 * one whose worker never joins; of the offers it says nothing. A launch that was counted already changes nothing.
 */
export const countRefused = (known: readonly Boots[], refused: readonly OpenLaunch[]): readonly Boots[] => {
  const changed = new Map<string, Boots>();
  for (const { request, createdAt } of refused) {
    const { launchId, template } = request;
    const kind = templateKind(template);
    const boots = (changed.get(kind) ?? known.find((of) => of.kind === kind))?.boots ?? [];
    const counted = added(boots, { instanceId: launchId, launchedAt: createdAt, joined: false });
    if (counted !== boots) changed.set(kind, { kind, template, boots: counted });
  }
  return [...changed.values()];
};

/** All records as they are after some have changed. */
export const mergedBoots = (known: readonly Boots[], changed: readonly Boots[]): readonly Boots[] => [
  ...new Map([...known, ...changed].map((boots) => [boots.kind, boots])).values(),
];

/** At 5 % of bad boots, three of ten are a chance of 1 %. */
const MOST_FAILED_OF_LATEST = 2;

/** Kinds of which so many of the latest boots failed that something must have changed. */
export const failingLately = (known: readonly Boots[]): ReadonlySet<string> =>
  new Set(
    known
      .filter(({ boots }) => boots.filter(({ joined }) => !joined).length > MOST_FAILED_OF_LATEST)
      .map(({ kind }) => kind),
  );

/** How many in a row have not joined, up to the latest whose outcome is known. */
export const failuresOf = ({ boots }: Boots): number =>
  boots.length - 1 - boots.findLastIndex(({ joined }) => joined);

/** An open breaker: launching of this kind stops, but for a canary. */
export interface OpenBreaker {
  readonly kind: string;
  /** How many of its latest workers never joined in a row; no more than are remembered. */
  readonly failures: number;
  readonly orMore?: true;
  /** When the latest worker was launched that is known not to have joined. */
  readonly failedAt: number;
}

/** The breakers that are open. */
export const openBreakers = (known: readonly Boots[]): readonly OpenBreaker[] =>
  known.flatMap((of) => {
    const failures = failuresOf(of);
    const failedAt = of.boots.at(-1)?.launchedAt ?? 0;
    const orMore = failures === REMEMBERED ? ({ orMore: true } as const) : {};
    return failures < IN_A_ROW ? [] : [{ kind: of.kind, failures, ...orMore, failedAt }];
  });
