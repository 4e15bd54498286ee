import { existsSync } from 'node:fs';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the browser of the tests is; undefined: there is none, and only CI insists on one. */
export const executablePath =
  process.env.AERIE_BROWSER || CANDIDATES.find((candidate) => existsSync(candidate));

export const MISSING = 'no browser: install chromium, or set AERIE_BROWSER to one';

/** Everything that a browser would otherwise do of its own accord beyond this machine is off. */
export const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
