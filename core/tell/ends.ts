import type { EndReason } from '../model/instance.ts';

/** Why EC2 says that an instance has ended, as EC2 words it; its message mostly begins with the code. */
export const endInWords = ({ code, message }: Pick<EndReason, 'code' | 'message'>): string =>
  message === '' || message.startsWith(code) ? message || code : `${code}: ${message}`;
