/** Names that are kept free for documentation, and that nobody's host has (RFC 2606, RFC 6761). */
const EXAMPLE = /(^|\.)(example|invalid)$|(^|\.)example\.(com|net|org|edu)$/i;

/** Says whether a host is one of the documentation's, which was left where a site's own belongs. */
export const isExampleHost = (host: string): boolean => EXAMPLE.test(host);
