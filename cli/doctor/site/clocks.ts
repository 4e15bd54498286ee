import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import type { Examined } from '../look/examined.ts';

const WARN_SECONDS = 5;
/** A view that is so far in the future is not believed (core/model/snapshot.ts); at 300 s no proof of a worker is. */
const FAIL_SECONDS = 60;

interface Clocks {
  /** Seconds ahead of this machine. */
  readonly endpoint?: number;
  readonly panda?: number;
}

const apart = (seconds: number): string =>
  `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'}`;

const NTP = 'timedatectl set-ntp true && timedatectl timesync-status';

/** Judges clocks. Where two others agree, it is this machine's that is wrong, and only what it signs is in danger. */
export const judgeClocks = ({ endpoint, panda }: Clocks): Finding => {
  const known = [endpoint, panda].filter((seconds) => seconds !== undefined);
  if (known.length === 0) return skip('clocks', 'neither the endpoint nor PanDA told its time');
  if (known.every((seconds) => Math.abs(seconds) <= WARN_SECONDS)) {
    const said = [
      ...(endpoint === undefined ? [] : [`the endpoint is ${apart(endpoint)} this machine`]),
      ...(panda === undefined ? [] : [`PanDA is ${apart(panda)} this machine`]),
    ];
    return ok('clocks', said.join(', '));
  }
  if (endpoint !== undefined && panda !== undefined && Math.abs(endpoint - panda) <= WARN_SECONDS) {
    return warn(
      'clocks',
      `this machine's clock is ${apart(-endpoint)} those of the endpoint and PanDA, which agree`,
      `on this machine: ${NTP}`,
    );
  }
  const [who, ahead, where] =
    endpoint !== undefined && Math.abs(endpoint) > WARN_SECONDS
      ? (['the endpoint', endpoint, 'on the central manager'] as const)
      : (['PanDA', panda ?? 0, "ask PanDA's operators; if it is this machine"] as const);
  const text = `the clock of ${who} is ${apart(ahead)} this machine's`;
  if (Math.abs(ahead) <= FAIL_SECONDS || who === 'PanDA') return warn('clocks', text, `${where}: ${NTP}`);
  const why = 'a view from the future holds every queue, and no worker can prove who it is';
  return fail('clocks', `${text}: ${why}`, `${where}: ${NTP}`);
};

/** Compares the clocks that have to agree. */
export const checkClocks = async (stage: Examined): Promise<readonly Finding[]> => {
  const [endpoint, panda] = await Promise.all([stage.endpoint(), stage.panda()]);
  const endpointAhead = endpoint.ok ? endpoint.value.clockAhead : undefined;
  return [
    judgeClocks({
      ...(endpointAhead === undefined ? {} : { endpoint: endpointAhead }),
      ...(panda?.clockAhead === undefined ? {} : { panda: panda.clockAhead }),
    }),
  ];
};
