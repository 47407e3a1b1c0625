// Checks a statement, or a proof that an entry is in one, offline: node verify-statement.mjs FILE.json [ROOT]. See README.md.
import { createHash } from 'node:crypto'; import { readFileSync } from 'node:fs';
const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(part => Buffer.from(part)))).digest();
const leaf = digest => sha([0], Buffer.from(digest, 'hex')), node = (left, right) => sha([1], left, right);
const fail = text => { console.error(`FAILED ${text}`); process.exit(1); }, same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
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
const read = (digest, content) => sha(content).toString('hex') === digest ? JSON.parse(content) : fail(`the content of ${digest} is not what its digest says`);
const fen = text => BigInt(text.replace('.', '').split(' ')[0]), cny = text => text.includes(' ') ? text : `${text} CNY`;
const shown = e => [e.previous, e.id, file.supplier, e.sequence, e.phase, e.kind, e.clauses, e.caseId ?? null, e.reference ?? null, e.note ?? null, e.effectiveOn,
  e.belongsTo ?? null, e.postings.flatMap(({ from, to, amount }) => [from, to, cny(amount)]), e.target ?? null, e.expires ?? null, e.recorded];
const file = JSON.parse(readFileSync(process.argv[2] ?? fail('no file is named: node verify-statement.mjs FILE.json [ROOT]')));
const entries = file.entries ?? [file], sums = new Map((file.opening ?? []).map(({ account, balance }) => [account, fen(balance)]));
for (const { entry, content, digest = entry.digest } of entries) {
  const [, id, supplier, , phase, , , , , , day, , postings] = read(digest, content);
  if (supplier !== file.supplier || day.slice(0, 7) !== file.month) fail(`${id} belongs to another statement`);
  const all = postings.flatMap((_, i) => i % 3 ? [] : [postings.slice(i, i + 3)]), moved = all.filter(([from, to]) => ![from, to].includes('house:calls'));
  const total = (moved.length ? moved : all).reduce((sum, [, , amount]) => sum + fen(amount), 0n);
  if (entry && (!same(shown(entry), JSON.parse(content).slice(0, 16)) || fen(entry.amount) !== total)) fail(`what is shown of ${id} is not its content`);
  if (['posted', 'settled', 'reversal'].includes(phase)) for (const [from, to, amount] of all)
    for (const [account, sign] of [[from, -1n], [to, 1n]]) sums.set(account, (sums.get(account) ?? 0n) + sign * fen(amount));
}
for (const { account, balance } of file.closing ?? []) sums.get(account) === fen(balance) ? sums.delete(account) : fail(`${account} does not come to ${balance}`);
if (file.closing) for (const [account, sum] of sums) if (sum) fail(`${account} is missing among the closing balances`);
if (file.seal && !same(read(file.seal.digest, file.seal.content).slice(18), [file.seal.lastDay, file.tree.size, file.tree.root,
  file.closing.flatMap(({ account, balance }) => [account, cny(balance)])]) || file.seal?.lastDay.slice(0, 7) !== (file.seal && file.month)) fail('the month was not closed like that');
const root = (file.entries ? tree(entries.map(({ entry }) => leaf(entry.digest))) : climb(file)).toString('hex');
if (root !== (process.argv[3] ?? file.tree.root) || root !== file.tree.root) fail('the root is another one');
console.log(`ok ${file.supplier} ${file.month}${file.state === 'open' ? ' (open)' : ''}: ${entries.length} of ${file.tree.size} entries, root ${root}`);
