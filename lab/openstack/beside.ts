import type { Server } from 'node:http';
import type { Clock } from '../../twin/clock/clock.ts';
import type { Surroundings } from '../../twin/stage/functions.ts';
import type { LabCloud, LabInstance } from '../lab-cloud.ts';
import type { MachineHears } from '../worker-box.ts';

/** What a lab is told of servers: one has got power, or its power is cut by whoever asked for its end. */
export interface OpenStackHooks {
  /** Goes with real time. */
  readonly clock: Clock;
  readonly onRunning: (instance: LabInstance) => void;
  readonly onEnding: (instance: LabInstance) => void;
}

/** The name that the fleet knows its cloud by. */
export const CLOUD = 'site';

/** An OpenStack that a lab's fleet is on: simulated, or real. */
export interface OpenStackBeside {
  readonly cloud: LabCloud;
  /** Flavours of its own, as the fleet's knob names them. */
  readonly flavours: string;
  /** What the functions find of it. */
  readonly surroundings: Pick<Surroundings, 'elsewhere' | 'clouds'>;
  /** Keystone and Nova for whoever is on the central manager, by the port of its loopback. */
  readonly roads: readonly (readonly [port: number, server: Server])[];
  /** What the endpoint's configuration says of it, but for the credential's file. */
  readonly endpoint: {
    readonly authUrl: string;
    readonly region: string;
    readonly project: string;
    readonly credential: { readonly id: string; readonly secret: string };
  };
  /** What a server hears at 169.254.169.254. */
  hears(instanceId: string): MachineHears;
  /** A server's machine has switched itself off. */
  powerOff(instanceId: string): void;
  /** What is left in the project. */
  left(): Promise<{ readonly servers: number; readonly ports: number; readonly keypairs: number }>;
  close(): Promise<void>;
}
