import { readScenario } from '/tmp/wt/ttwin/twin/scenario/scenario.ts';
import { runScenario } from '/tmp/wt/ttwin/twin/run/run.ts';
const [file, hours, how] = process.argv.slice(2);
const extra = how === 'in' ? { openSandbox: (await import('/tmp/wt/ttwin/test/twin/in-process/sandbox.ts')).openInProcess } : {};
const scenario = await readScenario(file, hours === undefined || hours === '-' ? undefined : Number(hours));
const t = performance.now();
const errors = new Map();
let last;
const summary = await runScenario(scenario, { seed: 1, hours: hours === undefined || hours === '-' ? undefined : Number(hours), ...extra,
  show(s){ if (process.env.HOLDS && s.kind==='told' && s.told.kind==='hold') console.log(s.told.atSeconds, s.told.of, s.told.whose, s.told.why.map(w=>w.text).join('; ').slice(0,300)); if (process.env.ACTS && s.kind==='told' && s.told.kind==='act') console.log(s.told.atSeconds, s.told.of, s.told.whose, s.told.what, s.told.why.map(w=>w.text).join('; ').slice(0,400)); if (s.kind==='sample' && process.env.SAMPLES) { if (s.atSeconds % 3600 === 0) console.log(JSON.stringify(s)); } },
  onLog(name, line){ if (/"level":"ERROR"/.test(line) && errors.size<3) errors.set(name+line.slice(0,900),1); } });
for (const e of errors.keys()) console.log(e);
console.log(JSON.stringify(summary));
console.error(((performance.now()-t)/1000).toFixed(1)+' s');
