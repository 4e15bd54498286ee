// Packs what comes on stdin as gzip, as short as it can be, to stdout. Plain JavaScript: any Node may run it.
import { buffer } from 'node:stream/consumers';
import { gzipAsync } from '@gfx/zopfli';

process.stdout.write(await gzipAsync(await buffer(process.stdin), { numiterations: 15 }));
