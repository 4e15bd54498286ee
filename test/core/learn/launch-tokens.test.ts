import { describe, expect, it } from 'vitest';
import { launchTokens } from '../../../core/learn/launch-tokens.ts';
import { TAG } from '../../../core/model/names.ts';
import { inLedger, NOW, openLaunch } from '../worlds.ts';

const launched = (count: number, secondsAgo: number, cloud = 'i') =>
  Array.from({ length: count }, (_, i) =>
    inLedger(`${cloud}-${secondsAgo}-${i}`, { kind: 'booting' }, { launchedAt: NOW - secondsAgo }),
  );

describe('the tokens that EC2 has left for launches', () => {
  it.each<readonly [string, number, Parameters<typeof launchTokens>[0]]>([
    ['are all where nothing was launched', 1000, []],
    ['are what 900 leave', 100, launched(900, 0)],
    ['come back by two a second', 220, launched(900, 60)],
    ['are all again after a while', 1000, launched(900, 600)],
    ['are none less than none: EC2 had some that aerie did not know of', 20, launched(1200, 10)],
    [
      'are what several launches leave, with what came back between them',
      200,
      [...launched(500, 100), ...launched(500, 50)],
    ],
    [
      'are the same in whichever order the ledger has them',
      200,
      [...launched(500, 50), ...launched(500, 100)],
    ],
    [
      'are no more than there is room for, however long nothing was launched',
      900,
      [...launched(10, 490), ...launched(100, 0)],
    ],
    [
      'know nothing of launches from before they could all come back',
      1000,
      [...launched(1000, 501), ...launched(500, 400)],
    ],
    ['wait for no launch that a clock ahead has written', 1000, launched(900, -30)],
    ['are not what another cloud takes', 1000, launched(900, 0, 'os')],
  ])('%s', (_, tokens, workers) => {
    expect(launchTokens(workers, [], NOW)).toBe(tokens);
  });

  it('are taken by launches that are open, on EC2', () => {
    const open = openLaunch(300, NOW);
    expect(launchTokens([], [open], NOW)).toBe(700);
    const elsewhere = {
      ...open,
      request: { ...open.request, tags: { ...open.request.tags, [TAG.cloud]: 'site' } },
    };
    expect(launchTokens([], [elsewhere], NOW)).toBe(1000);
  });
});
