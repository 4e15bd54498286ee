/** A part of the site: its heading, and its pages by their path from the root, with what the menu calls each. */
export interface Part {
  readonly heading: string;
  readonly pages: readonly (readonly [path: string, name: string])[];
}

/**
 * The order in which the pages are read. The menu is made of it, and what stands at the end of every page as the next one. A test holds
 * it to the pages that are there.
 */
export const ORDER: readonly Part[] = [
  {
    heading: 'What and why',
    pages: [
      ['README.md', 'aerie'],
      ['docs/why.md', 'For whom, and for whom not'],
    ],
  },
  {
    heading: 'See it',
    pages: [
      ['docs/see.md', 'In two commands'],
      ['docs/summary.md', 'What a run says'],
      ['docs/lab.md', 'A real pool in a box'],
    ],
  },
  {
    heading: 'Deploy it',
    pages: [
      ['docs/deploy.md', 'Which way is yours'],
      ['docs/stage.md', 'Settings of a stage'],
      ['docs/endpoint.md', 'The endpoint'],
      ['docs/worker.md', 'Workers'],
      ['docs/images.md', 'Images of your own'],
      ['docs/doctor.md', 'The doctor'],
      ['docs/first-hour.md', 'The first hour'],
      ['docs/openstack.md', 'OpenStack'],
      ['docs/import.md', 'From AutoPyFactory'],
      ['docs/library.md', 'In a CDK app of your own'],
    ],
  },
  {
    heading: 'Run it',
    pages: [
      ['docs/operations.md', 'Day by day'],
      ['docs/alarms.md', 'Alarms'],
      ['docs/runbooks/ticks.md', 'Runbook: ticks, audit, events'],
      ['docs/runbooks/facts.md', 'Runbook: facts, settings, certificates'],
      ['docs/runbooks/workers.md', 'Runbook: workers'],
      ['docs/runbooks/ec2.md', 'Runbook: what EC2 refuses'],
      ['docs/runbooks/strays.md', 'Runbook: machines that nobody knows'],
      ['docs/runbooks/money.md', 'Runbook: budgets'],
      ['docs/money.md', 'Money'],
      ['docs/simulate.md', 'What my own load would cost'],
      ['docs/accounting.md', 'Accounting'],
      ['docs/tuning.md', 'Changes'],
      ['docs/shadow.md', 'In shadow'],
      ['docs/upgrade.md', 'Upgrade, roll back, remove'],
      ['docs/commands.md', 'Commands'],
    ],
  },
  {
    heading: 'Understand it',
    pages: [
      ['docs/architecture.md', 'Architecture'],
      ['docs/reliability.md', 'Reliability'],
      ['docs/security.md', 'Security'],
      ['docs/bench.md', 'Beside others'],
      ['docs/bench/tables.md', 'All figures'],
      ['docs/verified.md', 'What is verified'],
      ['docs/decisions/README.md', 'Decisions'],
    ],
  },
  {
    heading: 'Reference',
    pages: [
      ['docs/settings.md', 'Queues and fleets'],
      ['docs/chain.md', 'The chain'],
      ['docs/metrics.md', 'Metrics'],
      ['docs/api.md', 'The endpoint’s API'],
      ['docs/reference.md', 'Limits, rules, tables'],
      ['docs/release.md', 'Releases'],
      ['CHANGELOG.md', 'Changelog'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['SECURITY.md', 'Telling of a weakness'],
    ],
  },
];
