import { describe, expect, it } from 'vitest';
import { PAGES, textOf } from '../house/pages.ts';

describe.each(PAGES)('%s', (page) => {
  it('puts parameters with their type, and no secret on a command line', () => {
    for (const [command] of textOf(page)
      .replaceAll('\\\n', ' ')
      .matchAll(/aws ssm put-parameter[^`\n]*(\n[^`\n]*)?/g)) {
      if (!command.includes('--name')) continue;
      expect(command).toMatch(/--type (String|SecureString)\b/);
      if (command.includes('SecureString')) expect(command).toMatch(/--value\s+file:\/\//);
    }
  });
});
