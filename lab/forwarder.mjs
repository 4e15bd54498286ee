// Runs inside a network namespace: takes connections at one place and passes them on to another. Paths of sockets are
// seen across network namespaces, addresses are not.
// Arguments: where to listen and where to connect to, each as JSON for node:net.
import { connect, createServer } from 'node:net';

const [listenAt, connectTo] = process.argv.slice(2).map((text) => JSON.parse(text));

createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ ...connectTo, allowHalfOpen: true });
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  near.on('close', () => far.destroy());
  far.on('close', () => near.destroy());
}).listen(listenAt, () => process.stdout.write('ready'));
