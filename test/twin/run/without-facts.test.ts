import { describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, recorded, toldBetween } from './recorded.ts';

/** The scenarios' outage, half an hour: earlier than they have it, for a run of the same kind that is over sooner. */
const FROM = 30;
const TO = FROM + 30;
/** Jobs come for some time after it. */
const HOURS = 1.25;

const [QUEUES, FLEETS] = [5, 3];

const OUTAGES = [
  // Fleets need no PanDA: what is not known of it asks for nothing, and workers go when they are idle.
  { scenario: 'panda-refuses', source: 'panda', words: /success:false/, holding: QUEUES },
  { scenario: 'panda-html', source: 'panda', words: /503/, holding: QUEUES },
  { scenario: 'panda-silent', source: 'panda', words: /did not answer within 0.5 s/, holding: QUEUES },
  { scenario: 'endpoint-down', source: 'pool', words: /./, holding: QUEUES + FLEETS },
];

describe.each(OUTAGES)('$scenario', ({ scenario, source, words, holding }) => {
  it('nothing is launched or submitted while the facts are not known, each decision says why, and all is done in the end', async () => {
    const { summary, told, samples } = await recorded(scenario, { hours: HOURS, faultsFromMinute: FROM });
    const during = toldBetween(told, FROM, TO);
    const held = during.filter(({ kind }) => kind === 'hold');
    const unknown = { kind: 'source-unknown', source, words: expect.stringMatching(words) };
    for (const { why } of held) expect(why).toMatchObject([unknown]);
    for (const { why } of during) expect(why).toContainEqual(expect.objectContaining(unknown));
    // One tick a minute of either function.
    expect(held).toHaveLength((TO - FROM) * holding);
    expect(during).toHaveLength((TO - FROM) * (QUEUES + FLEETS));
    expect(during.filter(({ what }) => /^(submit|launch)/.test(what))).toEqual([]);

    const live = (minute: number) =>
      samples
        .find(({ atSeconds }) => atSeconds === minute * 60)
        ?.fleets.reduce((n, { booting, joined, draining }) => n + booting + joined + draining, 0) ?? 0;
    for (let minute = FROM + 1; minute < TO; minute += 1) {
      expect(live(minute)).toBeLessThanOrEqual(live(minute - 1));
    }
    expect(summary).toMatchObject(EVERYTHING_DONE);
    expect(summary.jobsDone).toBe(summary.jobsArrived);
    expect(summary.holds).toBe(held.length);
  });
});
