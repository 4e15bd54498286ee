import type { PilotReason } from '../../../core/model/reason-pilots.ts';
import type { SaidOf } from './said.ts';

/** Reasons of pilots, each with its sentence; those of the chain's steps stand with the plugins that give them. */
export const PILOTS: SaidOf<PilotReason> = {
  'queue-paused': [[{}, 'the queue is paused']],
  'queue-drained': [[{}, 'the queue is drained']],
  'queue-in-shadow': [
    [{ submit: 0, remove: 0 }, 'the queue is in shadow: it would do nothing now, and does nothing'],
    [{ submit: 5, remove: 0 }, 'the queue is in shadow: it would submit 5 pilots now, and does nothing'],
    [{ submit: 0, remove: 3 }, 'the queue is in shadow: it would remove 3 pilots now, and does nothing'],
  ],
  'idle-pilots-removed': [[{}, 'its idle pilots are removed']],
  'pilots-without-jobs': [[{ idlePilots: 5 }, '5 idle pilots have no job behind them']],
  'pilots-of-no-fleet': [
    [{ fleet: 'gpu', idlePilots: 5 }, '5 idle pilots wait for fleet gpu, which does not exist any more'],
  ],
  'pilots-seen': [
    [{ activated: 2, taken: 0, waiting: 1, running: 7 }, 'activated 2, pilots waiting 1, running 7'],
    [
      { activated: 9, taken: 4, waiting: 1, running: 7 },
      'activated 9 (4 of them taken since), pilots waiting 1, running 7',
    ],
  ],
  'credential-ends': [
    [{ leftSeconds: 7300, endsAt: 1_800_007_300 }, 'the credential of its pilots ends in 2 h: renew it'],
    [{ leftSeconds: 0, endsAt: 1_800_000_000 }, 'the credential of its pilots ends in 0 h: renew it'],
    [{ leftSeconds: -3700, endsAt: 1_799_996_300 }, 'the credential of its pilots ended 1 h ago: renew it'],
    [{ leftSeconds: 0, endsAt: 1_800_000_000 }, 'the credential of its pilots ends in 0 h: renew it'],
    [{ leftSeconds: -1, endsAt: 1_799_999_999 }, 'the credential of its pilots ended 0 h ago: renew it'],
    [
      { leftSeconds: -1_800_000_000 },
      'the credential of its pilots cannot be read: put a valid one in its place',
    ],
    [
      { leftSeconds: 7300, endsAt: 1_800_007_300, file: '/etc/grid-security/ca.r0' },
      '/etc/grid-security/ca.r0 on the central manager ends in 2 h: renew it',
    ],
  ],
  'tokens-end-first': [
    [
      { tokenSeconds: 3600, lifeSeconds: 7200 },
      'workers may live 7200 s and their tokens only 3600 s: raise joining.tokenSeconds of the endpoint',
    ],
  ],
  'site-shut': [[{ status: 'standby' }, 'PanDA has the site in standby: no pilots']],
  'site-status-strange': [
    [{ status: 'weird' }, 'PanDA has the site in "weird", a status that aerie does not know: no pilots'],
  ],
  'pilots-empty-handed': [
    [
      { short: 19, ended: 20, shortSeconds: 300 },
      '19 of the 20 pilots of the last hour ended within 300 s and PanDA has no job on any: one at a time until one lives',
    ],
  ],
  'submissions-unshown': [
    [
      { submitted: 200, missing: 200, limitSeconds: 120 },
      "200 of 200 pilots that were submitted show in no view 120 s later: the schedd has them under another queue, universe or owner, or has not made jobs of them. See the queue's template; until then one is submitted now and then, to see",
    ],
  ],
  'chain-moved': [
    [{ plugin: 'MaxPerCycle', parameters: [50], from: 80, to: 50, seen: [] }, 'MaxPerCycle(50): 80 -> 50'],
  ],
  'chain-counted': [
    [
      {
        ...{ plugin: 'Ready', parameters: [], plus: [{ of: 'ready', count: 100 }] },
        ...{ minus: [{ of: 'pending', count: 20 }], to: 80 },
      },
      'Ready: 100 ready - 20 pending = 80',
    ],
  ],
  'chain-by-status': [
    [{ plugin: 'Activated', status: 'offline', to: 0 }, 'Activated: the site is offline = 0'],
  ],
  'chain-stuck': [
    [
      { plugin: 'StatusTest', missing: { kind: 'site-status' } },
      "StatusTest has no answer without the site's status in PanDA",
    ],
    [
      {
        plugin: 'Throttle',
        missing: { kind: 'short-pilots', wantedSeconds: 10, countedSeconds: 300 },
      },
      'Throttle has no answer without the pilots that ran under 10 s (the pool counts those under 300 s)',
    ],
  ],
  'count-impossible': [
    [{ count: 'ready', value: 'NaN' }, 'ready is NaN; expected a whole number of 0 or more'],
  ],
  'short-impossible': [
    [
      { short: '3', ended: '2' },
      '3 of 2 ended pilots are short; expected whole numbers, the first not above the second',
    ],
  ],
};
