import { memoryLedger } from '../../adapters/memory/ledger.ts';
import { memorySettings } from '../../adapters/memory/settings.ts';
import { waitedFor } from '../../adapters/memory/waited.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { SettingsStore } from '../../core/ports.ts';
import type { InputsBook } from '../../core/replay/inputs.ts';

/** Whether a service fails every call now. */
export interface Outage {
  isOn: boolean;
}

/** What aerie remembers in a run; a cold start takes it up anew. */
export interface Books {
  ledger(): Ledger;
  settingsStore(): SettingsStore;
  /** What ticks decide on; absent: nobody looks back. */
  readonly inputs?: InputsBook;
}

/** Books in memory, which are gone with the run. */
export const memoryBooks = (outage: Outage, inputs?: InputsBook): Books => {
  const { ledger } = memoryLedger();
  const answering = () => {
    if (outage.isOn) throw new Error('the ledger does not answer');
  };
  const book = waitedFor<Ledger>(ledger, answering);
  const settings = memorySettings();
  return { ledger: () => book, settingsStore: () => settings, ...(inputs === undefined ? {} : { inputs }) };
};
