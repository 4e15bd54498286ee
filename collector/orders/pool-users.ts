import type { PoolState, StatesReply, StatesRequest } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { outage } from '../serve/refused.ts';

/** An ad that says nothing new is sent again so often: the collector forgets what it has not heard of for 15 minutes. */
const AGAIN_SECONDS = 300;

/** Of whom nobody has told for so long, the collector has no ad any more. */
const FORGOTTEN_SECONDS = 900;

/**
 * A text as an ad has it that condor_advertise reads: it is no expression, whatever stands in it. A backslash takes away the
 * meaning of a quote and has none of its own there, so that one at the end would open the text again: none is left.
 */
const quoted = (text: string): string =>
  `"${text
    .replace(/[\p{Cc}]+/gu, ' ')
    .replaceAll('\\', '/')
    .replaceAll('"', '\\"')}"`;

const MY_TYPE = { queue: 'AerieQueue', fleet: 'AerieFleet' } as const;

/** The ad of a queue or a fleet. */
const adOf = (stage: string, { of, name, state, limit, machineAt }: PoolState): string =>
  [
    `MyType = ${quoted(MY_TYPE[of])}`,
    'TargetType = ""',
    // The collector keeps one ad of a name: a queue and a fleet may be called alike, and so may those of two stages.
    `Name = ${quoted(`${of}/${name}@${stage}`)}`,
    `AerieStage = ${quoted(stage)}`,
    `${of === 'queue' ? 'AerieQueue' : 'AerieFleet'} = ${quoted(name)}`,
    `AerieState = ${quoted(state)}`,
    ...(limit === undefined ? [] : [`AerieLimit = ${quoted(limit)}`]),
    ...(machineAt === undefined ? [] : [`AerieMachineExpectedAt = ${Math.round(machineAt)}`]),
    '',
  ].join('\n');

/**
 * Tells the users of the pool what became of queues and fleets: one ad each in the collector, which they may read with the rights
 * that they have. What says nothing new is not sent again for some minutes.
 */
export const poolUsers = (condor: Condor, elapsed: () => number) => {
  const last = new Map<string, { readonly ad: string; readonly at: number }>();
  return async ({ stage, states }: StatesRequest): Promise<StatesReply> => {
    const at = elapsed();
    const due = states
      .map((state) => ({ key: `${stage} ${state.of} ${state.name}`, ad: adOf(stage, state) }))
      .filter(({ key, ad }) => {
        const before = last.get(key);
        return before === undefined || before.ad !== ad || at - before.at >= AGAIN_SECONDS;
      });
    if (due.length === 0) return { advertised: 0 };
    const ran = await condor('condor_advertise', ['-tcp', '-multiple', 'UPDATE_AD_GENERIC', '-'], {
      input: due.map(({ ad }) => ad).join('\n'),
    });
    if (!ran.ok) throw outage(ran.why);
    for (const { key, ad } of due) last.set(key, { ad, at });
    for (const [key, before] of last) if (at - before.at > FORGOTTEN_SECONDS) last.delete(key);
    return { advertised: due.length };
  };
};
