import { describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, recorded, toldBetween } from './recorded.ts';

/** The scenarios' outage: half an hour in the middle. */
const FROM = 165;
const TO = 195;
/** Jobs come for less than an hour after it. */
const HOURS = 4;

const OUTAGES = [
  { scenario: 'panda-refuses', source: 'panda', words: /success:false/ },
  { scenario: 'panda-html', source: 'panda', words: /503/ },
  { scenario: 'panda-silent', source: 'panda', words: /did not answer within 0.5 s/ },
  { scenario: 'endpoint-down', source: 'pool', words: /./ },
];

describe.each(OUTAGES)('$scenario', ({ scenario, source, words }) => {
  it('nothing is done while the facts are not known, each hold says why, and all is done in the end', async () => {
    const { summary, told, samples } = await recorded(scenario, { hours: HOURS });
    const during = toldBetween(told, FROM, TO);
    expect(new Set(during.map(({ kind }) => kind))).toEqual(new Set(['hold']));
    const unknown = { kind: 'source-unknown', source, words: expect.stringMatching(words) };
    for (const { why } of during) expect(why).toMatchObject([unknown]);
    // Two functions, one tick a minute, five queues.
    expect(during).toHaveLength((TO - FROM) * 2 * 5);

    const live = (minute: number) =>
      samples
        .find(({ atSeconds }) => atSeconds === minute * 60)
        ?.queues.reduce((n, { booting, joined, draining }) => n + booting + joined + draining, 0) ?? 0;
    for (let minute = FROM + 1; minute < TO; minute += 1) {
      expect(live(minute)).toBeLessThanOrEqual(live(minute - 1));
    }
    expect(summary).toMatchObject(EVERYTHING_DONE);
    expect(summary.jobsDone).toBe(summary.jobsArrived);
    expect(summary.holds).toBe(during.length);
  });
});
