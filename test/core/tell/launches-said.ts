import type { LaunchReason } from '../../../core/model/reason-launches.ts';
import type { SaidOf } from './said.ts';

const two = { pilots: 2, cpus: 8, memoryMb: 16_000 };
const template = { id: 'lt-0a1b', version: '2' };
const newest = { id: 'lt-0a1b', version: '3' };
const breaker = 'template lt-0a1b version 3';
const spent = { dollars: 8, limitDollars: 10 };
const month = '2027-01';

/** Reasons of launches, each with its sentence. */
export const LAUNCHES: SaidOf<LaunchReason> = {
  'fleet-paused': [[{}, 'the fleet is paused']],
  'fleet-in-shadow': [
    [
      { launches: [], wake: 0, letSleep: 0, undrain: 0, drain: 0, terminate: 0 },
      'the fleet is in shadow: it would do nothing now, and does nothing',
    ],
    [
      {
        launches: [{ workers: 3, flavours: ['m6i.large', 'm6a.large'], market: 'spot' }],
        ...{ wake: 2, letSleep: 4, undrain: 1, drain: 5, terminate: 6 },
        ...{ dollarsPerHour: 0.5, isListed: true },
      },
      'the fleet is in shadow: it would launch 3 of m6i.large/m6a.large spot, wake 2, let 4 sleep, take 1 drain back, drain 5, end 6 now, for at most $0.50 an hour at list prices, and does nothing',
    ],
    [
      {
        launches: [{ workers: 1, flavours: ['m6i.large'], market: 'on-demand' }],
        ...{ wake: 0, letSleep: 0, undrain: 2, drain: 0, terminate: 0, dollarsPerHour: 0.1 },
      },
      'the fleet is in shadow: it would launch 1 of m6i.large on-demand, take 2 drains back now, for at most $0.10 an hour, and does nothing',
    ],
  ],
  'jobs-waiting': [
    [
      { pilots: 0, plainJobs: 3, onJoined: 2, onBooting: 1 },
      '3 jobs wait; 2 of them fit on joined workers, 1 on booting ones',
    ],
    [
      { pilots: 5, plainJobs: 3, onJoined: 2, onBooting: 1 },
      '5 waiting pilots have jobs, and 3 other jobs wait; 2 of them fit on joined workers, 1 on booting ones',
    ],
    [
      { pilots: 5, plainJobs: 0, onJoined: 2, onBooting: 1 },
      '5 waiting pilots have jobs; 2 of them fit on joined workers, 1 on booting ones',
    ],
  ],
  'pilots-asked-for': [[{ pilots: 2 }, '2 of them have no job behind them, and the chain asks for them']],
  'jobs-landing': [
    [
      { jobs: 5, unplaced: 3 },
      '5 jobs land before a worker launched now takes pilots; 3 of them fit on no worker',
    ],
  ],
  wake: [[{ workers: 3, flavours: ['m6i.large', 'm6a.large'] }, 'wake 3 as m6i.large/m6a.large']],
  'landings-untold': [
    [{}, 'nothing is launched ahead, landings are not known: the endpoint has no landingsFile'],
  ],
  'landings-incomplete': [
    [{ words: 'old' }, 'nothing is launched ahead, landings are not known: old'],
    [{}, 'nothing is launched ahead, landings are not known: no reason given'],
    [
      { words: 'at landings.1.at: none', unreadable: 2 },
      'landings that cannot be read and do not count: 2; the first: at landings.1.at: none',
    ],
    [{ unreadable: 1 }, 'landings that cannot be read and do not count: 1; the first: no reason given'],
  ],
  launch: [
    [
      { workers: 7, flavours: ['m6i.large', 'm6a.large'], market: 'on-demand' },
      'launch 7 of m6i.large/m6a.large on-demand',
    ],
    [
      { workers: 3, flavours: ['m6i.large'], market: 'spot', trialOffers: 1 },
      'launch 3 of m6i.large spot in 1 offers alone: EC2 refuses one of more and does not say which',
    ],
  ],
  'fits-no-flavour': [
    [
      { ...two, lack: { knob: 'cpus', why: 'is 8, and 4 is the most' } },
      "2 jobs of 8 cores and 16000 MB fit on none of the fleet's flavours: cpus is 8, and 4 is the most",
    ],
    [two, "2 jobs of 8 cores and 16000 MB fit on none of the fleet's flavours"],
    [
      { ...two, canary: true },
      '2 jobs of 8 cores and 16000 MB fit on no worker that was seen, and should by its type: one is launched to see',
    ],
  ],
  'jobs-outlast-workers': [
    [
      { ...two, wallSeconds: 7200, maxLifeSeconds: 3600 },
      '2 jobs of 8 cores and 16000 MB may run for 7200 s, and no worker lives as long: max-life-seconds is 3600',
    ],
  ],
  'offers-cooling': [[two, 'every offer for 2 jobs of 8 cores and 16000 MB was refused lately']],
  'offers-unsupported': [
    [
      two,
      'no zone of the stage has a type for 2 jobs of 8 cores and 16000 MB: EC2 supports none of them there',
    ],
  ],
  'workers-kept': [[{ workers: 3, missing: 2 }, '3 workers are kept whatever waits; 2 of them are missing']],
  'jobs-restarting': [[{ jobs: 2 }, '2 jobs lost their spot machine: theirs is on demand now']],
  'workers-unclaimed': [
    [
      { workers: 3, jobs: '1c-2000m-10000d-0g' },
      'the last 3 workers for jobs of 1c-2000m-10000d-0g stayed empty while such jobs waited: their requirements may refuse these machines; none is launched for them now',
    ],
    [
      { workers: 3, jobs: '1c-2000m-10000d-0g', canary: true },
      'the last 3 workers for jobs of 1c-2000m-10000d-0g stayed empty while such jobs waited: their requirements may refuse these machines; one more is tried',
    ],
  ],
  'capped-by-fleet': [
    [{ workers: 43 }, '43 more are kept back by max-workers, max-cores, max-booting or max-launch-per-tick'],
  ],
  'capped-by-budget': [[{ workers: 5 }, "5 more are kept back by the fleet's budget"]],
  'hour-budget': [[spent, 'workers cost, in an hour, $8.00 of $10.00']],
  'month-budget': [[{ ...spent, month }, 'spent and committed in 2027-01: $8.00 of $10.00']],
  'older-template': [
    [
      { template, newest },
      'workers are launched from version 2 of the template: none of version 3 of the template has joined lately',
    ],
    [
      { template, newest: { ...newest, imageId: 'ami-2' }, canary: true },
      'workers are launched from version 2 of the template: none of version 3 of the template with ami-2 has joined lately; one canary is tried',
    ],
  ],
  'image-unknown': [
    [{ words: 'slow' }, 'the newest image is unknown, so nothing is launched: slow'],
    [
      { instead: { ...newest, imageId: 'ami-2' }, words: 'slow' },
      'the newest image is unknown, so workers are launched from version 3 of the template with ami-2: slow',
    ],
  ],
  'launches-throttled': [[{ leftSeconds: 42 }, 'EC2 throttled the last launch: the next one in 42 s']],
  'launches-paced': [[{ mostWorkers: 5 }, 'EC2 throttled launches lately: at most 5 workers in this tick']],
  'breaker-open': [
    [
      { breaker, failures: 5, canary: 'launched' },
      'the last 5 workers of template lt-0a1b version 3 never joined: only a canary is launched',
    ],
    [
      { breaker, failures: 10, orMore: true, canary: 'on-its-way' },
      'the last 10 or more workers of template lt-0a1b version 3 never joined: a canary is on its way, nothing else is launched',
    ],
  ],
  'offers-left-out': [[{ offers: 2 }, '2 offers are left out, whose workers never joined']],
  'boots-ended': [
    [
      { workers: 2, reason: { code: 'Client.InternalError', message: 'Client.InternalError: on launch' } },
      '2 workers ended before they joined: Client.InternalError: on launch',
    ],
    [
      {
        workers: 1,
        instanceId: 'i-00000003',
        reason: { code: 'Client.VolumeLimitExceeded', message: '' },
      },
      'i-00000003 ended before it joined: Client.VolumeLimitExceeded',
    ],
    [
      { workers: 2, reason: { code: 'Server.Gone', message: 'no more' } },
      '2 workers ended before they joined: Server.Gone: no more',
    ],
  ],
};
