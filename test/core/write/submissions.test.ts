import { describe, expect, it } from 'vitest';
import { NO_MEMORY, withSubmission } from '../../../core/write/submissions.ts';
import { NOW, submission } from '../worlds.ts';

describe('what is remembered of the pilots that a queue was given', () => {
  const first = submission(3, NOW);
  const after = withSubmission(NO_MEMORY('BNL'), first);

  it('begins with nothing, and counts all that were ever submitted', () => {
    expect(after).toEqual({ queue: 'BNL', pilotsEver: 3, recent: [first] });
    expect(withSubmission(after, submission(4, NOW + 60))).toEqual({
      ...{ queue: 'BNL', pilotsEver: 7 },
      recent: [first, submission(4, NOW + 60)],
    });
  });

  it('counts a submission once, however often it is written down', () => {
    expect(withSubmission(after, first)).toBe(after);
    expect(withSubmission(after, { ...first, count: 9 })).toBe(after);
  });

  it.each([
    [899, 2],
    [900, 1],
  ])(
    'forgets those that every view has shown since, and not how many they were: after %i s',
    (age, recent) => {
      const later = withSubmission(after, submission(1, NOW + age));
      expect(later.recent).toHaveLength(recent);
      expect(later.pilotsEver).toBe(4);
    },
  );
});
