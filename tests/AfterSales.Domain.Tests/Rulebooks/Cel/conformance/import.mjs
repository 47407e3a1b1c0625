// Makes cel-conformance.json of the public conformance tests of CEL, as npm @bufbuild/cel-spec carries them:
//   npm pack @bufbuild/cel-spec@0.6.1 && tar xzf bufbuild-cel-spec-0.6.1.tgz
//   node import.mjs package > cel-conformance.json
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2] ?? "package");
const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
const { tests } = await import(pathToFileURL(join(folder, "dist/esm/testdata/conformance.js")));

const cases = [];
function walk(suite, path) {
  for (const { original } of suite.tests ?? []) {
    const one = { name: [...path, original.name].join("/"), expr: original.expr };
    if (original.value !== undefined) one.value = original.value;
    if (original.typedResult?.result !== undefined) one.value = original.typedResult.result;
    if (original.evalError !== undefined || original.anyEvalErrors !== undefined) one.error = true;
    if (original.unknown !== undefined || original.anyUnknowns !== undefined) one.unknown = true;
    if (original.checkOnly) one.checkOnly = true;
    if (original.disableMacros) one.disableMacros = true;
    if (original.container !== undefined && original.bindings !== undefined) one.container = original.container;
    if (original.bindings !== undefined) one.bindings = original.bindings;
    if (original.typeEnv !== undefined) one.typeEnv = original.typeEnv;
    cases.push(one);
  }
  for (const inner of suite.suites ?? []) walk(inner, [...path, inner.name]);
}
walk(tests, []);

const header = {
  source: `npm ${about.name}@${about.version}, dist/esm/testdata/conformance.js, from github.com/google/cel-spec ${about.upstreamCelSpecRef}`,
  license: `${about.license}, Copyright Google LLC and Buf Technologies, Inc.; selected fields of every case, otherwise unchanged`,
};
const lines = cases.map((one) => "  " + JSON.stringify(one));
process.stdout.write(`{"source": ${JSON.stringify(header.source)},\n"license": ${JSON.stringify(header.license)},\n"cases": [\n${lines.join(",\n")}\n]}\n`);
