import * as z from 'zod';
import { clockOf, isoOf, lengthOf } from '../command/moments.ts';
import { wrapped } from '../command/text.ts';
import { verb } from '../command/verb.ts';
import { DOES } from './does.ts';

const alarm = z.object({
  name: z.string(),
  /** Which of the metrics that it watches. */
  whose: z.string(),
  since: z.string(),
  /** How long it can wait. */
  urgency: z.enum(['now', 'today', 'can wait']).nullable(),
  /** What harm it is. */
  what: z.string(),
  /** The command that shows more. */
  look: z.string(),
  runbook: z.string(),
});

/** What `aerie alarms` tells. */
export const alarmsTold = z.object({ stage: z.string(), at: z.string(), alarms: z.array(alarm) });

const at = (iso: string): number => Date.parse(iso) / 1000;

const WAIT = { now: 'look now', today: 'look today', 'can wait': 'it can wait' } as const;

export const alarms = verb({
  name: 'alarms',
  takes: '',
  names: [0, 0],
  does: DOES.alarms,
  more: ['Exit code: 1 if any is on, else 0.'],
  options: {},
  means: {},
  examples: ['aerie alarms --stage prod'],
  schema: alarmsTold,
  async ask({ sight }) {
    const on = await sight.alarms();
    return {
      stage: sight.stage,
      at: isoOf(sight.now),
      alarms: on.map(({ name, whose, since, urgency, what, look, runbook }) => ({
        ...{ name, whose, since: isoOf(since), urgency: urgency ?? null, what },
        look,
        runbook,
      })),
    };
  },
  lines(told, { columns, paint }) {
    const now = at(told.at);
    if (told.alarms.length === 0) return ['no alarm is on'];
    return told.alarms.flatMap(({ name, whose, since, urgency, what, look, runbook }) => [
      paint(
        urgency === 'now' ? 'red' : 'yellow',
        `${name} (${whose}) since ${clockOf(at(since), now)}, ${lengthOf(now - at(since))}: ${urgency === null ? 'see its runbook' : WAIT[urgency]}`,
      ),
      ...wrapped(what, columns, ['  ', '  ']),
      `  ${look}`,
      paint('dim', `  ${runbook}`),
    ]);
  },
  isWell: (told) => told.alarms.length === 0,
});
