/** The thread that reads CAP: whatever a sender makes of its XML costs the live picture nothing. */
import { parentPort } from 'node:worker_threads';
import { READY, readCap } from './read-cap.ts';

if (parentPort === null) throw new Error('runs only as a worker thread');
const port = parentPort;
port.on('message', (bytes: Uint8Array) => port.postMessage(readCap(bytes)));
port.postMessage(READY);
