import type { Owner } from '../../core/settings/settings-record.ts';
import { UsageError } from '../command/usage.ts';
import type { Wish } from './change.ts';
import { knobsOf } from './parameters.ts';

/** Reads `knob=value` for one of some owners. Throws UsageError. */
export const wishOf = (owners: readonly Owner[], text: string): Wish => {
  const [, knob = '', value] = /^([a-z][a-z-]*)=(.*)$/s.exec(text) ?? [];
  if (value === undefined)
    throw new UsageError(`"${text}" sets nothing; say knob=value, or knob= for the default.`);
  const [first, second] = owners.filter((owner) => Object.hasOwn(knobsOf(owner), knob));
  const [owner] = owners;
  if (first !== undefined && second !== undefined) {
    throw new UsageError(
      `${first.name} is a queue and a fleet, and both have ${knob}; say queue/${first.name} or fleet/${first.name}.`,
    );
  }
  const of = first ?? owner;
  if (of === undefined) throw new UsageError(`"${text}" is for nobody.`);
  return { owner: of, knob, to: value === '' ? undefined : value };
};
