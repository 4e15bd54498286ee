import type { Sample, Shown } from '../twin/report/sample.ts';
import { harmless } from './command/text.ts';
import { amount, clock, duration, money } from './page/look/words.js';
import { ownerOf } from './shown/decisions.ts';
import { facts } from './shown/facts.ts';
import { heldInWords } from './shown/held.ts';
import type { History } from './shown/history.ts';
import { summarySentences } from './terminal-sentences.ts';
import { summaryLines } from './terminal-summary.ts';

const LINE_EVERY_SECONDS = 1800;

const openingLines = (opening: NonNullable<History['opening']>): readonly string[] => [
  `${opening.title}: ${opening.scenario}; seed ${opening.seed}, ${duration(opening.loadSeconds)} of load ` +
    `on ${opening.queues.join(', ')}; workers of ${opening.fleets.map((fleet) => `fleet ${fleet}`).join(', ')}`,
  ...opening.faults.map(
    ({ what, fromSeconds, toSeconds }) => `fault from ${clock(fromSeconds)} to ${clock(toSeconds)}: ${what}`,
  ),
];

const sampleLine = (sample: Sample, { held }: History): string => {
  const all = facts(sample, undefined);
  const arrived = all.activated + all.jobsRunning + all.jobsDone;
  return (
    `${clock(sample.atSeconds)} jobs ${amount(all.jobsDone)} of ${amount(arrived)} done, ` +
    `${amount(all.activated)} activated; pilots ${amount(all.idle)} idle, ${amount(all.running)} running; ` +
    `workers ${amount(all.booting)} booting, ${amount(all.joined)} joined, ${amount(all.draining)} draining, ` +
    `${amount(all.asleep)} asleep; ` +
    `cores ${amount(all.coresBusy)} of ${amount(all.coresPaid)} busy; ` +
    `${sample.listDollars === undefined ? '' : `${money(sample.listDollars)} at list prices; `}${heldInWords(held, sample.atSeconds)}`
  );
};

/**
 * What is printed where no one redraws a screen: the opening, one line each simulated half hour, each hold when it
 * begins, the closing. A hold that goes on is not said again.
 */
export const plainLines = () => {
  const held = new Set<string>();
  let dueSeconds = 0;

  const told = (shown: Extract<Shown, { readonly kind: 'told' }>['told']): readonly string[] => {
    const who = `${shown.of}/${shown.whose}`;
    const goesOn = held.has(who);
    if (shown.kind !== 'hold') held.delete(who);
    if (shown.kind !== 'hold' || goesOn) return [];
    held.add(who);
    return [
      `${clock(shown.atSeconds)} hold ${ownerOf(shown)} ${shown.of}: ${shown.why.map(({ text }) => text).join('; ')}`,
    ];
  };

  const sampled = (sample: Sample, history: History): readonly string[] => {
    if (sample.atSeconds < dueSeconds) return [];
    dueSeconds = (Math.floor(sample.atSeconds / LINE_EVERY_SECONDS) + 1) * LINE_EVERY_SECONDS;
    return [sampleLine(sample, history)];
  };

  const linesOf = (shown: Shown, history: History): readonly string[] => {
    switch (shown.kind) {
      case 'opening':
        dueSeconds = 0;
        held.clear();
        return openingLines(shown);
      case 'sample':
        return sampled(shown, history);
      case 'told':
        return told(shown.told);
      case 'closing':
        return [
          'the run has ended',
          ...summarySentences(shown.summary, history),
          ...summaryLines(shown.summary, Number.POSITIVE_INFINITY),
        ];
      default:
        return shown satisfies never;
    }
  };
  return (shown: Shown, history: History): readonly string[] => linesOf(shown, history).map(harmless);
};
