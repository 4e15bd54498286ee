import { spawn } from 'node:child_process';

/** Debian's packages that bring the tools. */
const BROUGHT_BY: Readonly<Record<string, string>> = { 'dpkg-deb': 'dpkg', rpmbuild: 'rpm' };

/** Runs a tool that builds packages; throws with what it said, or with what brings it if it is not there. */
export const runTool = (tool: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', () =>
      reject(new Error(`${tool} is not on this machine: apt-get install ${BROUGHT_BY[tool] ?? tool}.`)),
    );
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${tool} ended with ${code}: ${said.trim()}`)),
    );
  });
