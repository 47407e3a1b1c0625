// Checks a statement, or a proof that an entry is in one, offline: node verify-statement.mjs FILE.json [ROOT]. See README.md.
import { createHash } from 'node:crypto'; import { readFileSync } from 'node:fs';
const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const leaf = digest => sha([0], Buffer.from(digest, 'hex')), node = (left, right) => sha([1], left, right);
const fail = text => { console.error(`FAILED ${text}`); process.exit(1); };
const tree = hashes => {
  if (hashes.length < 2) return hashes[0] ?? sha('');
  const left = 2 ** (Math.ceil(Math.log2(hashes.length)) - 1);
  return node(tree(hashes.slice(0, left)), tree(hashes.slice(left)));
};
const climb = ({ index, tree: { size }, path, digest }) => {
  let [at, last, hash] = [index, size - 1, leaf(digest)];
  for (const sibling of path.map(text => Buffer.from(text, 'hex'))) {
    if (at % 2 || at === last) for (hash = node(sibling, hash); at % 2 === 0 && at; at /= 2) last = Math.floor(last / 2);
    else hash = node(hash, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : fail('the path does not fit the size of the tree');
};
const file = JSON.parse(readFileSync(process.argv[2])), entries = file.entries?.map(({ entry, content }) => ({ digest: entry.digest, content })) ?? [file];
const fen = text => BigInt(text.replace('.', '').split(' ')[0]), sums = new Map((file.opening ?? []).map(({ account, balance }) => [account, fen(balance)]));
for (const { digest, content } of entries) {
  if (sha(content).toString('hex') !== digest) fail(`the content of ${digest} is not what its digest says`);
  const [, id, supplier, , phase, , , , , , day, , postings] = JSON.parse(content);
  if (supplier !== file.supplier || !day.startsWith(file.month)) fail(`${id} belongs to another statement`);
  if (['posted', 'settled', 'reversal'].includes(phase)) for (let i = 0; i < postings.length; i += 3)
    for (const [account, sign] of [[postings[i], -1n], [postings[i + 1], 1n]]) sums.set(account, (sums.get(account) ?? 0n) + sign * fen(postings[i + 2]));
}
for (const { account, balance } of file.closing ?? []) if (sums.get(account) !== fen(balance)) fail(`${account} does not come to ${balance}`);
const root = (file.entries ? tree(entries.map(({ digest }) => leaf(digest))) : climb(file)).toString('hex');
if (root !== (process.argv[3] ?? file.tree.root) || root !== file.tree.root) fail('the root is another one');
console.log(`ok ${file.supplier} ${file.month}: ${entries.length} of ${file.tree.size} entries, root ${root}`);
