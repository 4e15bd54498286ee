import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageOptions } from './deb.ts';
import { NODE, NODE_LICENSE, PACKAGED_FILES, PROGRAM } from './files.ts';
import { runTool } from './run-tool.ts';
import { rpmScripts } from './scripts.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

const fileLines = (): string =>
  [
    `%attr(755, root, root) ${NODE}`,
    `%attr(644, root, root) ${PROGRAM}`,
    `%attr(644, root, root) %doc ${NODE_LICENSE}`,
    ...PACKAGED_FILES.map(
      ({ to, mode, configuration }) =>
        `%attr(${mode}, root, root) ${configuration ? '%config(noreplace) ' : ''}${to}`,
    ),
  ].join('\n');

const sections = (): string =>
  Object.entries(rpmScripts())
    .map(([name, text]) => `%${name}\n${text}`)
    .join('\n');

/** The program and Node are packed as they are: stripped, Node would not be the one that was tested. */
const spec = (root: string, version: string): string => `%global _build_id_links none
%global debug_package %{nil}
%global __os_install_post %{nil}
%global _unpackaged_files_terminate_build 0
Name: aerie-endpoint
Version: ${version}
Release: 1
Summary: The service beside an HTCondor collector that aerie reaches its pool by
License: Apache-2.0 AND MIT
AutoReqProv: no
Requires: condor >= 23.9
Requires: libstdc++
Requires: systemd
Requires: util-linux
Requires(post): shadow-utils
%description
A small HTTPS service on the central manager. It submits pilots from templates of the pool's admin, drains
workers, and gives booting ones their tokens. The Node that it runs on is in the package.
%install
cp -a ${root}/. %{buildroot}/
rm -rf %{buildroot}/DEBIAN
${sections()}
%files
${fileLines()}
`;

/** Builds the .rpm with rpmbuild, which Debian has in its package rpm; gives its path. */
export const buildRpm = async ({ root, to, version }: PackageOptions): Promise<string> => {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const top = `${root}.rpmbuild`;
  await mkdir(top, { recursive: true });
  try {
    await writeFile(join(top, 'aerie-endpoint.spec'), spec(root, version));
    const defines = [`_topdir ${top}`, `_rpmdir ${top}/out`, '_binary_payload w3.zstdio'];
    await runTool('rpmbuild', [
      ...['-bb', '--quiet', '--target', architecture],
      ...defines.flatMap((define) => ['--define', define]),
      join(top, 'aerie-endpoint.spec'),
    ]);
    const [name = ''] = await readdir(join(top, 'out', architecture));
    await rename(join(top, 'out', architecture, name), join(to, name));
    return join(to, name);
  } finally {
    await rm(top, { recursive: true, force: true });
  }
};
