import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, ROOT } from './pages.ts';
import { codeOf } from './typed.ts';

/**
 * What runs each command that the pages of today show: a file below test/, or of CI, and a word of it by which the command is found
 * there; or why nothing does.
 */
const RAN: Readonly<Record<string, readonly [file: string, word: string] | string>> = {
  aws: ['test/house/aws-commands.long.test.ts', "typedOn(page, 'aws')"],
  aerie: ['test/house/aerie-commands.test.ts', "typedOn(page, 'aerie')"],
  'npx cdk': ['test/deploy/readme.long.test.ts', 'readmeSteps'],

  'npm start': ['.ci/run', 'npm start'],
  'npm test': ['.github/workflows/quick.yml', 'npm test'],
  'npm ci': ['bin/install.mjs', "'ci'"],
  'npm install': ['test/bin/pack.long.test.ts', "'install'"],
  'npm pack': ['test/bin/pack.long.test.ts', "'pack'"],
  'npm version': ['test/bin/release.long.test.ts', "'version'"],
  'npm link': 'changes the machine that it runs on',
  'npm publish': 'refused: the package is private',
  'npm run bench': ['.ci/run', 'npm run bench'],
  'npm run check': ['package.json', 'npm run check && vitest'],
  'npm run deploy': ['test/deploy/deploy.long.test.ts', 'deploy'],
  'npm run destroy': ['test/deploy/deploy.long.test.ts', 'destroy'],
  'npm run docs': ['test/house/site.long.test.ts', "'docs'"],
  'npm run docs:check': ['test/house/prose.long.test.ts', "'docs:check'"],
  'npm run docs:serve':
    'stays until Ctrl-C; the pages that it serves are opened by test/house/site.long.test.ts',
  'npm run doctor': ['test/deploy/readme.long.test.ts', 'readmeSteps'],
  'npm run lab': ['test/lab/lab.long.test.ts', 'lab'],
  'npm run package': ['test/collector/package.long.test.ts', 'buildPackages'],
  'npm run release': ['test/bin/release.long.test.ts', "'release'"],
  'npm run synth': ['.ci/run', 'npm run synth'],
  'npm run test:all': ['.ci/run', 'npm run test:all'],
  'npm run test:deploy': 'a part of test:all by another name',
  'npm run test:faults': ['test/faults/faults.long.test.ts', 'faults'],
  'npm run test:kills': ['test/kills/kills.long.test.ts', 'kills'],
  'npm run test:mutants': 'takes hours; its parts have tests in test/mutants/',
  'npm run test:mutants:worker': 'takes hours',
  'npm run test:nova': 'takes more than an hour, and packages of OpenStack',
  'npm run test:nova:short': 'takes packages of OpenStack',
  '.ci/run': 'is what runs all of these',

  condor_advertise: ['test/lab/pool.long.test.ts', 'condor_advertise'],
  condor_attributes: 'is a key of AutoPyFactory, and no command',
  condor_config_val: ['test/collector/package.long.test.ts', 'condor_config_val'],
  condor_fetchlog: ['test/lab/worker-jobs.long.test.ts', 'condor_fetchlog'],
  condor_history: ['test/collector/see/ended.test.ts', 'condor_history'],
  condor_off: ['test/lab/existing-pool.long.test.ts', 'condor_off'],
  condor_q: ['test/lab/fleet-pool.ts', 'condor_q'],
  condor_qedit: 'the lab sends its jobs with the attribute, and edits none',
  condor_reconfig: ['test/lab/fleets.long.test.ts', 'condor_reconfig'],
  condor_reschedule: ['test/lab/worker-life.long.test.ts', 'condor_reschedule'],
  condor_rm: ['test/lab/fleet-pool.ts', 'condor_rm'],
  condor_ssh_to_job: ['test/lab/worker-jobs.long.test.ts', 'condor_ssh_to_job'],
  condor_status: ['test/lab/pool-users.long.test.ts', 'condor_status'],
  condor_submit: ['lab/jobs.ts', 'condor_submit'],
  condor_token_fetch: ['test/lab/pool.long.test.ts', 'condor_token_fetch'],
  condor_userprio: ['test/lab/fleets.long.test.ts', 'condor_userprio'],

  'aerie-endpoint': ['test/collector/package.long.test.ts', '--check'],
  'apt-get': ['test/collector/package.long.test.ts', "blockWith('Install', 'apt-get')"],
  curl: ['test/collector/package.long.test.ts', "blockWith('Install', 'curl')"],
  dnf: 'takes Enterprise Linux 9; the .rpm is compared file by file',
  journalctl: ['test/collector/package.long.test.ts', 'journalctl'],
  openssl: ['test/collector/package.long.test.ts', "blockWith('A certificate', 'openssl req')"],
  runuser: ['test/collector/package.long.test.ts', 'runuser'],
  systemctl: ['test/collector/package.long.test.ts', "blockWith('Install', 'systemctl enable --now')"],
  sha256sum: ['test/bin/release.long.test.ts', "'sha256sum'"],
  git: 'is of the reader’s own clone',
  'python3 -B -m unittest': ['test/worker/files.test.ts', 'outcomesOf'],
};

const COMMAND =
  /(?<=^|[(|;&] *|"\$\(|\$ )(?:[A-Z_]+=\S+ )*(?:(?:npx )?(aerie)(?= [a-z])|(aws|apt-get|dnf|openssl|systemctl|git) [a-z]|(npx cdk|npm run [a-z:-]+|npm (?!run)[a-z]+|condor_[a-z_]+|\.ci\/run|python3 -B -m unittest)|(journalctl|runuser|curl|sha256sum|aerie-endpoint) )/g;

const SHOWN = new Set(
  PAGES.filter((page) => !/^(CHANGELOG\.md|docs\/decisions\/)/.test(page))
    .flatMap(codeOf)
    .flatMap(({ text }) =>
      [...text.matchAll(COMMAND)].map(
        ([, aerie, program, whole, tool]) => aerie ?? program ?? whole ?? tool ?? '',
      ),
    ),
);

describe('the commands that pages show', () => {
  it('are run by something, or it is said why not', () => {
    expect([...SHOWN].filter((command) => RAN[command] === undefined)).toEqual([]);
  });

  it('are all that is listed here', () => {
    expect(Object.keys(RAN).filter((command) => !SHOWN.has(command))).toEqual([]);
  });

  const files = Object.entries(RAN).flatMap(([command, by]) =>
    typeof by === 'string' ? [] : [{ command, file: by[0], word: by[1] }],
  );

  it.each(files)('$command is in $file', ({ file, word }) => {
    expect(existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), 'utf8')).toContain(word);
  });
});
