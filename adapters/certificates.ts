import type { Socket } from 'node:net';
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** The certificates of the servers that are talked to, as their connections show them. */
export interface Certificates {
  /** Looks at a connection that a request is going to use. */
  watch(socket: Socket): void;
  /**
   * When the first certificate ends of the servers that were connected to since this was last asked, seconds since 1970;
   * undefined: none of them had one.
   */
  firstEnd(): number | undefined;
}

/** The end of a certificate, or of one that signed it if that is earlier: either closes the server. */
const endOf = (certificate: DetailedPeerCertificate): number => {
  const ends = Date.parse(certificate.valid_to) / 1000;
  const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
  // An authority has signed its own.
  if (issuer === undefined || issuer.fingerprint256 === certificate.fingerprint256) return ends;
  return Math.min(ends, endOf(issuer));
};

/**
 * Only a full handshake shows certificates; a session that is resumed and a connection that was kept have none in Node.
 * So what the last full handshake with a server has shown is remembered.
 */
export const certificates = (): Certificates => {
  const ends = new Map<string, number>();
  let seen = new Set<string>();
  const note = (socket: TLSSocket): void => {
    const server = `${socket.servername} ${socket.remoteAddress} ${socket.remotePort}`;
    seen.add(server);
    if (socket.isSessionReused()) return;
    const end = endOf(socket.getPeerCertificate(true));
    if (Number.isFinite(end)) ends.set(server, end);
  };
  return {
    watch(socket) {
      if (!(socket instanceof TLSSocket)) return;
      if (socket.connecting) socket.once('secureConnect', () => note(socket));
      else note(socket);
    },
    firstEnd() {
      const known = [...seen].flatMap((server) => ends.get(server) ?? []);
      seen = new Set();
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };
};
