/** A room of the source whose tests are measured: by name, since rooms lie in folders of their name. */
export interface Room {
  readonly tests: readonly string[];
  /** The score, in per cent, below which a run of the whole room fails. */
  readonly least: number;
  /** Files that only run in a process of their own: no test can tell which of them it runs. */
  readonly apart?: readonly string[];
}

export const ROOMS = {
  core: { tests: ['test/core/**/*.test.ts'], least: 92 },
  runtime: { tests: ['test/runtime/**/*.test.ts'], least: 88 },
  adapters: { tests: ['test/adapters/**/*.test.ts'], least: 88 },
  collector: {
    tests: ['test/collector/**/*.test.ts'],
    least: 88,
    apart: ['collector/main.ts', 'collector/bundle.ts'],
  },
} as const satisfies Readonly<Record<string, Room>>;

export type RoomName = keyof typeof ROOMS;

/** The room that a file of the source lies in. */
export const roomOf = (file: string): RoomName | undefined => {
  const [folder = ''] = file.split('/');
  return Object.hasOwn(ROOMS, folder) ? (folder as RoomName) : undefined;
};
