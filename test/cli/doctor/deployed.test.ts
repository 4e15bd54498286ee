import { describe, it } from 'vitest';
import { BROKEN_STACK } from './broken-stack.ts';
import { findsOnly } from './found.ts';

describe('one thing that is broken is found by its name, with what mends it, and nothing else is', () => {
  it.each(BROKEN_STACK)('$what: $level $kind', findsOnly);
});
