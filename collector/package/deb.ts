import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGED_FILES } from './files.ts';
import { runTool } from './run-tool.ts';
import { debScripts } from './scripts.ts';
import { writeScript } from './stage-files.ts';

/** What a package is called and made of. */
export interface PackageOptions {
  /** Laid out as on the central manager. */
  readonly root: string;
  /** Where the package is written to. */
  readonly to: string;
  readonly version: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** HTCondor is called condor in Debian 13 and in its makers' own packages, htcondor before. */
const control = (version: string, architecture: string): string => `Package: aerie-endpoint
Version: ${version}
Architecture: ${architecture}
Maintainer: the aerie project <root@localhost>
Section: net
Priority: optional
Depends: condor (>= 23.9) | htcondor (>= 23.9), libc6 (>= 2.28), libstdc++6, passwd, systemd, util-linux
Recommends: openssl
Description: the service beside an HTCondor collector that aerie reaches its pool by
 A small HTTPS service on the central manager. It submits pilots from templates of the pool's admin, drains
 workers, and gives booting ones their tokens. The Node that it runs on is in the package.
`;

/** Builds the .deb with Debian's dpkg-deb; gives its path. */
export const buildDeb = async ({ root, to, version }: PackageOptions): Promise<string> => {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const debian = join(root, 'DEBIAN');
  await mkdir(debian, { recursive: true });
  await writeFile(join(debian, 'control'), control(version, architecture));
  const configuration = PACKAGED_FILES.flatMap((file) => (file.configuration ? [`${file.to}\n`] : []));
  await writeFile(join(debian, 'conffiles'), configuration.join(''));
  for (const [name, text] of Object.entries(debScripts())) {
    await writeScript(join(debian, name), text, 0o755);
  }
  const file = join(to, `aerie-endpoint_${version}_${architecture}.deb`);
  await runTool('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z3', '--build', root, file]);
  return file;
};

/** The version of this repository, which its packages carry too. */
export const repositoryVersion = async (): Promise<string> => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text);
  return version;
};
