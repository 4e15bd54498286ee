import { describe, expect, it } from 'vitest';
import { isSameTemplate, tagsOf, templateIn, templateKey } from '../../../core/model/templates.ts';

const PLAIN = { id: 'lt-1', version: '2' };
const OTHER = { ...PLAIN, imageId: 'ami-1' };

describe('what workers are launched from', () => {
  it('is told apart by version and image, under keys that stand in the ledger', () => {
    expect([templateKey(PLAIN), templateKey(OTHER)]).toEqual(['lt-1#2', 'lt-1#2#ami-1']);
    expect(isSameTemplate(PLAIN, { ...PLAIN })).toBe(true);
    for (const other of [OTHER, { ...PLAIN, version: '3' }, { ...PLAIN, id: 'lt-2' }])
      expect(isSameTemplate(PLAIN, other)).toBe(false);
  });

  it('is read from the tags of an instance, if they have both of what EC2 tags', () => {
    const tags = { 'aws:ec2launchtemplate:id': 'lt-1', 'aws:ec2launchtemplate:version': '2' };
    expect(templateIn(tags)).toStrictEqual(PLAIN);
    expect(templateIn({ ...tags, ...tagsOf(OTHER) })).toStrictEqual(OTHER);
    expect(tagsOf(PLAIN)).toStrictEqual({});
    for (const name of Object.keys(tags)) {
      const { [name]: _, ...rest } = { ...tags, ...tagsOf(OTHER) } as Record<string, string>;
      expect(templateIn(rest)).toBeUndefined();
    }
  });
});
