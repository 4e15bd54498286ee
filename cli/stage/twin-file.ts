import { lstatSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { TwinAws } from '../../twin/stage/stage-aws.ts';

const loopback = z.string().startsWith('http://127.0.0.1:');

/** Where the AWS of the twin that runs is, for other commands of the same user. */
const written = z.object({
  pid: z.int().positive(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  endpoints: z.object({
    cloudwatch: loopback,
    dynamodb: loopback,
    ec2: loopback,
    lambda: loopback,
    sqs: loopback,
    ssm: loopback,
  }),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's own folder for what lasts as long as a session: systemd's, or one below the temporary files. */
const folderOf = (env: Environment): string => {
  const { XDG_RUNTIME_DIR: runtime = '' } = env;
  return runtime === '' ? join(tmpdir(), `aerie-${userInfo().uid}`) : join(runtime, 'aerie');
};

/** Nobody else may have put it there: below the temporary files anybody can. */
const isOurs = (path: string): boolean => {
  try {
    return lstatSync(path).uid === userInfo().uid;
  } catch {
    return false;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Reads where the twin's AWS is; undefined: none runs. */
export const readTwin = (env: Environment = process.env): TwinAws | undefined => {
  const file = join(folderOf(env), 'twin.json');
  if (!isOurs(file)) return undefined;
  const twin = written.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return twin.success && isAlive(twin.data.pid) ? twin.data : undefined;
};

const removeIfEmpty = (folder: string): void => {
  try {
    rmdirSync(folder);
  } catch {
    // Another twin has just begun to write there.
  }
};

/** Writes where the twin's AWS is, in the place of any before; answers what takes it away again. */
export const writeTwin = (
  { region, credentials, endpoints }: TwinAws,
  env: Environment = process.env,
): (() => void) => {
  const folder = folderOf(env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOurs(folder)) return () => {};
  const file = join(folder, 'twin.json');
  const { accessKeyId, secretAccessKey } = credentials;
  const twin = { pid: process.pid, region, credentials: { accessKeyId, secretAccessKey }, endpoints };
  const text = JSON.stringify(twin);
  const unfinished = join(folder, `${process.pid}.json`);
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
  const remove = () => {
    process.off('exit', remove);
    // Another twin may have begun since.
    if (!isOurs(file) || readFileSync(file, 'utf8') !== text) return;
    rmSync(file, { force: true });
    removeIfEmpty(folder);
  };
  process.once('exit', remove);
  return remove;
};
