import type { Flavour, Server } from './server.ts';

/** A zone: what all its hosts hold together. */
export interface Zone {
  readonly name: string;
  readonly vcpus: number;
  readonly ramMb: number;
  readonly diskGb: number;
}

/** Who may do what: an application credential. */
export interface Credential {
  readonly id: string;
  readonly secret: string;
  /** What it may ask for; `*` stands for one part of a path. */
  readonly accessRules: readonly { readonly method: string; readonly path: string }[];
}

/** What a simulated OpenStack is like. */
export interface OpenStackOptions {
  readonly region: string;
  readonly credentials: readonly Credential[];
  readonly flavours: readonly Flavour[];
  readonly zones: readonly Zone[];
  readonly images: readonly string[];
  readonly networks: readonly string[];
  readonly quota: { readonly instances: number; readonly cores: number; readonly keypairs: number };
  /** `[api] max_limit`. */
  readonly pageSize: number;
  /** From the answer to a creation until the server runs, or cannot. */
  readonly buildSeconds: number;
  /** From the answer to a deletion until Nova does not know the server any more. */
  readonly deleteSeconds: number;
  /** How old lists are while they lag; absent: a minute. */
  readonly lagSeconds?: number;
  /** Makes the id of a server of this name; absent: at random. */
  readonly newId?: (name: string) => string;
  /** What fails a server that a host has room for; nothing, unless told. */
  readonly buildFails?: (server: Server) => Server['fault'];
  /** A server has got power. */
  readonly onRunning?: (server: Server) => void;
  /** Somebody has cut its power: not the machine itself. */
  readonly onEnding?: (server: Server) => void;
}
