/** Keys that aerie has nothing for, by what they are called, with what to do. The first that fits counts. */
const OF_QUEUES: readonly (readonly [name: RegExp, why: string])[] = [
  [/^(siteid|nickname)$/, 'wmsqueue, or the older siteid, counts before it'],
  [/^batchqueue$/, "is the name on AutoPyFactory's side; it counts where arguments name it"],
  [/^batchstatusplugin$/, 'the endpoint sees the pool; nothing is to be done'],
  [/^batchstatus\./, 'the endpoint beside the schedd sees the pilots: endpointUrl of the stage says where'],
  [
    /^batchsubmitplugin$/,
    "pilots wait in the pool of aerie's endpoint, and run on its workers; nothing is to be done",
  ],
  [
    /^wmsstatus\.(condor|queue)\./,
    'the endpoint sees the jobs of its own pool only: endpointUrl of the stage says which',
  ],
  [/^wmsstatus\./, 'pandaUrl of the stage says where PanDA is'],
  [
    /^monitor(section|plugin|URL)?$/i,
    'aerie has metrics, alarms and "aerie status" of its own; the monitor of AutoPyFactory hears no more of the queue',
  ],
  [
    /^cleanlogs\./,
    "logs of pilots are the central manager's: give /var/log/aerie-pilots a rule of logrotate or tmpfiles.d",
  ],
  [/^(vo|grid|cloud|country|group)$/, 'counts only where arguments name it'],
  [/^(override|autofill|configplugin)$/, 'AutoPyFactory itself does not use it any more'],
  [/^status$/, "PanDA's own status of the site counts, in the chain"],
  [/^executable\.defaultarguments$/, 'executable.arguments does not name it: nothing reads it'],
  [
    /^(globusrsl|nordugridrsl)\.|^creamattr$|\.(nordugridrsl|globusrsl\w*)$/,
    'is about a remote CE; cores and memory that it asks for are cpus and memory-mb of the queue',
  ],
  [
    /\.gridresource$|\.(port|webservice|batch|queue|host|user)$/,
    "is where a remote CE is; pilots wait in aerie's own pool",
  ],
  [
    /\.(usessh|peaceful|killorder)$/,
    'the chain removes waiting pilots only, and a fleet drains its workers: drain-deadline-seconds',
  ],
  [/\.submitargs$/, 'the endpoint calls condor_submit itself; write what it has to say into the template'],
  [/\.environ$/, 'belongs to a submit plugin that the section does not use: nothing reads it'],
  [
    /\.security_groups$/,
    'workers are in the network of the stage, which has a security group of its own without a way in: network',
  ],
  [
    /\.ami_id$/,
    'an image of AutoPyFactory starts in another way than a worker of aerie: choose image of the stage by docs/worker.md',
  ],
  [/\.instance_type$/, 'belongs to a submit plugin that the section does not use: nothing reads it'],
  [/\.spot_price$/, 'belongs to a submit plugin that the section does not use: nothing reads it'],
  [/\.condor_attributes(\.|$)/, 'belongs to a submit plugin that the section does not use: nothing reads it'],
  [/^factoryconf$/, 'is for single submissions by hand'],
];

const OF_FLEETS: readonly (readonly [name: RegExp, why: string])[] = [
  [
    /^(wmsqueue|siteid|nickname)$/,
    'a fleet serves the pilots of the queues that name it, and plain jobs with +AerieFleet',
  ],
  [/^apfqueue\.sleep$/, 'a fleet decides each tickSeconds of the stage'],
  [/^executable(\.|$)/, "is what its machines ran: workers become HTCondor's startd by worker of the stage"],
  [
    /\.(condor_attributes|environ)(\.|$)/,
    'was about the machines as jobs: flavours of the fleet say what they have',
  ],
];

const OF_FACTORY: readonly (readonly [name: RegExp, why: string])[] = [
  [/^factoryAdminEmail$/, 'alarmEmail of the stage is who is told of alarms; give it there'],
  [
    /^factory(Id|User|SMTPServer|MinEmailRepeatSeconds)$/,
    'the name of the stage stands in its place; alarms come by SNS',
  ],
  [
    /^(queueConf|queueDirConf|proxyConf|authConf|monitorConf|mappingsConf)$/,
    'names a file of AutoPyFactory; give files with queues to aerie import too',
  ],
  [/^cycles$/, 'aerie goes on until it is paused: state'],
  [
    /^cleanlogs\./,
    "logs of pilots are the central manager's: give /var/log/aerie-pilots a rule of logrotate or tmpfiles.d",
  ],
  [
    /\.(sleep|interval|maxage)$|^config\.reconfig$/,
    'aerie has clocks of its own: pilots each minute, facts by docs/reference.md; settings count at once',
  ],
  [/^baseLogDir(Url)?$/, 'pilots log to /var/log/aerie-pilots, as their templates say; serve it from there'],
  [/^logserver\./, 'aerie serves no logs of pilots; any web server can'],
  [/^monitor\b/, 'aerie has metrics, alarms and "aerie status" of its own'],
  [/^config\.queues\./, 'AGIS is gone, and aerie has its queues from cdk.json and Parameter Store'],
  [/^abort_no_queues$/, 'a stage without queues is refused before it is deployed'],
];

const UNKNOWN = 'AutoPyFactory does not know it: it counts only where another key names it as %(…)s';

const whyIn =
  (tables: readonly (readonly (readonly [name: RegExp, why: string])[])[]) =>
  (key: string): string =>
    tables.flat().find(([name]) => name.test(key))?.[1] ?? UNKNOWN;

/** Why a key of a queue's section has no counterpart, and what to do. */
export const noCounterpart = whyIn([OF_QUEUES]);

/** The same of a section that is a fleet and no queue. */
export const noCounterpartOfFleet = whyIn([OF_FLEETS, OF_QUEUES]);

/** The same of a key of [Factory]. */
export const noCounterpartOfFactory = whyIn([OF_FACTORY]);
