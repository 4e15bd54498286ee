import { inShort } from '../../core/tell/in-short.ts';
import { reasonsOf } from '../../core/tell/reasons.ts';
import { isoOf } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import type { Sight } from '../stage/sight.ts';
import { lookAtWhy } from '../verbs/why.ts';
import { lookAtWorker } from '../verbs/worker.ts';
import type { Story } from './view.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;

const counted = (counts: Readonly<Record<string, number>>): Story['facts'] =>
  Object.entries(counts).map(([name, value]) => [name, String(Number(value.toFixed(4)))]);

const ofOwner = async (sight: Sight, of: 'queue' | 'fleet', name: string): Promise<Story> => {
  const told = await lookAtWhy(sight, `${of}/${name}`, sight.now);
  const blamed = told.of.find((one) => `${one.of}/${one.name}` === told.because) ?? told.of[0];
  const { limit, fix } = blamed ?? {};
  return {
    title: `${of} ${name}`,
    about: limit?.text ?? (limit?.kind === 'no-demand' ? 'nothing waits' : 'nothing limits it'),
    ...(fix === null || fix === undefined ? {} : { mend: fix }),
    facts: told.of.flatMap(({ of: kind, name: named, counts }) =>
      counted(counts).map(([key, value]) => [`${kind} ${named}: ${key}`, value] as const),
    ),
    steps: told.of.flatMap(({ of: kind, name: named, decidedAt, what, why }) => [
      { at: at(decidedAt), what: `${kind} ${named}`, text: what },
      ...why.map(({ text }) => ({ at: at(decidedAt), what: 'because', text })),
    ]),
  };
};

const ofDecision = async (
  sight: Sight,
  of: 'queue' | 'fleet',
  name: string,
  moment: number,
): Promise<Story | undefined> => {
  const decision = await sight.past.decision(of === 'queue' ? 'pilots' : 'workers', name, moment);
  if (decision === undefined) return undefined;
  const launches = decision.kind === 'act' ? decision.launches : [];
  const outcomes = await Promise.all(
    launches.map(({ request }) => sight.past.launch(name, request.launchId)),
  );
  return {
    title: `${of} ${name}: ${inShort(decision)}`,
    about: `decided at ${isoOf(decision.at)}`,
    facts: counted(decision.counts),
    steps: [
      ...reasonsOf(decision).map(({ text }) => ({ at: decision.at, what: 'because', text })),
      ...outcomes.flatMap((launch) =>
        launch === undefined ? [] : [{ at: launch.closedAt, what: 'EC2', text: launch.outcome }],
      ),
    ],
  };
};

const ofWorker = async (sight: Sight, id: string): Promise<Story> => {
  const told = await lookAtWorker(sight, id);
  const dollars =
    told.dollarsPerHour === null
      ? []
      : [['$/h', `${told.isListed ? '~' : ''}${told.dollarsPerHour.toFixed(3)}`]];
  return {
    title: told.instanceId,
    about: `${told.state} · fleet ${told.fleet}`,
    facts: [
      ['type', `${told.flavour}, ${told.cores} cores, ${told.memoryMb} MB`],
      ['zone', told.zone],
      ['market', told.market],
      ...dollars.map(([name = '', value = '']) => [name, value] as const),
    ],
    steps: told.story.map((step) => ({ ...step, at: at(step.at) })),
    ...(told.console === null ? {} : { console: told.console }),
  };
};

/** Tells the story of `worker/ID`, `queue/NAME`, `fleet/NAME` or a decision, `queue/NAME/MOMENT`; undefined: there is none. */
export const storyOf = async (
  sight: Sight,
  [of, name = '', moment]: readonly string[],
): Promise<Story | undefined> => {
  try {
    if (of === 'worker') return await ofWorker(sight, name);
    if (of !== 'queue' && of !== 'fleet') return undefined;
    const decidedAt = moment === undefined ? undefined : Number(moment);
    if (decidedAt !== undefined && !Number.isFinite(decidedAt)) return undefined;
    return await (decidedAt === undefined
      ? ofOwner(sight, of, name)
      : ofDecision(sight, of, name, decidedAt));
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
};
