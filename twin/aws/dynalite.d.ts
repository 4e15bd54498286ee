declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** DynamoDB's wire over an in-memory store (or a folder, with `path`). */
  export default function dynalite(options?: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
