import { describe, expect, it } from 'vitest';
import { suspension } from '../../cli/suspension.ts';

/** A process that can be asked to stop, and says what happens to it. */
const stoppable = () => {
  const said: string[] = [];
  let ask = () => {};
  const { whole } = suspension({
    onAsked: (stop) => {
      ask = stop;
    },
    before: () => said.push('cursor shown'),
    stop: () => said.push('stopped'),
    after: () => said.push('drawn again'),
  });
  return { said, whole, ask: () => ask() };
};

describe('Ctrl-Z', () => {
  it('stops at once while nothing is under way', () => {
    const { said, ask } = stoppable();
    ask();
    expect(said).toEqual(['cursor shown', 'stopped', 'drawn again']);
  });

  it('waits for the end of what is under way, and stops once', async () => {
    const { said, ask, whole } = stoppable();
    const work = Promise.withResolvers<string>();
    const answer = whole(() => work.promise);
    ask();
    ask();
    expect(said).toEqual([]);
    work.resolve('done');
    expect(await answer).toBe('done');
    expect(said).toEqual(['cursor shown', 'stopped', 'drawn again']);
    await whole(async () => {});
    expect(said).toHaveLength(3);
  });

  it('stops after work that fails as well', async () => {
    const { said, ask, whole } = stoppable();
    const work = Promise.withResolvers<never>();
    const answer = whole(() => work.promise);
    ask();
    work.reject(new Error('no'));
    await expect(answer).rejects.toThrow('no');
    expect(said).toContain('stopped');
  });
});
