import { globSync } from 'node:fs';
import { UsageError } from '../../cli/command/usage.ts';
import { ROOMS, type Room, type RoomName, roomOf } from './rooms.ts';

/** What is to be changed: files of a room, and whether these are all of it. */
export interface Part {
  readonly room: RoomName;
  readonly files: readonly string[];
  readonly isWhole: boolean;
}

const isRoom = (name: string): name is RoomName => Object.hasOwn(ROOMS, name);

const filesOf = (name: RoomName): readonly string[] => {
  const { apart = [] }: Room = ROOMS[name];
  return globSync(`${name}/**/*.ts`)
    .filter((file) => !apart.includes(file))
    .sort();
};

/** The files of the rooms and files that are named; of all rooms if none is. Throws UsageError. */
const named = (names: readonly string[]): readonly string[] =>
  (names.length === 0 ? Object.keys(ROOMS) : names).flatMap((name) => {
    if (isRoom(name)) return filesOf(name);
    const room = roomOf(name);
    if (room !== undefined && filesOf(room).includes(name)) return [name];
    throw new UsageError(`"${name}" is neither a room (${Object.keys(ROOMS).join(', ')}) nor a file of one.`);
  });

/** One part of N: every N-th file, so that N parts are all of them. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

const DAY_SECONDS = 86_400;

/** `3/90`, or `today/90`: another part every day. Throws UsageError. */
export const shareOf = (text: string, nowSeconds: number): Share => {
  const [, which = '', parts = ''] = /^(today|[1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  const of = Number(parts);
  const part = which === 'today' ? (Math.floor(nowSeconds / DAY_SECONDS) % of) + 1 : Number(which);
  if (of > 0 && part <= of) return { part, of };
  throw new UsageError(`--part takes K/N with K from 1 to N, or today/N, not "${text}".`);
};

/** What is named, or one part of it, by room. Throws UsageError. */
export const partsOf = (names: readonly string[], { part, of }: Share): readonly Part[] => {
  const files = [...new Set(named(names))].filter((_, index) => index % of === part - 1);
  const rooms = [...new Set(files.flatMap((file) => roomOf(file) ?? []))];
  return rooms.map((room) => {
    const own = files.filter((file) => roomOf(file) === room);
    return { room, files: own, isWhole: own.length === filesOf(room).length };
  });
};
