import { ledger } from '../../../adapters/ledger/ledger.ts';
import { settingsStore } from '../../../adapters/settings-store.ts';
import type { Books, Outage } from '../../../twin/in-process/books.ts';
import { atOnce } from '../../../twin/in-process/ports.ts';
import { inProcess } from '../../../twin/in-process/sandbox.ts';
import { dynamoOver } from '../../../twin/in-process/sdk.ts';
import type { OpenSandbox } from '../../../twin/stage/sandbox.ts';
import type { World } from '../../../twin/stage/world.ts';
import { type Table, table } from '../../faults/table.ts';

const TABLE = 'aerie-twin';

/** Books in a table in memory, through the SDK's own client. */
const tableBooks = (outage: Outage, book: Table): Books => {
  const dynamo = dynamoOver(atOnce, (command, input) => {
    if (outage.isOn) throw new Error('the table does not answer');
    return book.carryOut(command, input);
  });
  return { ledger: () => ledger(TABLE, dynamo), settingsStore: () => settingsStore(TABLE, dynamo) };
};

/** Makes something of the world and of the ledger's table before any function runs. */
export type Before = (world: World, book: Table) => void;

/** Plays the functions in this process over a table in memory, in which something was made of before. */
export const openAfter = (before: Before): OpenSandbox =>
  inProcess((outage, world) => {
    const book = table(() => {});
    before(world, book);
    return tableBooks(outage, book);
  });

/** The same over an empty one. */
export const openInProcess: OpenSandbox = openAfter(() => {});
