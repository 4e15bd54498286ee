import { readFileSync } from 'node:fs';

const script = (name: string): string =>
  readFileSync(new URL(`./scripts/${name}.sh`, import.meta.url), 'utf8');

const SHELL = '#!/bin/sh\nset -e\n';

/** What dpkg runs, by the name that it has there. dpkg also runs each of them to take back a step that failed. */
export const debScripts = (): Readonly<Record<string, string>> => ({
  postinst: `${SHELL}${script('set-up')}${script('restart')}`,
  prerm: `${SHELL}[ "$1" = remove ] || exit 0\n${script('stop')}`,
  postrm: `${SHELL}${script('reload-units')}[ "$1" = purge ] || exit 0\n${script('purge')}`,
});

/** What rpm runs, by the name of its section in a spec file. The first argument is how many versions will be left. */
export const rpmScripts = (): Readonly<Record<string, string>> => ({
  post: `set -e\n${script('set-up')}${script('restart')}`,
  preun: `set -e\n[ "$1" -eq 0 ] || exit 0\n${script('stop')}`,
  postun: `set -e\n${script('reload-units')}`,
});
