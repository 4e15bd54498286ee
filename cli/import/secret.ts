/** Names of keys, attributes, variables and arguments whose values are nobody's to see. */
const NAME = /pass|pwd|(?:^|[._-])pw$|secret|token|credential|proxy|proxies|cert|auth|bearer|key|user_?data/i;

/** Values that are secrets whatever they are called: keys of AWS, PEM blocks, tokens, a password in a URL. */
const VALUE =
  /-----BEGIN|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\beyJ[A-Za-z0-9_-]{8,}\.|:\/\/[^/\s:@]+:[^/\s@]+@|(?:pass(?:word|wd|phrase)?|secret|token|credential|proxy|[_-]key|apikey)[a-z_-]*\s*[= ]\s*[^\s,;"]/i;

/** Whether something is named as credentials, proxies, keys and passwords are. */
export const isSecretName = (name: string): boolean => NAME.test(name);

/** Whether a value is not to be shown: because of its name, or of what it looks like. */
export const isSecret = (name: string, value: string): boolean => NAME.test(name) || VALUE.test(value);
