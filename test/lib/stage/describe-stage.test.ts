import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STAGE_SETTINGS } from '../../../lib/stage/block.ts';
import { describeStage } from '../../../lib/stage/describe-stage.ts';
import { textOf } from '../../../lib/stage/setting.ts';

describe('docs/stage.md', () => {
  it('is what the table of settings says', () => {
    expect(readFileSync(new URL('../../../docs/stage.md', import.meta.url), 'utf8')).toBe(describeStage());
  });

  it.each(Object.entries(STAGE_SETTINGS))('says of %s whether it has to be given', (name, schema) => {
    const mayBeLeftOut = schema.safeParse(undefined).success;
    expect(textOf(name, schema).fallback !== undefined).toBe(mayBeLeftOut);
  });
});
