/** What each command does, in one line: known without loading any. */
export const DOES = {
  status: 'Shows a stage: how old its facts are, what is on, each queue and each fleet.',
  top: 'Shows what status shows, again and again, until Ctrl-C.',
  why: 'Says the one thing that limits a queue or a fleet, since when, what it rests on, and what mends it.',
  workers: 'Lists the workers that live, or with --lost those that were lost, and why.',
  worker: 'Tells the story of one worker, from the wish for it to its end, and what it said on its console.',
  history:
    'Tells a line an hour: what was ready, launched, joined and useless, core-hours, dollars and holds.',
  try: 'Says what would have been with other settings: launches, waits and dollars. It changes nothing.',
  simulate:
    'Plays a load of your own on a stage’s settings: waits, machines, dollars, what limits. It changes nothing.',
  replay: 'Decides again what was decided, on what it rested on then, by the code of this checkout.',
  accounting:
    'Accounts for a month: core-hours and dollars by fleet, flavour and market, pilots’ core-hours by queue.',
  holds: 'Lists when queues and fleets held, from when to when, and for which cause.',
  alarms: 'Lists the alarms that are on: what they mean, how long they can wait, and where to look.',
  get: 'Shows the settings in force of queues and fleets, and what stands there that cannot be used.',
  set: 'Changes settings of a queue or a fleet; KNOB= gives it its default back.',
  mode: 'Puts queues and fleets in shadow, where they decide and tell and do nothing, or lets them act again.',
  pause: 'Begins nothing new for a queue or a fleet; what runs goes on.',
  resume: 'Lets a queue or a fleet go on that was paused or drained.',
  drain:
    'Lets a queue or a fleet come to its end: no new pilots, or every worker leaves when its jobs are done.',
  stop: 'Drains every queue and every fleet: no pilot is submitted, nothing is launched, every worker leaves.',
  import: "Makes a stage of an AutoPyFactory's configuration, and says what became of every key.",
  'new-stage': 'Makes a stage in cdk.json, of eight answers: its name and the options below.',
  plan: 'Says what a deploy of a stage makes, what it costs without workers, and what its caps can cost.',
  rights: 'Prints the IAM policy for who looks at a stage, or for who also changes its settings.',
  completion: 'Prints what makes a shell complete the commands and their options.',
} as const;
