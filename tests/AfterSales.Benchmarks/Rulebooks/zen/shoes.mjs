// Twelve of the mall's shoe rules as a decision table of @gorules/zen-engine; prints evaluations a second, one line a round.
import { ZenEngine } from '@gorules/zen-engine';

const [rounds, seconds] = process.argv.slice(2).map(Number);
const row = (id, cells, result, clause) => ({ _id: id, ...cells, result: `"${result}"`, clause: `"${clause}"` });
const inputs = [
  ['papers', 'has_card or has_voucher or both_acknowledge_sale'],
  ['late', 'days > period_days'],
  ['clearance', 'clearance_goods'],
  ['spoilt', 'man_made_damage or self_disassembled'],
  ['matches', 'goods_match_papers'],
  ['defect', 'defect'],
  ['repairs', 'prior_repairs_same_defect'],
].map(([id, field]) => ({ id, name: id, field }));
const rules = [
  row('1', { papers: 'false' }, 'excluded', 'MALL-3.4.1'),
  row('2', { late: 'true' }, 'excluded', 'MALL-3.4.2'),
  row('3', { clearance: 'true' }, 'excluded', 'MALL-3.4.3'),
  row('4', { spoilt: 'true' }, 'excluded', 'MALL-3.4.4'),
  row('5', { matches: 'false' }, 'excluded', 'MALL-3.4.5'),
  row('6', { defect: '"counterfeit"' }, 'refund_double', 'MALL-3.1.1-FAKE'),
  row('7', { defect: '"sizes_differ"' }, 'exchange_or_return', 'MALL-3.1.1-F'),
  row('8', { defect: '"two_same_side"' }, 'exchange_or_return', 'MALL-3.1.1-G'),
  row('9', { defect: '"broken_sole"' }, 'exchange_or_return', 'MALL-3.1.1-A'),
  row('10', { defect: '"broken_upper"' }, 'exchange_or_return', 'MALL-3.1.1-B'),
  row('11', { repairs: '>= 1' }, 'exchange_or_return', 'MALL-3.1.1-D'),
  row('12', { defect: '"heel_off", "open_seam", "zip_broken"' }, 'free_repair', 'MALL-3.1.1-R'),
].map((rule) => ({ ...Object.fromEntries(inputs.map(({ id }) => [id, ''])), ...rule }));
const content = {
  contentType: 'application/vnd.gorules.decision',
  nodes: [
    { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
    {
      id: 'table', type: 'decisionTableNode', name: 'shoes', position: { x: 0, y: 0 },
      content: {
        hitPolicy: 'first', inputs, rules,
        outputs: [{ id: 'result', name: 'result', field: 'result' }, { id: 'clause', name: 'clause', field: 'clause' }],
      },
    },
    { id: 'out', type: 'outputNode', name: 'out', position: { x: 0, y: 0 } },
  ],
  edges: [
    { id: 'a', sourceId: 'in', targetId: 'table', type: 'edge' },
    { id: 'b', sourceId: 'table', targetId: 'out', type: 'edge' },
  ],
};
const facts = {
  defect: 'broken_sole', days: 40, period_days: 92, has_card: true, has_voucher: true, both_acknowledge_sale: false, clearance_goods: false,
  man_made_damage: false, self_disassembled: false, goods_match_papers: true, prior_repairs_same_defect: 0,
};
const decision = new ZenEngine().createDecision(content);
const { result } = await decision.evaluate(facts);
if (result.clause !== 'MALL-3.1.1-A') throw new Error(`zen-engine concluded ${JSON.stringify(result)}`);
for (let round = 0; round <= rounds; round++) {
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < seconds * 1000) {
    await decision.evaluate(facts);
    count++;
  }
  // The first round warms up.
  if (round > 0) console.log(Math.round(count / ((performance.now() - began) / 1000)));
}
