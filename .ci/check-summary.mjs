// The main job has to end with everything done, nothing left and no cap exceeded.
import { readFileSync } from 'node:fs';

const summary = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const wanted = {
  jobsDone: summary.jobsArrived,
  workersAtEnd: 0,
  overCap: 0,
  busyKilled: 0,
  ticksFailed: 0,
  deadLetters: 0,
};
const wrong = Object.entries(wanted).filter(([name, value]) => summary[name] !== value);
for (const [name, value] of wrong) console.error(`${name} is ${summary[name]}, expected ${value}`);
process.exit(wrong.length === 0 && summary.jobsArrived > 0 ? 0 : 1);
