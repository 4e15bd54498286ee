// `npm ci --ignore-scripts` leaves no Node 24 in node_modules, and scripts would silently run on the system's.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `aerie: this runs on Node ${process.versions.node}, 24 or newer is needed; run "npm rebuild node".`,
  );
  process.exit(2);
}
