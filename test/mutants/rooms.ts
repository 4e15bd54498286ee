/** A room of the source whose tests are measured. It lies in the folder of its name, its tests in that of test/. */
export interface Room {
  /** The score, in per cent, below which a run of the whole room fails. */
  readonly least: number;
  /** Folders of test/ that test it too, beside its own: a contract is kept by all who have one. */
  readonly besides?: readonly string[];
  /** Files that only run in a process of their own, or in tests that take minutes: the runs here cannot tell who sees them. */
  readonly apart?: readonly string[];
}

export const ROOMS = {
  core: { least: 92 },
  runtime: { least: 88 },
  adapters: { least: 88, besides: ['twin/aws', 'twin/openstack'] },
  collector: {
    least: 88,
    apart: [
      'collector/main.ts',
      'collector/bundle.ts',
      'collector/state.ts',
      ...['build', 'deb', 'rpm', 'run-tool'].map((name) => `collector/package/${name}.ts`),
    ],
  },
} as const satisfies Readonly<Record<string, Room>>;

export type RoomName = keyof typeof ROOMS;

/** The folders of test/ that are run for a room. */
export const testsOf = (name: RoomName): readonly string[] => {
  const { besides = [] }: Room = ROOMS[name];
  return [name, ...besides];
};

/** The room that a file of the source lies in. */
export const roomOf = (file: string): RoomName | undefined => {
  const [folder = ''] = file.split('/');
  return Object.hasOwn(ROOMS, folder) ? (folder as RoomName) : undefined;
};
