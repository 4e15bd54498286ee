/** A flavour as a site has made it. */
export interface Flavour {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ramMb: number;
  readonly diskGb: number;
}

/** A server as Nova keeps it. */
export interface Server {
  readonly id: string;
  readonly name: string;
  readonly reservation: string;
  readonly flavour: Flavour;
  /** As it was asked for; the lab's clouds have no default. */
  readonly zone: string;
  readonly createdAt: number;
  readonly metadata: Record<string, string>;
  readonly tags: readonly string[];
  /** As base64; absent: it was given none. */
  readonly userData?: string;
  status: 'BUILD' | 'ACTIVE' | 'SHUTOFF' | 'ERROR';
  task: 'scheduling' | 'deleting' | 'powering-on' | 'powering-off' | null;
  fault?: { readonly code: number; readonly message: string };
  /** Its record is in the cell of its host; until it has one, Nova's own database has it. */
  isInCell: boolean;
  isLocked?: boolean;
  launchedAt?: number;
  /** When it had power, the first time first; the last one may still go on. */
  readonly runs: { readonly from: number; until?: number }[];
  deletedAt?: number;
  console: string;
}
