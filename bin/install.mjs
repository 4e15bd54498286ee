// Brings node_modules in line with package-lock.json, so that `npm start` and `npm test` work right after a clone.
// Plain JavaScript: this runs on the Node that the machine has, before anything is installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const site = new URL('site/', root);
const stampIn = (folder) => new URL('node_modules/.aerie-installed', folder);
const MIN_NODE = 20;

const say = (text) => process.stderr.write(`${text}\n`);

const fail = (text) => {
  say(text);
  process.exit(2);
};

/** What has to be there: the lock without the project's own version, which a release changes. */
const wantedIn = (folder) => {
  const {
    version: _,
    packages,
    ...lock
  } = JSON.parse(readFileSync(new URL('package-lock.json', folder), 'utf8'));
  const own = { ...packages?.[''], version: undefined };
  return createHash('sha256')
    .update(JSON.stringify({ ...lock, packages: { ...packages, '': own } }))
    .digest('hex');
};

const isInstalledIn = (folder) =>
  existsSync(stampIn(folder)) && readFileSync(stampIn(folder), 'utf8') === wantedIn(folder);

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs npm and hands it what should end this process, so that none of them outlives the other. */
const npm = async (folder, ...args) => {
  // npm's own lines go to stderr: stdout belongs to the command that follows.
  const child = spawn('npm', args, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  let ended;
  const handOn = (signal) => {
    ended = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, handOn);
  const status = await new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', (code) => resolve(code));
  });
  if (ended !== undefined) process.exit(128 + constants.signals[ended]);
  for (const signal of SIGNALS) process.off(signal, handOn);
  return status;
};

const npmCi = async (folder, whose) => {
  say(`aerie: installing ${whose} packages (once, about half a minute) …`);
  // The packages run on the Node that is among them, whatever npm itself runs on: engines are not npm's to judge.
  const args = ['--loglevel=error', '--no-audit', '--no-fund', '--engine-strict=false'];
  if ((await npm(folder, 'ci', ...args)) !== 0) {
    fail(
      'aerie: npm ci failed, its reason stands above. Check the connection to the npm registry, then run this again.',
    );
  }
};

const nodeVersion = () => {
  try {
    return execFileSync(fileURLToPath(new URL('node_modules/.bin/node', root)), ['-v'], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'none';
  }
};

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const runs = (program, ...args) => spawnSync(program, args).status === 0;

/** Debian's packages that tests need, each with what tells that it is there. */
const FOR_TESTS = {
  // The page is tested in a real browser.
  chromium: () => BROWSERS.some((path) => existsSync(path)) || process.env.AERIE_BROWSER !== undefined,
  // What belongs to the project is what git has.
  git: () => runs('git', '--version'),
  // What runs on a worker is Python and shell.
  python3: () => runs('python3', '--version'),
  shellcheck: () => runs('shellcheck', '--version'),
  // The README's own commands are typed.
  awscli: () => runs('aws', '--version'),
  // Certificates are made for servers on this machine.
  openssl: () => runs('openssl', 'version'),
  // The endpoint's packages are built, and its unit is run by systemd.
  rpm: () => runs('rpmbuild', '--version'),
  'systemd-container': () => runs('systemd-nspawn', '--version'),
};

/** Where Debian's packages can be installed, what is missing is; elsewhere the tests that need it say so. */
const installForTests = () => {
  const missing = Object.entries(FOR_TESTS).flatMap(([name, isThere]) => (isThere() ? [] : [name]));
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say(`aerie: installing Debian’s ${missing.join(', ')} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 2, 2], env });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...missing);
};

if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
  fail(
    `aerie: Node ${MIN_NODE} or newer is needed, this is ${process.version}. Install it from nodejs.org or your packages.`,
  );
}
if (!isInstalledIn(root)) {
  await npmCi(root, 'its');
  const version = nodeVersion();
  if (!/^v(2[4-9]|[3-9]\d)\./.test(version)) {
    fail(
      `aerie: node_modules/.bin/node should be Node 24 or newer but is ${version}; run "npm rebuild node" and try again.`,
    );
  }
  writeFileSync(stampIn(root), wantedIn(root));
}
if (process.argv.includes('--for-docs') && !isInstalledIn(site)) {
  await npmCi(site, 'the documentation’s');
  writeFileSync(stampIn(site), wantedIn(site));
}
if (process.argv.includes('--for-tests')) installForTests();
