import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../core/model/snapshot.ts';
import { newestImage, withImage } from '../../../runtime/observe/newest-image.ts';
import { NOW, STAGE } from '../../core/worlds.ts';

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

const at = (imageId: string | undefined, now = NOW) => known(imageId, now);

describe('the newest image', () => {
  it('is none, and nothing is asked, where the stage has no pipeline', async () => {
    const image = newestImage(undefined, answering(new Error('asked')));
    expect(await image(NOW)).toEqual(at(undefined));
  });

  it('is read anew for each tick, from none to the first to the next', async () => {
    const image = newestImage(PARAMETER, answering(undefined, 'ami-1', 'ami-2'));
    expect([await image(NOW), await image(NOW), await image(NOW)]).toEqual([
      at(undefined),
      at('ami-1'),
      at('ami-2'),
    ]);
  });

  it.each([
    ['it cannot be read', new Error('throttled')],
    ['its parameter has gone', undefined],
  ])('stays what it was while %s', async (_, answer) => {
    const image = newestImage(PARAMETER, answering('ami-1', answer, 'ami-2'));
    expect([await image(NOW), await image(NOW + 60), await image(NOW + 120)]).toEqual([
      at('ami-1'),
      at('ami-1'),
      at('ami-2', NOW + 120),
    ]);
  });

  it('is unknown where it was never read: what the template has may be long out of use', async () => {
    const image = newestImage(PARAMETER, answering(new Error('throttled'), 'ami-1'));
    expect(await image(NOW)).toEqual(unknown('throttled'));
    expect(await image(NOW)).toEqual(at('ami-1'));
  });

  it('takes the place of the image of the template, whose version stays', () => {
    expect(withImage(STAGE, at('ami-1')).template).toEqual({ ...STAGE.template, imageId: 'ami-1' });
    expect(withImage(STAGE, at(undefined))).toBe(STAGE);
    expect(withImage(STAGE, unknown('throttled'))).toEqual({ ...STAGE, imageUnknown: 'throttled' });
  });
});
