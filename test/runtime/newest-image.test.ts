import { describe, expect, it } from 'vitest';
import { newestImage, withImage } from '../../runtime/newest-image.ts';
import { STAGE } from '../core/worlds.ts';

const PARAMETER = '/imagebuilder/aerie/dev/image';

/** A parameter that answers these, one after the other. */
const answering = (...answers: readonly (string | undefined | Error)[]) => {
  const left = [...answers];
  return async () => {
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
};

describe('the newest image', () => {
  it('is none, and nothing is asked, where the stage has no pipeline', async () => {
    const image = newestImage(undefined, answering(new Error('asked')));
    expect(await image()).toBeUndefined();
  });

  it('is read anew for each tick, from none to the first to the next', async () => {
    const image = newestImage(PARAMETER, answering(undefined, 'ami-1', 'ami-2'));
    expect([await image(), await image(), await image()]).toEqual([undefined, 'ami-1', 'ami-2']);
  });

  it('stays what it was while it cannot be read', async () => {
    const image = newestImage(PARAMETER, answering('ami-1', new Error('throttled'), 'ami-2'));
    expect([await image(), await image(), await image()]).toEqual(['ami-1', 'ami-1', 'ami-2']);
  });

  it('fails the tick where it was never read: what the template has may be long out of use', async () => {
    const image = newestImage(PARAMETER, answering(new Error('throttled'), 'ami-1'));
    await expect(image()).rejects.toThrow('throttled');
    expect(await image()).toBe('ami-1');
  });

  it('takes the place of the image of the template, whose version stays', () => {
    expect(withImage(STAGE, 'ami-1').template).toEqual({ ...STAGE.template, imageId: 'ami-1' });
    expect(withImage(STAGE, undefined)).toBe(STAGE);
  });
});
