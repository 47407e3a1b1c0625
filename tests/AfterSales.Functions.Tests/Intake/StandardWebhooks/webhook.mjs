// Signs or verifies one message with the published library. Reads {secret, id, timestamp, body} or {secret, headers, body} from the
// standard input; writes the signature, or the body that was verified. Ends with 1 and the library's reason when it does not verify.
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const given = JSON.parse(readFileSync(0, 'utf8'));
const webhook = new Webhook(given.secret);
try {
  const written = process.argv[2] === 'sign'
    ? webhook.sign(given.id, new Date(given.timestamp * 1000), given.body)
    : JSON.stringify(webhook.verify(given.body, given.headers));
  process.stdout.write(written);
} catch (reason) {
  process.stderr.write(`${reason.name}: ${reason.message}`);
  process.exitCode = 1;
}
