import { expect, it } from 'vitest';
import type { LaunchOutcome } from '../../../core/model/launch.ts';
import { endInWords } from '../../../core/tell/ends.ts';
import { outcomeInWords } from '../../../core/tell/outcome.ts';

const OFFER = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
const SAID = { code: 'E', why: 'E: no' };

const answered = (launched: number, refused = 0): LaunchOutcome => ({
  kind: 'answered',
  launched: Array.from({ length: launched }, (_, n) => ({ instanceId: `i-${n}`, offer: OFFER })),
  refused: Array.from({ length: refused }, () => ({ ...SAID, offer: OFFER, class: 'capacity' })),
});

it.each<readonly [LaunchOutcome, string]>([
  [answered(3), 'whole: 3 of 3 launched'],
  [answered(4), 'whole: 4 of 3 launched'],
  [answered(2, 1), 'partial: 2 of 3 launched; m6i.large in us-east-1a: E: no'],
  [answered(0, 2), 'empty: 0 of 3 launched; m6i.large in us-east-1a: E: no; m6i.large in us-east-1a: E: no'],
  [{ kind: 'throttled', ...SAID }, 'throttled: E: no'],
  [{ kind: 'unclear', why: 'a timeout' }, 'unclear: a timeout'],
  [{ kind: 'unheard', ...SAID }, 'unheard: E: no'],
  [{ kind: 'mismatched', ...SAID }, 'mismatched: E: no'],
  [{ kind: 'spent', ...SAID }, 'spent: E: no'],
  [{ kind: 'rejected', class: 'unsupported', ...SAID }, 'rejected: E: no'],
])('an outcome is kept with what EC2 said of it: %#', (outcome, words) => {
  expect(outcomeInWords(outcome, 3)).toBe(words);
});

it.each([
  ['Server.InternalError', 'Server.InternalError: it broke', 'Server.InternalError: it broke'],
  ['Server.InternalError', 'it broke', 'Server.InternalError: it broke'],
  ['Server.InternalError', '', 'Server.InternalError'],
  ['', 'it broke', 'it broke'],
])('why an instance has ended names its code once: %j with %j', (code, message, words) => {
  expect(endInWords({ code, message })).toBe(words);
});
