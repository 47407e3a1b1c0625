// Writes china.yaml and china-holidays.yaml from the npm package chinese-days (MIT): `npm ci && npm run import` in this folder.
// china-holidays is the same without the make-up working days: for policies that work on a weekend only when a question says so.
// A year is announced once the package knows its National Day; the year after the last announced one is listed as not announced.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const about = require('chinese-days/package.json');
const { holidays, workdays } = require('chinese-days/dist/chinese-days.json');

const words = (entry) => {
  const [en, zh] = entry.split(',');
  return { en, zh };
};

const byName = (days, year) => {
  const groups = new Map();
  for (const [day, entry] of Object.entries(days).filter(([day]) => day.startsWith(`${year}-`)).sort()) {
    const { en, zh } = words(entry);
    const key = `${zh}|${en}`;
    groups.set(key, [...(groups.get(key) ?? []), day]);
  }

  return [...groups].map(([key, dates]) => {
    const [zh, en] = key.split('|');
    return `      - {zh: ${zh}, en: "${en}", days: [${dates.join(', ')}]}`;
  });
};

const years = [...new Set(Object.keys(holidays).map((day) => Number(day.slice(0, 4))))].sort((a, b) => a - b);
const announced = years.filter((year) => holidays[`${year}-10-01`] !== undefined);
const write = (id, title, withMakeup) => {
  const lines = [
    '# Written by import.mjs; do not edit by hand.',
    `id: ${id}`,
    `title: {zh: ${title.zh}, en: "${title.en}"}`,
    'zone: Asia/Shanghai',
    'source:',
    `  package: ${about.name}`,
    `  version: "${about.version}"`,
    `  licence: ${about.license}`,
    `  address: ${about.repository.url.replace(/^git\+|\.git$/g, '')}`,
    `  retrieved: ${new Date().toISOString().slice(0, 10)}`,
    'years:',
    ...announced.flatMap((year) => {
      const makeup = withMakeup ? byName(workdays, year) : [];
      return [
        `  - year: ${year}`,
        '    announced: true',
        '    holidays:',
        ...byName(holidays, year),
        ...(makeup.length > 0 ? ['    makeup:', ...makeup] : []),
      ];
    }),
    `  - year: ${Math.max(...announced) + 1}`,
    '    announced: false',
    '',
  ];
  writeFileSync(new URL(`${id}.yaml`, import.meta.url), lines.join('\n'));
};

write('china', { zh: '中国法定节假日与调休上班日', en: 'China: public holidays and make-up working days' }, true);
write('china-holidays', { zh: '中国法定节假日(不含调休上班日)', en: 'China: public holidays, without make-up working days' }, false);
