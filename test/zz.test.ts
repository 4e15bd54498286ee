import { it } from 'vitest';
import { recorded } from './twin/run/recorded.ts';
it('x', async () => {
  const r = await recorded('ec2-throttled', {hours: 4});
  for (const t of r.told) if (t.of === 'workers' && ((t.atSeconds > 160*60 && t.atSeconds < 212*60))) {
    const k = t.why.filter((w: any) => w.kind !== 'capped').map((w: any) => w.text).join('; '); 
    console.log((t.atSeconds/60).toFixed(1), t.kind, k.slice(0,300));
  }
  console.log(JSON.stringify(r.summary));
}, 300000);
