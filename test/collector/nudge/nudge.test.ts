import { beforeEach, describe, expect, it } from 'vitest';
import { nudger } from '../../../collector/nudge/nudge.ts';
import { type Nudging, nudging } from '../../../collector/nudge/nudging.ts';

let now: number;
let rule: Nudging;
let asking: Pick<Nudging, 'asked'>;
/** What the schedd would answer. */
let isNew: boolean;
/** Why SQS takes nothing. */
let refused: string | undefined;
let happened: string[];
let due: (() => void) | undefined;

beforeEach(() => {
  now = 0;
  rule = nudging(() => now);
  isNew = false;
  refused = undefined;
  happened = [];
  due = undefined;
  asking = nudger({
    nudging: rule,
    async seesNew(since) {
      happened.push(`look since ${since}`);
      return isNew;
    },
    async send(url) {
      happened.push(`send to ${url}`);
      return refused;
    },
    outdate: () => happened.push('outdate'),
    later(_, act) {
      due = act;
    },
    tell: (words) => happened.push(words),
    count: (outcome) => happened.push(outcome),
  });
});

/** A second passes, and what it brings. */
const pass = async (seconds: number) => {
  for (let n = 0; n < seconds; n += 1) {
    now += 1;
    due?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const tick = (url = 'one') => asking.asked({ url, tickSeconds: 60 }, 1_000 + now);
const took = () => happened.splice(0);

describe('the endpoint', () => {
  it('looks for nothing before a tick has asked', async () => {
    isNew = true;
    await pass(30);
    expect(took()).toEqual([]);
  });

  it('sends one nudge for new jobs, and shows the tick that comes of it a new view', async () => {
    tick();
    await pass(7);
    expect(took()).toEqual(['look since 1000', 'look since 1000', 'look since 1000']);
    isNew = true;
    await pass(3);
    expect(took()).toEqual(['look since 1000', 'outdate', 'send to one', 'sent']);
  });

  it('says once that nudges do not come through, and once that they do again', async () => {
    tick();
    isNew = true;
    refused = 'SQS answered 403';
    await pass(20);
    const failing = took().filter((line) => !/^(look|outdate|send)/.test(line));
    expect(failing).toEqual([
      'failed',
      'the workers tick cannot be nudged, and comes by itself only: SQS answered 403',
      'failed',
      'failed',
      'failed',
    ]);
    refused = undefined;
    await pass(10);
    expect(took().filter((line) => !/^(look|outdate|send)/.test(line))).toEqual([
      'sent',
      'the workers tick can be nudged again',
      'sent',
    ]);
  });

  it('begins anew after a restart, with what the next tick says', async () => {
    tick('before');
    // Nothing is kept: another process has another rule.
    rule = nudging(() => now);
    expect(rule.wanted()).toBeUndefined();
    rule.asked({ url: 'after', tickSeconds: 60 }, 1_000);
    now += 6;
    expect(rule.wanted()?.url).toBe('after');
  });
});
